import { categoryColumn, numberColumn, type Frame } from './frame.model.js';
import { numberOf, readAll, textOf, type WarehouseReader, type WarehouseRow } from './warehouse.reader.js';
import { WIN_FEATURES } from './win.definition.js';
import { activitiesSql, attributesSql, CLOSED_SUMMARY, openExamples, stagesSql, touchesSql, TRAINING_EXAMPLES, type Reach } from './win.sql.js';

/** Deals at moments: one row per (deal, moment); `won` and `closedAt` (ms since 1970) are known for closed deals only. */
export interface WinExamples {
  readonly dealIds: string[];
  readonly asOf: Float64Array;
  readonly closedAt: Float64Array;
  readonly won: Uint8Array;
  readonly frame: Frame;
}

/** How much there is to learn from. */
export interface ClosedSummary { won: number; lost: number; open: number; medianSeconds: number; totalSeconds: number }

/** Largest number of training rows; more would cost minutes and teach nothing new. */
const MAX_EXAMPLES = 300_000;
const DAY = 86_400;

/** Counts of closed deals and their usual length. */
export async function readClosedSummary(reader: WarehouseReader): Promise<ClosedSummary> {
  const row = (await readAll(reader, CLOSED_SUMMARY))[0] ?? {};
  const number = (name: string): number => numberOf(row[name]) || 0;
  return { won: number('won'), lost: number('lost'), open: number('open'), medianSeconds: number('median_seconds'), totalSeconds: number('total_seconds') };
}

/** Snapshots of closed deals while they were open, about two for a deal of usual length. */
export async function readTrainingExamples(reader: WarehouseReader, summary: ClosedSummary): Promise<WinExamples> {
  const usual = Math.min(60 * DAY, Math.max(DAY / 24, summary.medianSeconds / 2));
  const gap = Math.max(60, Math.round(Math.max(usual, summary.totalSeconds / MAX_EXAMPLES)));
  return await readExamples(reader, TRAINING_EXAMPLES, 'all', { gap });
}

/** All open deals, or those of the given ids, as they are at `now`. */
export async function readOpenExamples(reader: WarehouseReader, now: Date, ids?: readonly string[]): Promise<WinExamples> {
  const at = now.toISOString().replace('T', ' ').replace('Z', '');
  const reach = ids ? 'ids' : 'all';
  return await readExamples(reader, openExamples(reach), reach, ids ? { now: at, ids } : { now: at });
}

type Cells = Map<string, unknown[]>;

async function readExamples(reader: WarehouseReader, examples: string, reach: Reach, parameters: Record<string, unknown>): Promise<WinExamples> {
  const cells: Cells = new Map(WIN_FEATURES.map((feature) => [feature.name, []]));
  const position = new Map<string, number>();
  const dealIds: string[] = [], asOf: number[] = [], closedAt: number[] = [], won: number[] = [], liveAmount: number[] = [], stageAmount: number[] = [];
  const keyOf = (row: WarehouseRow): string => `${textOf(row['deal'])}@${textOf(row['moment'])}`;
  const rows = (): number => dealIds.length;
  const put = (name: string, at: number, value: unknown): void => { (cells.get(name) as unknown[])[at] = value; };
  for await (const batch of reader.rows(attributesSql(examples, reach), parameters)) {
    for (const row of batch) {
      position.set(keyOf(row), rows());
      for (const [name, values] of cells) values.push(row[name] ?? (COUNTS.has(name) ? 0 : null));
      for (const party of ['owner', 'account', 'product']) put(`${party}_win_rate`, rows(), smoothedRate(row[`${party}_won`], row[`${party}_closed`]));
      dealIds.push(textOf(row['deal']));
      asOf.push(numberOf(row['moment']) / 1000);
      closedAt.push(numberOf(row['closed_at']) / 1000);
      won.push(row['status'] === 'won' ? 1 : 0);
      liveAmount.push(numberOf(row['live_amount']));
      stageAmount.push(NaN);
    }
  }
  const merge = async (sql: string, set: (row: WarehouseRow, at: number) => void): Promise<void> => {
    for await (const batch of reader.rows(sql, parameters)) {
      for (const row of batch) {
        const at = position.get(keyOf(row));
        if (at !== undefined) set(row, at);
      }
    }
  };
  const copy = (names: readonly string[]) => (row: WarehouseRow, at: number): void => { for (const name of names) put(name, at, row[name]); };
  if (rows() > 0) {
    await merge(stagesSql(examples, reach), (row, at) => {
      copy(['stage', 'stage_progress', 'days_in_stage', 'stage_moves', 'stage_returns'])(row, at);
      stageAmount[at] = numberOf(row['stage_amount']);
    });
    await merge(activitiesSql(examples, reach), copy(['activities', 'activities_30_days', 'meetings', 'calls', 'emails_inbound', 'days_since_activity']));
    await merge(touchesSql(examples, reach), copy(['touches']));
  }
  liveAmount.forEach((amount, at) => put('amount', at, Number.isFinite(amount) ? amount : stageAmount[at]));
  return {
    dealIds, asOf: Float64Array.from(asOf), closedAt: Float64Array.from(closedAt), won: Uint8Array.from(won), frame: frameOf(cells, rows()),
  };
}

/** Two wins and two losses are assumed before the first result, so that one lucky deal is not a rate of 100 %. */
function smoothedRate(won: unknown, closed: unknown): number | null {
  const n = numberOf(closed);
  return n > 0 ? (numberOf(won) + 2) / (n + 4) : null;
}

const COUNTS = new Set(['stage_moves', 'stage_returns', 'owner_closed', 'account_closed', 'activities', 'activities_30_days', 'meetings', 'calls', 'emails_inbound', 'touches']);

function frameOf(cells: Cells, rows: number): Frame {
  return {
    rows,
    columns: WIN_FEATURES.map((feature) => {
      const values = cells.get(feature.name) as unknown[];
      return feature.kind === 'number' ? numberColumn(feature.name, values.map(numberOf)) : categoryColumn(feature.name, values.map(textOf));
    }),
  };
}
