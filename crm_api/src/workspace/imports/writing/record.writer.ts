import type { Knex } from 'knex';
import type { CellValue, DraftRow, EntityDefinition } from '../import.types.js';

/** What became of a row. */
export type RowOutcome = 'created' | 'updated' | 'unchanged';

/** A row written to the database. */
export interface WrittenRow {
  readonly row: DraftRow;
  readonly id: string;
  readonly outcome: RowOutcome;
}

type Columns = Record<string, CellValue>;

function columnsOf(entity: EntityDefinition, row: DraftRow, ignored: ReadonlySet<string>): Columns {
  const columns: Columns = {};
  for (const field of entity.fields) {
    const column = field.column ?? field.key;
    const value = row.values[field.key];
    if (column === '' || value === undefined || ignored.has(field.key) || column === 'external_id') continue;
    if (['first_name', 'last_name'].includes(column) && entity.table === 'crm_leads') continue; // Only parts of the full name there.
    if (value !== null || row.clears.has(field.key)) columns[column] = value;
  }
  // What prepare() derived and no field of the mapping names.
  for (const key of derivedColumns[entity.table] ?? []) {
    const value = row.values[key];
    if (value !== undefined && (value !== null || row.clears.has(key))) columns[key] = value;
  }
  return columns;
}

const derivedColumns: Readonly<Record<string, readonly string[]>> = { crm_deals: ['closed_at', 'status', 'currency'] };

function groupByColumns(list: readonly { readonly columns: Columns; readonly row: DraftRow; readonly id: string }[]): Map<string, typeof list> {
  const groups = new Map<string, { columns: Columns; row: DraftRow; id: string }[]>();
  for (const entry of list) {
    const signature = Object.keys(entry.columns).sort().join(',');
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Creates and updates in bulk. Values travel as JSON and are typed by the table itself; empty cells leave stored values alone. */
export async function writeRecords(
  trx: Knex.Transaction,
  entity: EntityDefinition,
  rows: readonly DraftRow[],
  matches: ReadonlyMap<DraftRow, string>,
  options: { readonly source: string; readonly ignored: ReadonlySet<string> },
): Promise<WrittenRow[]> {
  const written: WrittenRow[] = [];
  const fresh = rows.filter((row) => !matches.has(row));
  if (fresh.length > 0) {
    const { rows: made } = await trx.raw<{ rows: { id: string }[] }>('SELECT crm_core.crm_uuid_v7() AS id FROM generate_series(1, ?)', [fresh.length]);
    const entries = fresh.map((row, index) => {
      const external = row.values['external_id'];
      const origin: Columns = typeof external === 'string' ? { external_source: options.source, external_id: external } : {};
      return { row, id: made[index]?.id ?? '', columns: { ...columnsOf(entity, row, options.ignored), ...origin } };
    });
    for (const group of groupByColumns(entries).values()) {
      const columns = ['id', ...Object.keys(group[0]?.columns ?? {}).sort()];
      await trx.raw(
        `INSERT INTO crm_core.${entity.table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::crm_core.${entity.table}, ?::jsonb)`,
        [JSON.stringify(group.map((entry) => ({ id: entry.id, ...entry.columns })))],
      );
    }
    written.push(...entries.map(({ row, id }) => ({ row, id, outcome: 'created' as const })));
  }
  const known = rows.flatMap((row) => {
    const id = matches.get(row);
    return id === undefined ? [] : [{ row, id, columns: row.mergedAway === true ? {} : columnsOf(entity, row, options.ignored) }];
  });
  const changed = new Set<string>();
  for (const group of groupByColumns(known).values()) {
    const columns = Object.keys(group[0]?.columns ?? {}).sort();
    if (columns.length === 0) continue;
    const { rows: updated } = await trx.raw<{ rows: { id: string }[] }>(
      `UPDATE crm_core.${entity.table} t SET ${columns.map((column) => `${column} = i.${column}`).join(', ')}
         FROM jsonb_populate_recordset(NULL::crm_core.${entity.table}, ?::jsonb) i
        WHERE t.id = i.id AND (${columns.map((column) => `t.${column} IS DISTINCT FROM i.${column}`).join(' OR ')}) RETURNING t.id`,
      [JSON.stringify(group.map((entry) => ({ id: entry.id, ...entry.columns })))],
    );
    for (const { id } of updated) changed.add(id);
  }
  await adoptExternalIds(trx, entity, known, options.source);
  written.push(...known.map(({ row, id }) => ({ row, id, outcome: changed.has(id) ? ('updated' as const) : ('unchanged' as const) })));
  return written;
}

/** A record found by name that no system claims yet takes the file's id, so that it is found by it from now on. */
async function adoptExternalIds(trx: Knex.Transaction, entity: EntityDefinition, known: readonly { row: DraftRow; id: string }[], source: string): Promise<void> {
  const claims = known.flatMap(({ row, id }) => (typeof row.values['external_id'] === 'string' && row.mergedAway !== true ? [{ id, external_id: row.values['external_id'] }] : []));
  if (claims.length === 0) return;
  await trx.raw(
    `UPDATE crm_core.${entity.table} t SET external_source = ?, external_id = i.external_id
       FROM jsonb_to_recordset(?::jsonb) AS i(id uuid, external_id text) WHERE t.id = i.id AND t.external_id IS NULL`,
    [source, JSON.stringify(claims)],
  );
}
