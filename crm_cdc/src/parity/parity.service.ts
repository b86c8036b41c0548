import { quoteName, type Warehouse } from 'crm_warehouse';
import { formatLsn } from '../mappings/lsn.codec.js';
import type { TableShape } from '../mappings/table.shape.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';
import { absentColumns, openMoment, type Moment, type MomentOptions } from './moment.service.js';
import { compareRows, type ParityDifference } from './table.comparison.js';

export type { ParityDifference } from './table.comparison.js';

/** What is compared. */
export interface ParityOptions extends Omit<MomentOptions, 'warehouse'> {
  readonly warehouseUrl: string;
  /** Tables to compare; all published ones when none are named. */
  readonly tables?: readonly string[];
  readonly log?: (message: string) => void;
}

/** What was found in one table. */
export interface TableParity {
  readonly table: string;
  /** Rows of either side. */
  readonly rows: number;
  readonly different: number;
  /** The first differences, at most ten. */
  readonly examples: readonly ParityDifference[];
}

/** The whole comparison. */
export interface ParityReport {
  readonly lsn: bigint;
  /** Everything committed up to here was compared; microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
  readonly rows: number;
  readonly different: number;
  readonly tables: readonly TableParity[];
}

const shownExamples = 10;
// A new snapshot of a table is rare; three in a row while they are compared do not happen by themselves.
const attempts = 3;

/** Compares every published table of Postgres with the warehouse at one position of the log. Throws when the warehouse does not get there in time. */
export async function compareParity(options: ParityOptions): Promise<ParityReport> {
  const { moment: { lsn, committedAt }, tables } = await compareTables(options);
  const sum = (of: (table: TableParity) => number): number => tables.reduce((total, table) => total + of(table), 0);
  return {
    lsn, committedAt, rows: sum((table) => table.rows), different: sum((table) => table.different),
    tables: tables.map(({ table, rows, different, examples }) => ({ table, rows, different, examples })),
  };
}

/** What was found in one table, with everything that a repair needs. */
export interface ComparedTable extends TableParity {
  readonly shape: TableShape;
  readonly differences: readonly ParityDifference[];
  /** Columns that the warehouse lacks; such a table cannot be repaired row by row. */
  readonly absent: readonly string[];
  readonly durationMs: number;
}

/** Compares tables at one moment, again where a table was read anew in between; the moment is closed when it is returned. */
export async function compareTables(options: MomentOptions & { readonly tables?: readonly string[]; readonly log?: (message: string) => void }): Promise<{ moment: Moment; tables: readonly ComparedTable[] }> {
  const { log = () => undefined } = options;
  for (let attempt = 1; ; attempt++) {
    const moment = await openMoment(options);
    try {
      log(`comparing at ${formatLsn(moment.lsn)}`);
      const tables: ComparedTable[] = [];
      for (const shape of chosen(moment.shapes, options.tables)) tables.push(await compareTable(moment, shape, log));
      if (attempt === attempts || !(await overtaken(moment, tables))) return { moment, tables };
    } finally {
      await moment.close();
    }
    log('a table was read anew behind the compared position; comparing again');
  }
}

/** The named tables, or all; throws when one of them is not published. */
export function chosen(shapes: readonly TableShape[], names: readonly string[] | undefined): readonly TableShape[] {
  const strange = names?.find((name) => !shapes.some((shape) => shape.name === name));
  if (strange !== undefined) throw new Error(`${strange} is not a published table; choose among ${shapes.map((shape) => shape.name).join(', ')}`);
  return names === undefined ? shapes : shapes.filter((shape) => names.includes(shape.name));
}

async function compareTable(moment: Moment, shape: TableShape, log: (message: string) => void): Promise<ComparedTable> {
  const begun = performance.now();
  const durationMs = (): number => Math.round(performance.now() - begun);
  const absent = await absentColumns(moment.warehouse, shape);
  if (absent.length > 0) {
    // Without the table or a column there is nothing to compare with: every row differs.
    log(`${shape.name}: the warehouse lacks ${absent.join(', ')}`);
    const { rows: [counted] } = await moment.client.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${qualifiedName(shape)}`);
    return { table: shape.name, shape, rows: counted!.rows, different: counted!.rows, examples: [], differences: [], absent, durationMs: durationMs() };
  }
  const { rows, differences } = await compareRows(moment, shape);
  const examples = differences.slice(0, shownExamples);
  for (const { kind, side, key } of examples) log(`${shape.name}: ${key} is ${kind} in crm_${side}`);
  return { table: shape.name, shape, rows, different: differences.length, examples, differences, absent, durationMs: durationMs() };
}

/** True when a differing table has rows of a snapshot taken behind the position, so that its state there is no longer known. */
async function overtaken(moment: Moment, tables: readonly TableParity[]): Promise<boolean> {
  for (const { table } of tables.filter((one) => one.different > 0)) if (await readAnewBehind(moment.warehouse, table, moment.lsn)) return true;
  return false;
}

/** True when a table holds rows of a snapshot taken behind a position: its state there is no longer known. Repairs, whose positions are odd, do not count. */
export async function readAnewBehind(warehouse: Warehouse, table: string, lsn: bigint): Promise<boolean> {
  const exists = await warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_history' AND name = {table:String}`, { params: { table } });
  if (!exists) return false;
  return (await warehouse.first(`SELECT 1 AS one FROM crm_history.${quoteName(table)} WHERE _op = 'r' AND _lsn > ${String(lsn)} AND _lsn % 8 = 0 LIMIT 1`)) !== undefined;
}
