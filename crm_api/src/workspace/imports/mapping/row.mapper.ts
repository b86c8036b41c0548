import type { CellValue, ColumnMapping, DraftRow, EntityDefinition, FieldDefinition, ImportMapping, RowProblem } from '../import.types.js';
import type { FileRow } from '../reading/file.reader.js';
import { ImportFileError } from '../import.errors.js';
import { isList } from '../targets/custom.target.js';
import { closedTarget } from '../targets/target.reader.js';
import { aliasedText, readCell } from '../values/cell.reader.js';
import { looksLikeFormula } from '../values/value.parser.js';

interface BoundColumn {
  readonly header: string;
  readonly field: FieldDefinition;
  readonly column: ColumnMapping;
}

/** A mapping bound to a file and an entity: turns rows of the file into drafts. */
export interface RowMapper {
  /** Fields that some column, constant or template fills. */
  readonly fields: ReadonlySet<string>;
  map(row: FileRow): DraftRow;
  /** True for rows that `skip_when` leaves out. */
  isSkipped(row: FileRow): boolean;
}

function asColumn(value: string | ColumnMapping): ColumnMapping {
  return typeof value === 'string' ? { field: value } : value;
}

function list(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

/** Checks a mapping against the file's columns and the entity's fields; a wrong name is an error of the file, before any row is touched. */
export function bindMapping(entity: EntityDefinition, mapping: ImportMapping, columns: readonly string[]): RowMapper {
  const fieldOf = (key: string): FieldDefinition => {
    const field = entity.fields.find((candidate) => candidate.key === key);
    if (field !== undefined) return field;
    const { code, message } = closedTarget(entity, key);
    throw new ImportFileError(code, message);
  };
  const absent = [...Object.keys(mapping.columns), ...Object.keys(mapping.skip_when ?? {})].filter((header) => !columns.includes(header));
  if (absent.length > 0) {
    throw new ImportFileError('mapping_unknown_column', `The mapping names columns that the file does not have: ${list(absent)}. The file has: ${list(columns.slice(0, 40))}.`);
  }
  const bound: BoundColumn[] = Object.entries(mapping.columns).flatMap(([header, value]) => {
    if (value === null) return [];
    const column = asColumn(value);
    return [{ header, column, field: fieldOf(column.field) }];
  });
  const constants = Object.entries(mapping.constants ?? {}).map(([key, text]) => ({ field: fieldOf(key), text }));
  const templates = Object.entries(mapping.templates ?? {}).map(([key, template]) => ({ field: fieldOf(key), template }));
  const fields = new Set([...bound.map((each) => each.field.key), ...constants.map((each) => each.field.key), ...templates.map((each) => each.field.key)]);
  if (bound.length === 0) throw new ImportFileError('mapping_empty', 'No column is mapped. Choose a field for at least one column.');
  const missing = entity.fields.filter((field) => field.required === true && !fields.has(field.key));
  if (missing.length > 0) throw new ImportFileError('mapping_incomplete', `${entity.label.en} need ${list(missing.map((field) => field.label.en))}. Map a column to it.`);
  const country = bound.find((each) => each.field.type === 'country');

  const map = (row: FileRow): DraftRow => {
    const draft: DraftRow = { rowNumber: row.rowNumber, raw: row.cells, values: {}, clears: new Set(), problems: [], warnings: [] };
    if (row.problem !== undefined) {
      draft.problems.push(row.problem);
      return draft;
    }
    const texts: Record<string, string> = {};
    const ordered = country === undefined ? bound : [country, ...bound.filter((each) => each !== country)];
    for (const { header, field, column } of ordered) {
      const text = aliasedText(field, row.cells[header] ?? '', column);
      texts[field.key] = [texts[field.key], text.trim()].filter((part) => part !== undefined && part !== '').join(isList(field) ? '; ' : ' ');
      const known = draft.values['country'];
      const parsed = readCell(field, texts[field.key] ?? '', {
        dateOrder: column.date_order, multiply: column.multiply, country: typeof known === 'string' ? known : undefined,
      });
      accept(draft, field, parsed, column.on_invalid ?? 'error');
      if (field.type === 'text' && looksLikeFormula(text.trim())) {
        draft.warnings.push({ code: 'formula_text', field: field.key, value: text.slice(0, 200), message: 'The text looks like a formula. It is stored as text, and exports will not let a spreadsheet run it.' });
      }
    }
    for (const { field, text } of constants) {
      if ((draft.values[field.key] ?? null) === null) accept(draft, field, readCell(field, text, {}), 'error');
    }
    for (const { field, template } of templates) {
      if ((draft.values[field.key] ?? null) !== null) continue;
      const text = fillTemplate(template, texts);
      if (text !== '') accept(draft, field, readCell(field, text, {}), 'error');
    }
    for (const field of entity.fields) {
      if (field.required === true && (draft.values[field.key] ?? null) === null && !draft.problems.some((problem) => problem.field === field.key)) {
        draft.problems.push({ code: 'required', field: field.key, message: `${field.label.en} is empty, and each row needs it.` });
      }
    }
    return draft;
  };
  const skips = Object.entries(mapping.skip_when ?? {}).map(([header, values]) => ({ header, values: new Set(values.map((value) => value.toLowerCase())) }));
  return { fields, map, isSkipped: (row) => skips.some(({ header, values }) => values.has((row.cells[header] ?? '').trim().toLowerCase())) };
}

function accept(draft: DraftRow, field: FieldDefinition, parsed: { readonly value: CellValue } | { readonly problem: RowProblem }, onInvalid: 'error' | 'empty'): void {
  if ('value' in parsed) draft.values[field.key] = parsed.value;
  else if (onInvalid === 'error') draft.problems.push(parsed.problem);
  else {
    draft.values[field.key] = null;
    draft.warnings.push({ ...parsed.problem, message: `${parsed.problem.message} It was left out.` });
  }
}

/** Fills `{field}` from the row; the text before an empty field, and before the first filled one, is left out with it. */
export function fillTemplate(template: string, texts: Readonly<Record<string, string>>): string {
  // Odd places are names of fields, even places the text before them; the last place is the text after all.
  const parts = template.split(/\{([a-z_]+)\}/);
  let result = '';
  let lastFilled = false;
  for (let index = 1; index < parts.length; index += 2) {
    const value = texts[parts[index] ?? ''] ?? '';
    lastFilled = value !== '';
    if (lastFilled) result += (result === '' && index > 1 ? '' : (parts[index - 1] ?? '')) + value;
  }
  return (result + (lastFilled ? (parts.at(-1) ?? '') : '')).trim();
}
