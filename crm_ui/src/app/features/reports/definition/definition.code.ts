import { grains, ReportDefinition, shapes } from '@core/reports/report.model';
import { tidy } from './definition.moves';

/** More text than this is no definition, whatever a link unfolds to. */
const MOST_TEXT = 200_000;

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isMember = (value: unknown): boolean => isText(value) && /^[A-Za-z]\w*\.[A-Za-z]\w*$/.test(value);
const all = (value: unknown, fine: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(fine);
const oneOf = (list: readonly unknown[], value: unknown): boolean => list.includes(value);

const isSplit = (one: unknown): boolean => isJson(one) && isMember(one['member']) && (one['grain'] === undefined || oneOf(grains, one['grain']));
const isFilter = (one: unknown): boolean => isJson(one) && isMember(one['member']) && isText(one['operator']) && (one['values'] === undefined || all(one['values'], isText));
const isCondition = (one: unknown): boolean => (isJson(one) && 'any' in one ? all(one['any'], isFilter) : isFilter(one));
const isValue = (one: unknown): boolean => isJson(one) && isText(one['key']) && (isMember(one['measure']) || (isText(one['title']) && isExpression(one['calculation'])));
const isHaving = (one: unknown): boolean => isJson(one) && isText(one['value']) && oneOf(['gt', 'gte', 'lt', 'lte', 'equals', 'notEquals'], one['operator']) && isText(one['number']);
const isRange = (value: unknown): boolean => isText(value) || (Array.isArray(value) && value.length === 2 && value.every(isText));

function isExpression(one: unknown, depth = 0): boolean {
  if (!isJson(one) || depth > 40) return false;
  if ('op' in one) return oneOf(['+', '-', '*', '/'], one['op']) && Array.isArray(one['args']) && one['args'].length === 2 && one['args'].every((part) => isExpression(part, depth + 1));
  return isText(one['number']) || (isText(one['value']) && (one['of'] === undefined || oneOf(['grand', 'row', 'column', 'parent'], one['of'])));
}

/** A definition from JSON of unknown origin, in order; null where it has not the form of one. */
export function readDefinition(json: unknown): ReportDefinition | null {
  if (!isJson(json) || json['v'] !== 1 || !isText(json['view'])) return null;
  const { rows, columns, values, filters = [], having = [], period = null, compare = null, top = null, sort = null, totals = { rows: true, columns: true }, show = { shape: 'pivot' } } = json;
  const fine = all(rows, isSplit) && all(columns, isSplit) && all(values, isValue) && all(filters, isCondition) && all(having, isHaving)
    && (period === null || (isJson(period) && isMember(period['member']) && isRange(period['range']))) && oneOf([null, 'previous', 'year'], compare)
    && (top === null || (isJson(top) && isText(top['value']) && typeof top['n'] === 'number' && oneOf(['asc', 'desc'], top['order'] ?? 'desc')))
    && (sort === null || (isJson(sort) && isText(sort['by']) && oneOf(['asc', 'desc'], sort['order']))) && isJson(totals) && isJson(show) && oneOf(shapes, show['shape']);
  if (!fine) return null;
  return tidy({ v: 1, view: json['view'], rows, columns, values, filters, having, period, compare, top: isJson(top) ? { others: true, order: 'desc', ...top } : null, sort, totals: { rows: totals['rows'] !== false, columns: totals['columns'] !== false }, show: { shape: show['shape'] } } as unknown as ReportDefinition);
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_TEXT) {
      await reader.cancel();
      throw new RangeError('unfolds to more than a definition');
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** A definition as text for an address: its JSON, compressed (raw deflate) and in base64url. */
export async function encode(definition: ReportDefinition): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(definition)), new CompressionStream('deflate-raw'));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** The definition of an address; null where the text is damaged or none of ours. */
export async function decode(text: string): Promise<ReportDefinition | null> {
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = await through(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)), new DecompressionStream('deflate-raw'));
    return readDefinition(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    // A link that was cut or mistyped is a case of every day, not a fault.
    return null;
  }
}
