import { Decimal } from 'decimal.js';
import type { ReportNode } from '../definition/report.types.js';
import type { ExportRequest, Sum } from './export.types.js';
import type { FigureColumn } from './export.table.js';

/** Exact for any number that a report can hold. */
export const Exact = Decimal.clone({ precision: 120, toExpNeg: -9e15, toExpPos: 9e15 });

/**
 * For each row of the table and each of its columns, the cells that its number is the sum of. Only where the measure says that parts add up to the whole, and they do, to the last digit:
 * a total over more than is shown, or of something counted once, is a number and never a formula.
 * @param rows the nodes of the rows, in the table's order; `figures` those of the columns behind `heads` columns of words.
 */
export function sumsOf({ answer, meanings }: ExportRequest, rows: readonly number[], figures: readonly FigureColumn[], heads: number): (Sum | null)[][] {
  const down = childrenOf(answer.rows, rows);
  const width = answer.columns.length;
  const nodes = new Map<string, number>(figures.map((figure, index) => [keyOf(figure), heads + index]));
  const across = childrenOf(answer.columns, answer.columns.map((_, index) => index));
  const adds = figures.map(({ value }) => value.measure !== null && meanings.get(value.measure)?.additive === true);
  const empty = Array.from({ length: heads }, () => null);
  return rows.map((at) => [...empty, ...figures.map((figure, index): Sum | null => {
    if (adds[index] !== true) return null;
    const cells = (figure.before ? answer.before : answer.cells)?.[figure.value.key] ?? [];
    const own = cells[at * width + figure.node] ?? null;
    if (own === null) return null;
    const below = down.get(at) ?? [];
    if (below.length > 0 && equals(own, below.map(({ node }) => cells[node * width + figure.node] ?? null))) return { of: 'rows', at: below.map(({ place }) => place) };
    const beside = across.get(figure.node) ?? [];
    const places = beside.map(({ node }) => nodes.get(keyOf({ ...figure, node })));
    if (places.length === 0 || places.includes(undefined) || !equals(own, beside.map(({ node }) => cells[at * width + node] ?? null))) return null;
    return { of: 'columns', at: (places as number[]).sort((a, b) => a - b) };
  })]);
}

const keyOf = ({ node, value, before }: FigureColumn): string => `${node} ${before ? 'before' : 'now'} ${value.key}`;

/** The children of each node with their places in the order; nodes with a child that is not in the order are left out. */
function childrenOf(nodes: readonly ReportNode[], order: readonly number[]): Map<number, { readonly node: number; readonly place: number }[]> {
  const places = new Map(order.map((node, place) => [node, place]));
  const children = new Map<number, { node: number; place: number }[]>();
  const broken = new Set<number>();
  nodes.forEach(({ parent }, node) => {
    if (parent === null) return;
    const place = places.get(node);
    if (place === undefined) broken.add(parent);
    else if (!children.get(parent)?.push({ node, place })) children.set(parent, [{ node, place }]);
  });
  for (const parent of broken) children.delete(parent);
  for (const list of children.values()) list.sort((a, b) => a.place - b.place);
  return children;
}

function equals(own: string, parts: readonly (string | null)[]): boolean {
  return parts.reduce((sum, part) => (part === null ? sum : sum.plus(part)), new Exact(0)).equals(own);
}
