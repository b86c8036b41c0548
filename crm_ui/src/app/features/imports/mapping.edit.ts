import { CatalogueEntity, ColumnMapping, ImportMapping, MissingReference } from './import.model';

/** The field that a column fills, or null. */
export function fieldOf(mapping: ImportMapping, column: string): string | null {
  const value = mapping.columns[column] ?? null;
  return value === null || typeof value === 'string' ? value : value.field;
}

function columnOf(mapping: ImportMapping, column: string): ColumnMapping | null {
  const value = mapping.columns[column] ?? null;
  return value === null ? null : typeof value === 'string' ? { field: value } : value;
}

/** The mapping with one column filling another field, or none. What was said about the column's values goes with the old field. */
export function withField(mapping: ImportMapping, column: string, field: string | null): ImportMapping {
  const columns = { ...mapping.columns };
  if (field === null) delete columns[column];
  else columns[column] = field;
  return { ...mapping, columns };
}

/** The mapping with a value of a field read as another one, in every column that fills the field. */
export function withAlias(mapping: ImportMapping, field: string, from: string, to: string): ImportMapping {
  const columns = { ...mapping.columns };
  for (const name of Object.keys(columns)) {
    const column = columnOf(mapping, name);
    if (column?.field === field) columns[name] = { ...column, aliases: { ...column.aliases, [from]: to } };
  }
  return { ...mapping, columns };
}

/** The mapping with the order of day and month said for each column of a field. */
export function withDateOrder(mapping: ImportMapping, field: string, order: 'dmy' | 'mdy'): ImportMapping {
  const columns = { ...mapping.columns };
  for (const name of Object.keys(columns)) {
    const column = columnOf(mapping, name);
    if (column?.field === field) columns[name] = { ...column, date_order: order };
  }
  return { ...mapping, columns };
}

/** The mapping with what happens to references that point at nothing. */
export function withMissing(mapping: ImportMapping, field: string, policy: MissingReference): ImportMapping {
  return { ...mapping, on_missing: { ...mapping.on_missing, [field]: policy } };
}

/** Required fields that nothing fills yet. */
export function missingFields(entity: CatalogueEntity, mapping: ImportMapping): readonly string[] {
  const filled = new Set([
    ...Object.keys(mapping.columns).map((column) => fieldOf(mapping, column)),
    ...Object.keys(mapping.constants ?? {}),
    ...Object.keys(mapping.templates ?? {}),
  ]);
  return entity.fields.filter((field) => field.required && !filled.has(field.key)).map((field) => field.key);
}

/** Reference fields that the mapping fills: for each of them a policy can be chosen. */
export function referenceFields(entity: CatalogueEntity, mapping: ImportMapping): readonly string[] {
  const filled = new Set([...Object.keys(mapping.columns).map((column) => fieldOf(mapping, column)), ...Object.keys(mapping.templates ?? {})]);
  return entity.fields.filter((field) => field.reference !== undefined && filled.has(field.key)).map((field) => field.key);
}
