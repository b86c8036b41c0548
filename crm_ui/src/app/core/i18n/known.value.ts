/** Kinds of values that are written as data but known to every business, so that they have words in both languages. */
export type ValueKind = 'region' | 'source' | 'industry' | 'lost_reason';

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
