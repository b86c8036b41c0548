import { eraseRows, microsText, nowMicros, type ErasurePlace, type RowErasure, type Warehouse } from 'crm_warehouse';
import type { ChangeEnvelope, RowText } from '../mappings/change.envelope.js';
import type { DeadLetter } from '../pipeline/change.sink.js';
import { eraseLetters, namedIn } from './letter.erasure.js';

/** The table whose rows make the stream erase. */
export const erasuresTable = 'crm_erasures';

interface Erasure extends ErasurePlace {
  readonly id: string;
  readonly committedAt: bigint;
  readonly scope: readonly RowErasure[];
}

interface ErasedKey extends ErasurePlace {
  readonly action: RowErasure['action'];
  readonly columns: readonly string[];
}

/**
 * Follows the rows of `crm_erasures`: removes what they name from history, latest rows and dead letters, and keeps changes of before from
 * coming back by a repeated delivery or a replay. Everything is finished before the position is confirmed, and may be repeated.
 */
export class ErasureFollower {
  private erased: Map<string, Map<string, ErasedKey[]>> | null = null;

  constructor(private readonly warehouse: Warehouse, private readonly log: (message: string) => void = () => undefined, private readonly timeoutMs?: number) {}

  /** The changes without what was erased since they were written. */
  async without(changes: readonly ChangeEnvelope[]): Promise<readonly ChangeEnvelope[]> {
    const erased = await this.known();
    if (erased.size === 0) return changes;
    const kept: ChangeEnvelope[] = [];
    let same = true;
    for (const change of changes) {
      const cleaned = cleanedOf(change, erased.get(change.source.table)?.get(change.key['id'] ?? ''));
      if (cleaned !== null) kept.push(cleaned);
      same &&= cleaned === change;
    }
    return same ? changes : kept;
  }

  /** The dead letters without those of rows that were erased since: a delivery of before, or one that the broker repeats, may not leave them behind. */
  async lettersWithout(letters: readonly DeadLetter[]): Promise<readonly DeadLetter[]> {
    const erased = await this.known();
    if (erased.size === 0) return letters;
    return letters.filter((letter) => {
      if ('envelope' in letter) return cleanedOf(letter.envelope, erased.get(letter.envelope.source.table)?.get(letter.envelope.key['id'] ?? '')) === letter.envelope;
      const keys = erased.get(letter.message.table);
      if (keys === undefined) return true;
      const { ids, lsn } = namedIn(letter.message);
      return ![...ids].some((id) => keys.get(id)?.some((entry) => lsn <= entry.lsn));
    });
  }

  /** Carries out the erasures among written changes. */
  async follow(changes: readonly ChangeEnvelope[]): Promise<void> {
    for (const { op, after, source } of changes) {
      if (source.table !== erasuresTable || op === 'd' || after?.['scope'] == null || after['id'] == null) continue;
      // A row that a snapshot brings has no transaction: its version is that of the snapshot, whose other rows are clean.
      await this.apply({ id: after['id'], lsn: source.lsn, xid: BigInt(source.xid), committedAt: source.committed_at, scope: JSON.parse(after['scope']) as RowErasure[] });
    }
  }

  /** Carries out erasures that came by a snapshot instead of a change: those the warehouse has and has not done. */
  async catchUp(): Promise<void> {
    const exists = await this.warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_raw' AND name = {table:String}`, { params: { table: erasuresTable }, timeoutMs: this.timeoutMs });
    if (exists === undefined) return;
    const rows = await this.warehouse.rows<{ id: string; scope: string; version: string; xid: string; at: string }>(
      `SELECT id, any(scope) AS scope, min(_lsn) AS version, toString(argMin(_xid, _lsn)) AS xid, toUnixTimestamp64Micro(argMin(_committed_at, _lsn)) AS at
       FROM crm_history.${erasuresTable} WHERE _op != 'd' AND id NOT IN (SELECT id FROM crm_cdc.erasures) GROUP BY id ORDER BY version`);
    for (const row of rows) await this.apply({ id: row.id, lsn: BigInt(row.version), xid: BigInt(row.xid), committedAt: BigInt(row.at), scope: JSON.parse(row.scope) as RowErasure[] });
  }

  private async apply(erasure: Erasure): Promise<void> {
    const done = await this.warehouse.first('SELECT 1 AS one FROM crm_cdc.erasures FINAL WHERE id = {id:UUID}', { params: { id: erasure.id } });
    if (done !== undefined) return;
    // First what must not come back, so that a crash in between leaves nothing unguarded.
    await this.remember(erasure);
    let removed = 0;
    for (const entry of erasure.scope) {
      // In a snapshot the anonymised row has the snapshot's own version, which must stay; of a deleted row nothing must.
      const lsn = erasure.xid === 0n && entry.action !== 'delete' ? erasure.lsn - 1n : erasure.lsn;
      removed += await eraseRows(this.warehouse, entry, { lsn, xid: erasure.xid });
      removed += await eraseLetters(this.warehouse, entry, erasure.lsn);
    }
    await this.warehouse.insert('crm_cdc.erasures', [{
      id: erasure.id, lsn: String(erasure.lsn), xid: String(erasure.xid), committed_at: microsText(erasure.committedAt), removed: String(removed),
      completed_at: microsText(nowMicros()), _version: String(nowMicros()),
    }], { idempotent: true });
    this.log(`erasure ${erasure.id}: ${removed} row versions are gone from the warehouse`);
  }

  private async remember(erasure: Erasure): Promise<void> {
    const rows = erasure.scope.flatMap(({ table, keys, action, columns = [] }) => keys.map((key) => (
      { table_name: table, key, lsn: String(erasure.lsn), xid: String(erasure.xid), action, columns })));
    await this.warehouse.insert('crm_cdc.erased_keys', rows, { idempotent: true });
    const erased = await this.known();
    for (const { table_name: table, key, action, columns } of rows) add(erased, table, key, { lsn: erasure.lsn, xid: erasure.xid, action, columns });
  }

  private async known(): Promise<Map<string, Map<string, ErasedKey[]>>> {
    if (this.erased !== null) return this.erased;
    const erased = new Map<string, Map<string, ErasedKey[]>>();
    const rows = await this.warehouse.rows<{ table_name: string; key: string; lsn: string; xid: string; action: RowErasure['action']; columns: string[] }>('SELECT * FROM crm_cdc.erased_keys FINAL', { timeoutMs: this.timeoutMs });
    for (const row of rows) add(erased, row.table_name, row.key, { lsn: BigInt(row.lsn), xid: BigInt(row.xid), action: row.action, columns: row.columns });
    this.erased = erased;
    await this.catchUp();
    return erased;
  }
}

function add(erased: Map<string, Map<string, ErasedKey[]>>, table: string, key: string, entry: ErasedKey): void {
  const keys = erased.get(table) ?? new Map<string, ErasedKey[]>();
  erased.set(table, keys);
  keys.set(key, [...(keys.get(key) ?? []), entry]);
}

/** The change as it may be stored: unchanged, without its personal columns, or not at all. */
function cleanedOf(change: ChangeEnvelope, entries: readonly ErasedKey[] | undefined): ChangeEnvelope | null {
  let result: ChangeEnvelope = change;
  for (const { lsn, xid, action, columns } of entries ?? []) {
    const { source, op } = change;
    if (source.lsn > lsn || (source.xid !== 0 && BigInt(source.xid) === xid && op !== 'd')) continue;
    // Rows of a snapshot are read from the ledger, which is clean; of a deleted row there are none.
    if (op === 'r' && action !== 'delete') continue;
    if (action !== 'rewrite') return null;
    result = { ...result, before: emptied(result.before, columns), after: emptied(result.after, columns) };
  }
  return result;
}

function emptied(row: RowText | null, columns: readonly string[]): RowText | null {
  if (row === null) return null;
  // NULL becomes an empty text where the warehouse's column has no NULL.
  return { ...row, ...Object.fromEntries(columns.filter((column) => row[column] !== undefined).map((column) => [column, null])) };
}
