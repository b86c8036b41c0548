import type { Warehouse } from 'crm_warehouse';
import { faultTables, type FaultTable, type Version, type WriteLedger } from './write.ledger.js';

const keyColumns: Readonly<Record<FaultTable, readonly string[]>> = {
  crm_fault_rows: ['id'], crm_fault_lines: ['row_id', 'line'], crm_fault_docs: ['id'], crm_fault_hot: ['id'],
};

/** The key of a row as the ledger writes it, as an expression of the warehouse. */
export function warehouseKey(table: FaultTable): string {
  return keyColumns[table].length === 1 ? `toString(${keyColumns[table][0]})` : `concat(${keyColumns[table].map((column) => `toString(${column})`).join(`, '/', `)})`;
}

/** What was found; empty lists are what a stream that loses nothing leaves behind. */
export interface HistoryReport {
  /** Rows delivered more than once before FINAL makes one of them: repeats are allowed, but only exact ones. */
  readonly repeated: number;
  readonly problems: readonly string[];
}

/**
 * Compares the history with the ledger. A version is identified by key, LSN and sequence: a repeated delivery adds a row of the same
 * identity, which the engine merges away, so without FINAL a version may be there several times and must be the same each time; with
 * FINAL it is there once, and the versions of a row are exactly the committed ones in the order of their commits.
 */
export async function checkHistory(warehouse: Warehouse, ledger: WriteLedger): Promise<HistoryReport> {
  const problems: string[] = [];
  let repeated = 0;
  for (const table of faultTables) {
    const key = warehouseKey(table);
    const columns = keyColumns[table].join(', ');
    const [copies] = await warehouse.rows<{ extra: string; unlike: string }>(
      `SELECT sum(n - 1) AS extra, countIf(kinds > 1) AS unlike FROM (
         SELECT count() AS n, uniqExact(_op, stamp, _xid, _committed_at) AS kinds FROM crm_history.${table} GROUP BY ${columns}, _lsn, _seq)`);
    repeated += Number(copies?.extra);
    if (Number(copies?.unlike) > 0) problems.push(`${table}: ${copies?.unlike} versions were delivered with different contents`);
    const [once] = await warehouse.rows<{ extra: string; current: string }>(
      `SELECT (SELECT countIf(n > 1) FROM (SELECT count() AS n FROM crm_history.${table} FINAL GROUP BY ${columns}, _lsn, _seq)) AS extra,
              (SELECT countIf(n > 1) FROM (SELECT count() AS n FROM crm_raw.${table} FINAL GROUP BY ${columns})) AS current`);
    if (Number(once?.extra) > 0 || Number(once?.current) > 0) problems.push(`${table}: ${once?.extra} versions and ${once?.current} rows are doubled even with FINAL`);
    // xid 0: rows of a snapshot, and rows that a snapshot no longer found.
    const found = new Map((await warehouse.rows<{ k: string; list: string[] }>(
      `SELECT k, groupArray(concat(toString(_op), ' ', toString(stamp))) AS list FROM (
         SELECT ${key} AS k, _op, stamp, _lsn, _seq FROM crm_history.${table} FINAL WHERE _xid != 0 ORDER BY k, _lsn, _seq) GROUP BY k`)).map((row) => [row.k, row.list]));
    for (const [row, expected] of ledger.table(table)) {
      const wanted = expected.map(({ op, stamp }) => `${op} ${stamp}`);
      const there = found.get(row) ?? [];
      found.delete(row);
      const different = difference(wanted, there);
      if (different !== null) problems.push(`${table} ${row}: ${different}`);
    }
    for (const [row, list] of found) problems.push(`${table} ${row}: never committed, yet the history has ${list.slice(0, 5).join(', ')}`);
    if (table === 'crm_fault_hot') problems.push(...gaps(ledger));
  }
  return { repeated, problems };
}

/** Null when the lists are the same, otherwise where they first differ. */
function difference(wanted: readonly string[], there: readonly string[]): string | null {
  const at = wanted.findIndex((version, index) => version !== there[index]);
  if (at < 0 && wanted.length === there.length) return null;
  const place = at < 0 ? wanted.length : at;
  return `version ${place + 1} of ${wanted.length} should be ${wanted[place] ?? 'absent'} and is ${there[place] ?? 'absent'} (${there.length} there)`;
}

/** The shared rows count their own changes: a gap would mean that the ledger itself missed a commit. */
function gaps(ledger: WriteLedger): string[] {
  const found: string[] = [];
  for (const [row, versions] of ledger.table('crm_fault_hot')) {
    const gap = versions.findIndex((version: Version, index) => version.place !== index + 1);
    if (gap >= 0) found.push(`crm_fault_hot ${row}: the ledger has place ${versions[gap]?.place} where ${gap + 1} belongs`);
  }
  return found;
}
