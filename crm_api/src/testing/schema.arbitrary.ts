import fc, { type Arbitrary } from 'fast-check';

/** A JSON Schema as our OpenAPI document has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Text that breaks careless code: markup, SQL, controls, both directions, surrogates, very long. */
const nasty = fc.constantFrom('', ' ', '\u0000', '\ud800', "'; DROP TABLE crm_core.crm_users;--", '<script>alert(1)</script>', '${7*7}', '../../etc/passwd', '%00', '\u202Eقلب', 'null', 'undefined', 'NaN', '1e309', '-0', '9'.repeat(400), 'ﷺ'.repeat(500), '__proto__', '{"$ne":null}', '{{1}}', 'true', '0001-01-01', '2026-02-30', '\r\nSet-Cookie: a=b');

/** Any JSON value, often a nasty one. */
export const junk: Arbitrary<unknown> = fc.oneof(nasty, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.array(nasty, { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', '__proto__', 'constructor', 'id'), nasty, { maxKeys: 2 }));

/** Values that mostly fit a schema, with junk in between: `chaos` of a hundred places are junk. `ids` are ids that exist. */
export function schemaArbitrary(schema: Schema, components: Readonly<Record<string, Schema>>, ids: readonly string[], chaos: number, depth = 0): Arbitrary<unknown> {
  const inner = (one: Schema): Arbitrary<unknown> => schemaArbitrary(one, components, ids, chaos, depth + 1);
  const fitting = ((): Arbitrary<unknown> => {
    const reference = schema['$ref'];
    if (typeof reference === 'string') return inner(components[reference.split('/').at(-1) ?? ''] ?? {});
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as Schema[]).map(inner));
    const types = Array.isArray(schema['type']) ? (schema['type'] as string[]) : [String(schema['type'] ?? 'any')];
    return fc.oneof(...types.map((type) => byType(type, schema, inner, ids, depth)));
  })();
  return fc.oneof({ weight: 100 - chaos, arbitrary: fitting }, { weight: chaos, arbitrary: junk });
}

function byType(type: string, schema: Schema, inner: (one: Schema) => Arbitrary<unknown>, ids: readonly string[], depth: number): Arbitrary<unknown> {
  switch (type) {
    case 'null': return fc.constant(null);
    case 'boolean': return fc.boolean();
    case 'integer': return fc.integer({ min: Number(schema['minimum'] ?? -(2 ** 31)), max: Number(schema['maximum'] ?? 2 ** 31) });
    case 'number': return fc.oneof(fc.double({ min: Number(schema['minimum'] ?? -1e12), max: Number(schema['maximum'] ?? 1e12), noNaN: true }), fc.integer({ min: 0, max: 1 }));
    case 'string': return text(schema, ids);
    case 'array': return fc.array(inner((schema['items'] ?? {}) as Schema), { minLength: Math.min(Number(schema['minItems'] ?? 0), 3), maxLength: 3 });
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      const required = new Set((schema['required'] ?? []) as string[]);
      if (properties.length === 0 || depth > 6) return fc.dictionary(fc.constantFrom('a', 'b', 'name'), junk, { maxKeys: 2 });
      return fc.record(Object.fromEntries(properties.map(([name, one]) => [name, inner(one)])), { requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)) });
    }
    default: return junk;
  }
}

function text(schema: Schema, ids: readonly string[]): Arbitrary<string> {
  const day = fc.date({ min: new Date('1850-01-01'), max: new Date('2350-01-01'), noInvalidDate: true }).map((one) => one.toISOString());
  switch (schema['format']) {
    case 'uuid': return fc.oneof({ weight: 1, arbitrary: fc.uuid() }, ...(ids.length > 0 ? [{ weight: 5, arbitrary: fc.constantFrom(...ids) }] : []));
    case 'date': return day.map((one) => one.slice(0, 10));
    case 'date-time': return day;
    case 'email': return fc.emailAddress();
    case 'uri': return fc.webUrl();
    default:
  }
  if (schema['pattern'] === '^[A-Z]{3}$') return fc.constantFrom('USD', 'AED', 'EUR', 'XXX');
  if (schema['pattern'] === '^[A-Z]{2}$') return fc.constantFrom('AE', 'US', 'ZZ');
  return fc.oneof(fc.string({ maxLength: 40, unit: 'grapheme' }), nasty, fc.constantFrom('10.00', '1', '+14155552671'));
}
