import type { DayRange, ReportingDay } from '../../period/period.range.js';
import type { AnsweredValue, ReportAnswer, ReportCut, ReportDefinition } from '../definition/report.types.js';
import { meets, ordered, plainDecimal } from './calculation.js';
import { besideStep } from './compared.range.js';
import { noneOf } from './group.filters.js';
import type { Catalogue } from './report.catalogue.js';
import { ReportGrid } from './report.grid.js';
import type { AskedLevel } from './report.plan.js';
import { countNodes, firstOf, hasOrder, leavesOf, listed, pruned, Side, sortTree, totalKey, type CubeRow, type Mover, type TreeNode } from './report.tree.js';

/** An answered level of a report. */
export interface AnsweredLevel extends AskedLevel {
  readonly data: readonly CubeRow[];
}

/** What a report is put together from. */
export interface Assembly {
  readonly report: ReportDefinition;
  readonly catalogue: Catalogue;
  readonly values: readonly AnsweredValue[];
  readonly at: ReportingDay;
  readonly range: DayRange | null;
  readonly compared: DayRange | null;
  readonly mostCells: number;
  /** How many leaves there are in all where only some groups were asked for; null where nobody knows. */
  readonly leaves?: number | null;
}

/** A report before its answer: both sides as trees, and the figures. */
export interface Assembled extends Pick<ReportAnswer, 'rows' | 'columns' | 'cells' | 'before' | 'cut'> {
  /** The first groups that `top` keeps, where it leaves others out. */
  readonly kept: readonly TreeNode[] | null;
}

const othersKey = '["others"]';

/** The groups of the first split in the order of the report, and how many leaves each has. */
export function groupsOf(answered: readonly AnsweredLevel[], assembly: Assembly): { readonly nodes: readonly TreeNode[]; readonly leaves: number; readonly columns: number } {
  const { rows, columns } = treesOf(answered, assembly);
  return { nodes: rows.children, leaves: leavesOf(rows, assembly.report.rows.length).length, columns: countNodes(columns) };
}

/** Puts the answers together: totals before their parts, in the order of the report, without what conditions on values, `top` and the number of cells leave out. */
export function assembled(answered: readonly AnsweredLevel[], assembly: Assembly): Assembled {
  const { report, catalogue, values, mostCells } = assembly;
  const { rows, columns, grid, before } = treesOf(answered, assembly);
  const depth = report.rows.length;
  const cut: ReportCut[] = [];
  const all = leavesOf(rows, depth).length;
  if (report.having.length > 0) {
    pruned(rows, depth, ({ key }) => report.having.every(({ value, operator, number }) => meets(grid.get(value, { row: key, column: totalKey, parent: totalKey }), operator, number)));
    const kept = leavesOf(rows, depth).length;
    if (kept < all) cut.push({ what: 'having', kept, of: all });
  }
  const kept = report.top ? topOf(rows, report, (node, value) => grid.get(value, { row: node.key, column: totalKey, parent: totalKey }), cut) : null;
  if (kept !== null && report.top?.others) rows.children.push({ key: othersKey, level: 1, value: null, valueAr: null, position: null, point: {}, others: true, filters: noneOf(kept, report.rows[0]!, catalogue), children: [] });
  shorten(rows, columns, { report, values, mostCells, leaves: assembly.leaves, cut });
  const [across, down] = [listed(columns), listed(rows)];
  const cellsOf = (of: ReportGrid): Record<string, (string | null)[]> => Object.fromEntries(values.map(({ key }) => [key, down.keys.flatMap((row, at) => {
    const parent = down.keys[down.nodes[at]!.parent ?? 0]!;
    return across.keys.map((column) => of.get(key, { row, column, parent }));
  })]));
  return { rows: down.nodes, columns: across.nodes, cells: cellsOf(grid), before: before === null ? null : cellsOf(before), cut, kept };
}

/** Both sides with all their nodes in order, and the figures of now and of what they are compared with. */
function treesOf(answered: readonly AnsweredLevel[], { report, catalogue, values, at, range, compared }: Assembly): { rows: TreeNode; columns: TreeNode; grid: ReportGrid; before: ReportGrid | null } {
  const [down, across] = [new Side(report.rows, catalogue), new Side(report.columns, catalogue)];
  const measures = values.flatMap(({ measure }) => (measure === null ? [] : [measure]));
  const grid = new ReportGrid(report.values, catalogue);
  const before = compared === null ? null : new ReportGrid(report.values, catalogue);
  const { compare, period } = report;
  const beside: Mover | undefined = range === null || compared === null || compare === null ? undefined
    : (value, { member, grain }) => (grain === undefined || value === null || member !== period?.member ? value : besideStep(String(value), grain, compare, [range, compared], at.startMonth));
  for (const { rows, columns, others, before: past, data } of answered) {
    const into = past ? before : grid;
    const move = past ? beside : undefined;
    for (const row of data) into?.put(others ? othersKey : down.keyOf(row, rows, move), across.keyOf(row, columns, move), Object.fromEntries(measures.map((measure) => [measure, decimal(row[measure])])));
  }
  const leaves = (rows: number, columns: number): { row: CubeRow; move?: Mover }[] => answered.filter((one) => one.rows === rows && one.columns === columns && !one.others).flatMap((one) => one.data.map((row) => (one.before && beside ? { row, move: beside } : { row })));
  const [rows, columns] = [down.tree(leaves(report.rows.length, 0)), across.tree(leaves(0, report.columns.length))];
  const by = report.sort?.by ?? report.top?.value ?? values[0]!.key;
  sortTree(rows, orderOf(report, 'rows', catalogue, (node) => grid.get(by, { row: node.key, column: totalKey, parent: totalKey })));
  sortTree(columns, orderOf(report, 'columns', catalogue, (node) => grid.get(values[0]!.key, { row: totalKey, column: node.key, parent: totalKey })));
  return { rows, columns, grid, before };
}

const decimal = (value: unknown): string | null => (value === null || value === undefined || value === '' ? null : plainDecimal(String(value as string | number)));

/** The order of the nodes of one group: as asked, else the order that their split has, else by the first value, the largest first; ties by name. What is asked of rows (`sort`, `top`) says nothing of columns. */
function orderOf(report: ReportDefinition, side: 'rows' | 'columns', catalogue: Catalogue, valueOf: (node: TreeNode) => string | null): (one: TreeNode, other: TreeNode) => number {
  const [asked, top] = side === 'rows' ? [report.sort, report.top] : [null, null];
  return (one, other) => {
    const split = report[side][one.level - 1]!;
    const byOwn = !asked && hasOrder(split, catalogue) ? placed(one.position, other.position) : 0;
    return byOwn || (asked || !hasOrder(split, catalogue) ? ordered(valueOf(one), valueOf(other), asked?.order ?? top?.order ?? 'desc') : 0) || String(one.value ?? '').localeCompare(String(other.value ?? '')) || (one.key < other.key ? -1 : 1);
  };
}

/** What has no place stands last. */
function placed(one: TreeNode['position'], other: TreeNode['position']): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Keeps the first groups by a value; null where none is left out. */
function topOf(rows: TreeNode, { top }: ReportDefinition, valueOf: (node: TreeNode, value: string) => string | null, cut: ReportCut[]): readonly TreeNode[] | null {
  const all = rows.children.length;
  if (!top || all <= top.n) return null;
  const ranked = [...rows.children].sort((one, other) => ordered(valueOf(one, top.value), valueOf(other, top.value), top.order) || (one.key < other.key ? -1 : 1));
  const first = new Set(ranked.slice(0, top.n));
  rows.children = rows.children.filter((node) => first.has(node));
  if (!top.others) cut.push({ what: 'top', kept: top.n, of: all });
  return [...rows.children];
}

/** Takes out what is more than can be shown: columns only where they alone are many, then rows from the end. */
function shorten(rows: TreeNode, columns: TreeNode, { report, values, mostCells, leaves, cut }: Pick<Assembly, 'report' | 'values' | 'mostCells'> & { readonly leaves: number | null | undefined; readonly cut: ReportCut[] }): void {
  const leastRows = Math.min(20, countNodes(rows));
  const said = (what: 'rows' | 'columns', tree: TreeNode, depth: number, most: number, known: number | null | undefined): void => {
    const of = known === undefined ? leavesOf(tree, depth).filter(({ others }) => !others).length : known;
    if (countNodes(tree) > most) firstOf(tree, most);
    const kept = leavesOf(tree, depth).filter(({ others }) => !others).length;
    if (of === null || kept < of) cut.push({ what, kept, of });
  };
  said('columns', columns, report.columns.length, Math.floor(mostCells / values.length / leastRows), undefined);
  said('rows', rows, report.rows.length, Math.floor(mostCells / values.length / countNodes(columns)), leaves);
}
