import { ReportAnswer } from '@core/reports/report.model';
import { exact } from '@shared/format/exact';
import { cellOf } from './report.cell';
import { Tree } from './grid/grid.tree';

/** Rows ordered by what they have in one column. */
export interface LocalSort {
  readonly column: number;
  readonly value: string;
  readonly order: 'asc' | 'desc';
}

/** True where all rows are here, so that they can be ordered without asking again. */
export const sortableHere = ({ cut }: Pick<ReportAnswer, 'cut'>): boolean => cut.every(({ what }) => what !== 'rows' && what !== 'top');

/**
 * The rank of each row among the parts of its group by the cells of one column, worked out from what is loaded. Rows without a number come last whichever
 * way, and the row of the others after them. The library comes when first needed.
 */
export async function localRank(answer: ReportAnswer, tree: Tree, { column, value, order }: LocalSort): Promise<number[]> {
  const { table, desc } = await import('arquero');
  const numbers = tree.nodes.map(({ row }) => cellOf(answer, { row, column, value }));
  const sorted = table({
    at: tree.nodes.map((_, at) => at),
    others: tree.nodes.map(({ node }) => (node.others ? 1 : 0)),
    missing: numbers.map((text) => (text === null ? 1 : 0)),
    number: numbers.map(exact),
  }).orderby('others', 'missing', order === 'desc' ? desc('number') : 'number', 'at');
  const rank: number[] = [];
  Array.from(sorted.array('at') as ArrayLike<number>).forEach((at, place) => (rank[at] = place));
  return rank;
}
