import { ReportAnswer, ReportNode } from '@core/reports/report.model';

/** Something that stands in a line or a column of its own: a row of the answer, a column of it, or (side by side) both. */
export interface TreeNode {
  readonly row: number;
  readonly column: number;
  /** 0 is the total of all. */
  readonly level: number;
  readonly parent: number | null;
  readonly node: ReportNode;
  /** Whose split its name is of. */
  readonly side: 'rows' | 'columns';
}

/** Nodes in preorder, the total first, with the children of each and a name that stays the same when they are ordered anew. */
export interface Tree {
  readonly nodes: readonly TreeNode[];
  readonly children: readonly (readonly number[])[];
  readonly depth: number;
}

/** A line or column as shown. `group` is one that is folded, `total` stands after the parts of its group, `grand` is of all. */
export interface Shown {
  readonly kind: 'leaf' | 'group' | 'total' | 'grand';
  /** Place in the tree. */
  readonly at: number;
  /** Places of its groups from the outermost, itself last; empty for the total of all. */
  readonly path: readonly number[];
}

/** The rows of the answer, or its columns. */
export function treeOf(answer: Pick<ReportAnswer, 'rows' | 'columns'>, side: 'rows' | 'columns', depth: number): Tree {
  return withChildren(answer[side].map((node, index) => ({ row: side === 'rows' ? index : 0, column: side === 'columns' ? index : 0, level: node.level, parent: node.parent, node, side })), depth);
}

/** Every split beside the other: below each row without parts of its own stand the columns that have anything there. */
export function flatTree({ rows, columns, cells }: Pick<ReportAnswer, 'rows' | 'columns' | 'cells'>, rowDepth: number, columnDepth: number): Tree {
  const inner = rows.map(() => true);
  for (const { parent } of rows) if (parent !== null) inner[parent] = false;
  const lists = Object.values(cells);
  const filled = (row: number, column: number): boolean => lists.some((list) => (list[row * columns.length + column] ?? null) !== null);
  const nodes: TreeNode[] = [];
  const places: number[] = [];
  rows.forEach((node, row) => {
    const top = nodes.length;
    places[row] = top;
    nodes.push({ row, column: 0, level: node.level, parent: node.parent === null ? null : (places[node.parent] ?? 0), node, side: 'rows' });
    if (!inner[row]) return;
    const below: number[] = [top];
    columns.forEach((part, column) => {
      if (column === 0 || !filled(row, column)) return;
      below[column] = nodes.length;
      nodes.push({ row, column, level: rowDepth + part.level, parent: below[part.parent ?? 0] ?? top, node: part, side: 'columns' });
    });
  });
  return withChildren(nodes, rowDepth + columnDepth);
}

function withChildren(nodes: readonly TreeNode[], depth: number): Tree {
  const children: number[][] = nodes.map(() => []);
  nodes.forEach(({ parent }, index) => {
    if (parent !== null) children[parent]?.push(index);
  });
  return { nodes, children, depth };
}

/** What a group is called whatever order the answer has: the values of its path. */
export function groupKey({ nodes }: Tree, at: number): string {
  const values: unknown[] = [];
  for (let index: number | null = at; index !== null; index = nodes[index]?.parent ?? null) values.unshift(nodes[index]?.node.others ? ['others'] : nodes[index]?.node.value);
  return JSON.stringify(values);
}

/** The parts in their order with totals after their group; the total of all comes last. `rank` orders the parts of a group anew. */
export function shownOf(tree: Tree, totals: boolean, folded: ReadonlySet<string>, rank: readonly number[] | null = null): Shown[] {
  const shown: Shown[] = [];
  const visit = (at: number, path: readonly number[]): void => {
    const parts = tree.children[at] ?? [];
    if (parts.length === 0) shown.push({ kind: 'leaf', at, path });
    else if (folded.size > 0 && folded.has(groupKey(tree, at))) shown.push({ kind: 'group', at, path });
    else {
      for (const part of inOrder(parts)) visit(part, [...path, part]);
      if (totals) shown.push({ kind: 'total', at, path });
    }
  };
  const inOrder = (parts: readonly number[]): readonly number[] => (rank === null ? parts : [...parts].sort((one, other) => (rank[one] ?? 0) - (rank[other] ?? 0)));
  const first = tree.children[0] ?? [];
  for (const part of inOrder(first)) visit(part, [part]);
  if (tree.nodes.length > 0 && (totals || first.length === 0)) shown.push({ kind: 'grand', at: 0, path: [] });
  return shown;
}

/** The names of all groups, to fold them at once. */
export function groupKeys(tree: Tree): string[] {
  return tree.nodes.flatMap((_, at) => (at > 0 && (tree.children[at]?.length ?? 0) > 0 ? [groupKey(tree, at)] : []));
}
