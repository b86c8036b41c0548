import { CatalogueEntity, CatalogueField, ColumnMapping, ImportMapping, MissingReference } from './import.model';

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

/** Every field that something fills: a column, a constant or a template. */
export function filledFields(mapping: ImportMapping): ReadonlySet<string> {
  const columns = Object.keys(mapping.columns).flatMap((column) => fieldOf(mapping, column) ?? []);
  return new Set([...columns, ...Object.keys(mapping.constants ?? {}), ...Object.keys(mapping.templates ?? {})]);
}

/** Required fields that nothing fills yet. */
export function missingFields(entity: CatalogueEntity, mapping: ImportMapping): readonly string[] {
  const filled = filledFields(mapping);
  return entity.fields.filter((field) => field.required && !filled.has(field.key)).map((field) => field.key);
}

/** Custom fields that new records need and nothing fills: rows about records that exist go in without them. */
export function neededForNew(entity: CatalogueEntity, mapping: ImportMapping): readonly CatalogueField[] {
  const filled = filledFields(mapping);
  return entity.fields.filter((field) => field.required_for_new === true && !filled.has(field.key));
}

/** Fields that the mapping fills and the entity does not have, such as custom fields that were archived since it was saved. */
export function goneFields(entity: CatalogueEntity, mapping: ImportMapping): readonly string[] {
  const known = new Set(entity.fields.map((field) => field.key));
  return [...filledFields(mapping)].filter((key) => !known.has(key));
}

/** The mapping without what fills some fields. */
export function withoutFields(mapping: ImportMapping, fields: readonly string[]): ImportMapping {
  const kept = <T>(members: Readonly<Record<string, T>>, field: (key: string) => string | null): Record<string, T> =>
    Object.fromEntries(Object.entries(members).filter(([key]) => !fields.includes(field(key) ?? '')));
  return {
    ...mapping, columns: kept(mapping.columns, (column) => fieldOf(mapping, column)),
    ...(mapping.constants ? { constants: kept(mapping.constants, (key) => key) } : {}), ...(mapping.templates ? { templates: kept(mapping.templates, (key) => key) } : {}),
  };
}

/** Reference fields that the mapping fills: for each of them a policy can be chosen. */
export function referenceFields(entity: CatalogueEntity, mapping: ImportMapping): readonly string[] {
  const filled = new Set([...Object.keys(mapping.columns).map((column) => fieldOf(mapping, column)), ...Object.keys(mapping.templates ?? {})]);
  return entity.fields.filter((field) => field.reference !== undefined && filled.has(field.key)).map((field) => field.key);
}
