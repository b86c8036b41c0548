import type { ReportNode, Split } from '../definition/report.types.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';

/** A row of an answer of the semantic layer. */
export type CubeRow = Readonly<Record<string, string | number | boolean | null>>;
type Value = ReportNode['value'];

/** A node before it has its place. `key` tells it from every other of its side. */
export interface TreeNode {
  readonly key: string;
  readonly level: number;
  readonly value: Value;
  readonly valueAr: string | null;
  /** Its place in the order of its split, where that has one. */
  readonly position: number | string | null;
  readonly point: ReportNode['point'];
  readonly others: boolean;
  readonly filters?: ReportNode['filters'];
  children: TreeNode[];
}

/** The key of the total, which has no split. */
export const totalKey = '[]';

/** The key of a node in its group. Text is told with its length, so that no two paths are one; a hundred thousand rows need theirs in an answer. */
const keyIn = (group: string, value: Value, id: Value): string => `${group}${keyPart(value)}${keyPart(id)}`;
const keyPart = (value: Value): string => (value === null ? '-' : typeof value === 'string' ? `${value.length}:${value}` : `${typeof value} ${value};`);

/** How the rows of an answer are read for one side of a report. */
export class Side {
  private readonly readers: readonly ((row: CubeRow) => { readonly value: Value; readonly id: Value; readonly valueAr: string | null; readonly position: number | string | null; readonly point: ReportNode['point'] })[];

  constructor(readonly splits: readonly Split[], private readonly catalogue: Catalogue) {
    this.readers = splits.map((split) => this.readerOf(split));
  }

  /** The key of a row's node at a level; `move` puts a step of compared time in its place. */
  keyOf(row: CubeRow, level: number, move?: Mover): string {
    let key = totalKey;
    for (let at = 0; at < level; at += 1) {
      const { value, id } = this.readers[at]!(row);
      key = keyIn(key, move ? move(value, this.splits[at]!) : value, id);
    }
    return key;
  }

  /** The tree of all nodes that the rows of the leaves have; those of compared time in their places. */
  tree(rows: readonly { readonly row: CubeRow; readonly move?: Mover }[]): TreeNode {
    const total: TreeNode = { key: totalKey, level: 0, value: null, valueAr: null, position: null, point: {}, others: false, children: [] };
    const nodes = new Map<string, TreeNode>([[totalKey, total]]);
    for (const { row, move } of rows) {
      let parent = total;
      for (const [at, read] of this.readers.entries()) {
        const found = read(row);
        const value = move ? move(found.value, this.splits[at]!) : found.value;
        const key = keyIn(parent.key, value, found.id);
        let node = nodes.get(key);
        if (!node) {
          const moved = value !== found.value;
          node = { key, level: at + 1, value, valueAr: found.valueAr, position: moved ? String(value) : found.position, point: moved ? { [`${this.splits[at]!.member}.${this.splits[at]!.grain ?? ''}`]: value } : found.point, others: false, children: [] };
          nodes.set(key, node);
          parent.children.push(node);
        }
        parent = node;
      }
    }
    return total;
  }

  private readerOf({ member, grain }: Split): Side['readers'][number] {
    if (grain !== undefined) {
      const name = `${member}.${grain}`;
      return (row) => {
        const value = row[name] ?? null;
        return { value, id: null, valueAr: null, position: value === null ? null : String(value), point: { [name]: value } };
      };
    }
    const { arabic, id, position } = companionsOf(member, this.catalogue);
    const isNumber = this.catalogue.get(member)?.type === 'number';
    return (row) => {
      const value = row[member] ?? null;
      const own = id === null ? null : row[id] ?? null;
      const name = arabic === null ? null : row[arabic];
      const place = position !== null ? row[position] : isNumber ? value : null;
      return {
        value, id: own, valueAr: name === null || name === undefined || name === '' ? null : String(name), position: place === null || place === undefined ? null : Number(place),
        point: { [member]: value, ...(id === null ? {} : { [id]: own }) },
      };
    };
  }
}

/** Puts the value of a split of compared rows where it stands beside the rows of now. */
export type Mover = (value: Value, split: Split) => Value;

/** Whether the values of a split have an order of their own: time, numbers, and what has a position. */
export function hasOrder({ member, grain }: Split, catalogue: Catalogue): boolean {
  return grain !== undefined || catalogue.get(member)?.type === 'number' || companionsOf(member, catalogue).position !== null;
}

/** The nodes in the order of the answer: parents before their children. */
export function listed(total: TreeNode): { readonly nodes: ReportNode[]; readonly keys: string[] } {
  const nodes: ReportNode[] = [];
  const keys: string[] = [];
  const add = (node: TreeNode, parent: number | null): void => {
    const at = nodes.length;
    const { level, value, valueAr, others, point, filters } = node;
    nodes.push({ level, parent, value, value_ar: valueAr, others, point, ...(filters ? { filters } : {}) });
    keys.push(node.key);
    for (const child of node.children) add(child, at);
  };
  add(total, null);
  return { nodes, keys };
}

/** The leaves of a tree; of a side without splits the total. */
export function leavesOf(node: TreeNode, splits: number): TreeNode[] {
  return node.level === splits ? [node] : node.children.flatMap((child) => leavesOf(child, splits));
}

/** Sorts the children of every node. */
export function sortTree(node: TreeNode, compare: (one: TreeNode, other: TreeNode) => number): void {
  node.children.sort(compare);
  for (const child of node.children) sortTree(child, compare);
}

/** Keeps the leaves that pass, and the groups that have one left. */
export function pruned(node: TreeNode, splits: number, passes: (leaf: TreeNode) => boolean): void {
  node.children = node.children.filter((child) => {
    if (child.others) return true;
    if (child.level === splits) return passes(child);
    pruned(child, splits, passes);
    return child.children.length > 0;
  });
}

/** The report without what nothing is left of: the first `most` nodes in the order of the answer, with the groups they are in. */
export function firstOf(total: TreeNode, most: number): void {
  let left = most - 1;
  const keep = (node: TreeNode): void => {
    node.children = node.children.filter((child) => {
      // A group without one of its rows would look like a row that has none.
      if (left < 1 + (child.children.length > 0 ? 1 : 0)) return false;
      left -= 1;
      keep(child);
      return true;
    });
  };
  keep(total);
}

/** Nodes of a tree, totals included. */
export const countNodes = (node: TreeNode): number => 1 + node.children.reduce((sum, child) => sum + countNodes(child), 0);
