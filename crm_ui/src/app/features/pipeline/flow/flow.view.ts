import { Row } from '@core/analytics/analytics.client';
import { Exact, sumExact } from '@shared/format/exact';
import { change } from '../pipeline.members';
import { nameIn, Reader } from '@shared/format/reader';

/** What a deal came with: the measures exclude each other, so their sum is one amount a deal. */
export const ENTRY_MEASURES = ['opening', 'new', 'pulled_in'].map((key) => change(key));
/** The side of the matrix where a deal was not in the pipeline. */
export const OUTSIDE = '';

/** Amount and number of deals of a cell, a row, a column or all. */
export interface FlowSum {
  readonly amount: Exact;
  readonly count: number;
}

/** One side of the matrix. */
export interface FlowSide {
  readonly key: string;
  readonly name: string;
}

/** From the stage at the first instant, down, to the stage at the second, across. */
export interface FlowMatrix {
  readonly from: readonly FlowSide[];
  readonly to: readonly FlowSide[];
  readonly cells: ReadonlyMap<string, FlowSum>;
  readonly rows: ReadonlyMap<string, FlowSum>;
  readonly columns: ReadonlyMap<string, FlowSum>;
  readonly all: FlowSum;
}

/** The key of a cell, as the address has it. */
export const cellKey = (from: string, to: string): string => `${from}~${to}`;

const NONE: FlowSum = { amount: 0n, count: 0 };
const add = (map: Map<string, FlowSum>, key: string, part: FlowSum): void => {
  const before = map.get(key) ?? NONE;
  map.set(key, { amount: before.amount + part.amount, count: before.count + part.count });
};

/** Builds the matrix; `order` gives the place of a stage by its id, and stages that are unknown come last. Not in the pipeline stands first among the origins, last among the ends. */
export function flowMatrix(rows: readonly Row[], order: (stageId: string) => number, reader: Reader): FlowMatrix {
  const [cells, sums, columns] = [new Map<string, FlowSum>(), new Map<string, FlowSum>(), new Map<string, FlowSum>()];
  const [from, to] = [new Map<string, string>(), new Map<string, string>()];
  let all = NONE;
  for (const row of rows) {
    const [start, end] = [sideOf(row, 'from', reader), sideOf(row, 'to', reader)];
    const part = { amount: sumExact(ENTRY_MEASURES.map((measure) => row[measure])), count: Number(row[change('count')] ?? 0) };
    from.set(start.key, start.name);
    to.set(end.key, end.name);
    add(cells, cellKey(start.key, end.key), part);
    add(sums, start.key, part);
    add(columns, end.key, part);
    all = { amount: all.amount + part.amount, count: all.count + part.count };
  }
  const sorted = (sides: ReadonlyMap<string, string>, outside: number): FlowSide[] =>
    [...sides].map(([key, name]) => ({ key, name })).sort((one, two) => (one.key === OUTSIDE ? outside : order(one.key)) - (two.key === OUTSIDE ? outside : order(two.key)) || one.name.localeCompare(two.name));
  return { from: sorted(from, -Infinity), to: sorted(to, Infinity), cells, rows: sums, columns, all };
}

function sideOf(row: Row, side: 'from' | 'to', reader: Reader): FlowSide {
  const id = row[change(`${side}_stage_id`)];
  if (id === null || id === undefined || id === '') return { key: OUTSIDE, name: reader.text(`pipeline.flow.${side === 'from' ? 'notYet' : 'gone'}`) };
  return { key: String(id), name: nameIn(row, change(`${side}_stage`), reader) };
}

/** How strongly a cell is coloured, 0 to 4: its share of the largest cell, by the root, so that small ones can still be told apart. */
export function heatOf(cell: FlowSum | undefined, largest: Exact): 0 | 1 | 2 | 3 | 4 {
  if (!cell || cell.count === 0) return 0;
  if (largest <= 0n) return 1;
  const share = Math.sqrt(Number((cell.amount * 10_000n) / largest) / 10_000);
  return (Math.min(4, Math.max(1, Math.ceil(share * 4))) as 1 | 2 | 3 | 4);
}
