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
  for (let attempt = 1; ; attempt++) {
    const moment = await openMoment(options);
    try {
      const report = await compareAt(moment, options);
      if (attempt === attempts || !(await overtaken(moment, report))) return report;
    } finally {
      await moment.close();
    }
    options.log?.('a table was read anew behind the compared position; comparing again');
  }
}

async function compareAt(moment: Moment, { tables: wanted, log = () => undefined }: ParityOptions): Promise<ParityReport> {
  log(`comparing at ${formatLsn(moment.lsn)}`);
  const tables: TableParity[] = [];
  for (const shape of chosen(moment.shapes, wanted)) tables.push(await compareTable(moment, shape, log));
  const sum = (of: (table: TableParity) => number): number => tables.reduce((total, table) => total + of(table), 0);
  return { lsn: moment.lsn, committedAt: moment.committedAt, rows: sum((table) => table.rows), different: sum((table) => table.different), tables };
}

/** The named tables, or all; throws when one of them is not published. */
export function chosen(shapes: readonly TableShape[], names: readonly string[] | undefined): readonly TableShape[] {
  const strange = names?.find((name) => !shapes.some((shape) => shape.name === name));
  if (strange !== undefined) throw new Error(`${strange} is not a published table; choose among ${shapes.map((shape) => shape.name).join(', ')}`);
  return names === undefined ? shapes : shapes.filter((shape) => names.includes(shape.name));
}

async function compareTable(moment: Moment, shape: TableShape, log: (message: string) => void): Promise<TableParity> {
  const absent = await absentColumns(moment.warehouse, shape);
  if (absent.length > 0) {
    // Without the table or a column there is nothing to compare with: every row differs.
    log(`${shape.name}: the warehouse lacks ${absent.join(', ')}`);
    const { rows: [counted] } = await moment.client.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${qualifiedName(shape)}`);
    return { table: shape.name, rows: counted!.rows, different: counted!.rows, examples: [] };
  }
  const { rows, differences } = await compareRows(moment, shape);
  const examples = differences.slice(0, shownExamples);
  for (const { kind, side, key } of examples) log(`${shape.name}: ${key} is ${kind} in crm_${side}`);
  return { table: shape.name, rows, different: differences.length, examples };
}

/** True when a differing table has rows of a snapshot taken behind the position, so that its state there is no longer known. */
async function overtaken(moment: Moment, report: ParityReport): Promise<boolean> {
  for (const { table } of report.tables.filter((one) => one.different > 0)) if (await readAnewBehind(moment.warehouse, table, moment.lsn)) return true;
  return false;
}

async function readAnewBehind(warehouse: Warehouse, table: string, lsn: bigint): Promise<boolean> {
  const exists = await warehouse.first(`SELECT 1 AS one FROM system.tables WHERE database = 'crm_history' AND name = {table:String}`, { params: { table } });
  if (!exists) return false;
  return (await warehouse.first(`SELECT 1 AS one FROM crm_history.${quoteName(table)} WHERE _op = 'r' AND _lsn > ${String(lsn)} LIMIT 1`)) !== undefined;
}
