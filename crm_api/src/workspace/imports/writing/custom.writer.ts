import type { Knex } from 'knex';
import { judgeCustom, uniqueCure, uniqueText, writeCustoms } from '../../../kernel/custom/custom.input.js';
import { activeFields, heldValues, uniqueHolders } from '../../../kernel/custom/custom.repository.js';
import { customName, type CustomEntity, type CustomField } from '../../../kernel/custom/custom.types.js';
import type { CellValue, DraftRow, EntityDefinition } from '../import.types.js';
import type { WrittenRow } from './record.writer.js';

type Values = Readonly<Record<string, unknown>>;

/** What rows change of custom values, judged. */
export interface CustomChanges {
  readonly fields: ReadonlyMap<string, CustomField>;
  readonly byRow: ReadonlyMap<DraftRow, Values>;
}

const nothing: CustomChanges = { fields: new Map(), byRow: new Map() };

/** Judges the custom values of rows as the API judges its own writes, in few questions for all of them; problems are noted on the rows. */
export async function judgeRows(trx: Knex.Transaction, entity: EntityDefinition, rows: readonly DraftRow[], matches: ReadonlyMap<DraftRow, string>): Promise<CustomChanges> {
  if (entity.custom !== true || rows.length === 0) return nothing;
  const name = entity.entity as CustomEntity;
  const fields = await activeFields(trx, name);
  const judged = rows.filter((row) => row.mergedAway !== true).map((row) => ({ row, id: matches.get(row), given: givenOf(entity, row) }));
  // What a file does not fill can only be missing in new records.
  if (judged.every(({ given }) => Object.keys(given).length === 0) && !fields.some((one) => one.required)) return nothing;
  const known = judged.flatMap(({ id, given }) => (id === undefined || Object.keys(given).length === 0 ? [] : [id]));
  await lock(trx, entity, known);
  const held = known.length === 0 ? new Map<string, Values>() : await heldValues(trx, name, known);
  const verdicts = await judgeCustom(trx, name, fields, judged.map(({ id, given }) => ({ given, before: id === undefined ? null : held.get(id) ?? {} })));
  const byRow = new Map<DraftRow, Values>();
  judged.forEach(({ row }, index) => {
    const { values = {}, problems = [] } = verdicts[index] ?? {};
    for (const { path, code, message } of problems) {
      const field = path.split('.').slice(0, 2).join('.');
      row.problems.push({ code, field, message, ...said(row.values[field]) });
    }
    if (problems.length > 0 || Object.keys(values).length === 0) return;
    byRow.set(row, values);
    // In the form in which they are stored, for the audit log.
    for (const [key, value] of Object.entries(values)) row.values[customName(key)] = value as CellValue;
  });
  const changes = { fields: new Map(fields.map((one) => [one.key, one])), byRow };
  await noteTaken(trx, changes, matches);
  return changes;
}

/** Stores what was judged. A change of custom values alone is a new version of the record as well. */
export async function writeCustomRows(trx: Knex.Transaction, entity: EntityDefinition, { fields, byRow }: CustomChanges, written: readonly WrittenRow[]): Promise<WrittenRow[]> {
  const changes = written.flatMap(({ row, id }) => { const values = byRow.get(row); return values === undefined ? [] : [{ id, values }]; });
  if (changes.length === 0) return [...written];
  await writeCustoms(trx, fields, changes);
  const changed = new Set(changes.map(({ id }) => id));
  const alone = written.filter(({ id, outcome }) => outcome === 'unchanged' && changed.has(id)).map(({ id }) => id);
  if (alone.length > 0) await trx.raw(`UPDATE crm_core.${entity.table} SET updated_at = now() WHERE id = ANY(?::uuid[])`, [alone]);
  return written.map((one) => (one.outcome === 'unchanged' && changed.has(one.id) ? { ...one, outcome: 'updated' as const } : one));
}

/** What the row says of custom fields; empty cells leave what is stored. */
function givenOf(entity: EntityDefinition, row: DraftRow): Values {
  return Object.fromEntries(entity.fields.flatMap(({ key, custom }) => {
    const value = custom === undefined ? null : row.values[key] ?? null;
    return custom === undefined || value === null ? [] : [[custom.key, value]];
  }));
}

const said = (value: CellValue | undefined): { value?: string } => (value === undefined || value === null ? {} : { value: (Array.isArray(value) ? value.join('; ') : String(value)).slice(0, 200) });

/** Behind the records' locks, in one order, so that two imports that meet wait for each other. */
async function lock(trx: Knex.Transaction, entity: EntityDefinition, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await trx.raw(`SELECT 1 FROM crm_core.${entity.table} WHERE id = ANY(?::uuid[]) ORDER BY id FOR UPDATE`, [[...ids]]);
}

/** Notes the rows whose value another record has; what is taken in the same moment, the index refuses. */
async function noteTaken(trx: Knex.Transaction, { fields, byRow }: CustomChanges, matches: ReadonlyMap<DraftRow, string>): Promise<void> {
  const wanted = [...byRow].flatMap(([row, values]) => Object.entries(values).flatMap(([key, value]) => {
    const field = fields.get(key);
    return field?.is_unique === true && value !== null ? [{ row, key, value, fieldId: field.id, unique: uniqueText(value) }] : [];
  }));
  const holders = await uniqueHolders(trx, wanted);
  for (const { row, key, value, fieldId, unique } of wanted) {
    const holder = holders.get(`${fieldId}:${unique}`);
    if (holder !== undefined && holder !== matches.get(row)) row.problems.push({ code: 'already_exists', field: customName(key), value: String(value).slice(0, 200), message: uniqueCure(key) });
  }
}
