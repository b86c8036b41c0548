/** Kinds of values that are written as data but known to every business, so that they have words in both languages. */
export type ValueKind = 'region' | 'source' | 'industry' | 'lost_reason';

/** The kind of the values of a field; also of members of the semantic layer by their name without the view. */
const KINDS: ReadonlyMap<string, ValueKind> = new Map([['region', 'region'], ['source', 'source'], ['lead_source', 'source'], ['channel', 'source'], ['industry', 'industry'], ['lost_reason', 'lost_reason']]);

/** The kind of what a field (`region`) or member (`deals.region`) holds; null where its values have no words. */
export const kindOfValues = (field: string): ValueKind | null => KINDS.get(field.slice(field.lastIndexOf('.') + 1)) ?? null;

/** A value of a field or member as it is read: in words where every business knows it, else as it was written. */
export function valueIn(field: string, value: string, text: (key: string) => string): string {
  const kind = kindOfValues(field);
  return kind === null ? value : knownValue(kind, value, text);
}

/** The key of a value's words, such as `values.region.north_africa`. */
export function valueKey(kind: ValueKind, value: string): string {
  return `values.${kind}.${value.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
}

/** The words for a value, or the value itself where it is a business's own; `text` translates a key. */
export function knownValue(kind: ValueKind, value: string, text: (key: string) => string): string {
  const key = valueKey(kind, value);
  const words = text(key);
  return words === key ? value : words;
}
