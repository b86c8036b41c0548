import type Joi from 'joi';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses it. */
export type JsonSchema = Record<string, unknown>;

/** What `describe()` says of a schema, as far as the document needs it. */
interface Described {
  type: string;
  flags?: { presence?: string; description?: string; only?: boolean; label?: string; default?: unknown; unknown?: boolean };
  allow?: unknown[];
  rules?: { name: string; args?: Record<string, unknown> }[];
  keys?: Record<string, Described>;
  items?: Described[];
  ordered?: Described[];
  link?: { ref: { path: string[] } };
  matches?: { schema?: Described; then?: Described; otherwise?: Described; switch?: { then?: Described }[] }[];
  patterns?: { rule?: Described }[];
  metas?: { openapi?: JsonSchema }[];
}

/**
 * Translates Joi to JSON Schema. `joi-to-json` turns nullable alternatives into null alone and closes pattern objects, so that the
 * document would refuse what the API accepts; this covers what our schemas use, and says so where it meets anything else.
 * Objects with a label become components.
 */
export function toJsonSchema(schema: Joi.Schema, components: Map<string, JsonSchema>): JsonSchema {
  return convert(schema.describe() as Described, components);
}

function convert(one: Described, components: Map<string, JsonSchema>): JsonSchema {
  const base = byType(one, components);
  const { description, default: fallback } = one.flags ?? {};
  const described = {
    ...base,
    ...Object.assign({}, ...(one.metas ?? []).map((meta) => meta.openapi ?? {})) as JsonSchema,
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined || typeof fallback === 'object' ? {} : { default: fallback }),
  };
  const label = one.type === 'object' ? one.flags?.label : undefined;
  const nullable = one.allow?.includes(null) === true;
  if (label === undefined || one.keys === undefined) return nullable ? withNull(described) : described;
  components.set(label, described);
  const reference = { $ref: `#/components/schemas/${label}` };
  return nullable ? { anyOf: [reference, { type: 'null' }] } : reference;
}

function withNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema['anyOf'])) return { ...schema, anyOf: [...schema['anyOf'] as unknown[], { type: 'null' }] };
  const { type } = schema;
  if (typeof type !== 'string') return schema;
  return { ...schema, type: [type, 'null'], ...(Array.isArray(schema['enum']) ? { enum: [...schema['enum'] as unknown[], null] } : {}) };
}

function byType(one: Described, components: Map<string, JsonSchema>): JsonSchema {
  const values = one.allow?.filter((value) => value !== null) ?? [];
  const only = one.flags?.only === true && values.length > 0 ? { enum: values } : {};
  switch (one.type) {
    case 'string': return { type: 'string', ...only, ...rules(one) };
    case 'number': return { ...(one.rules?.some((rule) => rule.name === 'integer') === true ? { type: 'integer' } : { type: 'number' }), ...only, ...rules(one) };
    case 'boolean': return { type: 'boolean' };
    case 'array': return { type: 'array', ...(one.items?.[0] ? { items: convert(one.items[0], components) } : {}), ...ordered(one, components), ...rules(one) };
    // A schema within itself has its id as its label.
    case 'link': return { $ref: `#/components/schemas/${one.link?.ref.path.join('/') ?? ''}` };
    case 'alternatives': return { anyOf: (one.matches ?? []).flatMap(({ schema, then, otherwise, switch: cases }) => [...(then ?? otherwise ? [then, otherwise] : [schema]), ...(cases ?? []).map((one) => one.then)].flatMap((each) => (each ? [convert(each, components)] : []))) };
    case 'object': return object(one, components);
    case 'any': return {};
    case 'date': return { type: 'string', format: 'date-time' };
    case 'binary': return { type: 'string', contentEncoding: 'binary' };
    default: throw new Error(`A schema of the type ${one.type} cannot be documented; teach joi.document.ts or use another`);
  }
}

function ordered({ ordered: list = [] }: Described, components: Map<string, JsonSchema>): JsonSchema {
  return list.length === 0 ? {} : { prefixItems: list.map((each) => convert(each, components)), items: false, minItems: list.filter((each) => each.flags?.presence === 'required').length, maxItems: list.length };
}

function object(one: Described, components: Map<string, JsonSchema>): JsonSchema {
  const schema: JsonSchema = { type: 'object' };
  const pattern = one.patterns?.[0]?.rule;
  if (one.keys) {
    const required = Object.entries(one.keys).filter(([, key]) => key.flags?.presence === 'required').map(([name]) => name);
    schema['properties'] = Object.fromEntries(Object.entries(one.keys).map(([name, key]) => [name, convert(key, components)]));
    if (required.length > 0) schema['required'] = required;
    if (!pattern && one.flags?.unknown !== true) schema['additionalProperties'] = false;
  }
  if (pattern) schema['additionalProperties'] = convert(pattern, components);
  const least = one.rules?.find((rule) => rule.name === 'min')?.args?.['limit'];
  return least === undefined ? schema : { ...schema, minProperties: least };
}

function rules(one: Described): JsonSchema {
  const schema: JsonSchema = {};
  for (const { name, args } of one.rules ?? []) {
    const limit = args?.['limit'];
    if (name === 'min') schema[one.type === 'string' ? 'minLength' : one.type === 'array' ? 'minItems' : 'minimum'] = limit;
    else if (name === 'max') schema[one.type === 'string' ? 'maxLength' : one.type === 'array' ? 'maxItems' : 'maximum'] = limit;
    else if (name === 'length') Object.assign(schema, { minLength: limit, maxLength: limit });
    else if (name === 'guid') schema['format'] = 'uuid';
    else if (name === 'email') schema['format'] = 'email';
    else if (name === 'uri') schema['format'] = 'uri';
    else if (name === 'isoDate') schema['format'] = 'date-time';
    else if (name === 'unique') schema['uniqueItems'] = true;
    else if (name === 'pattern') schema['pattern'] = String(args?.['regex']).replace(/^\/(.*)\/[a-z]*$/s, '$1');
  }
  return schema;
}
