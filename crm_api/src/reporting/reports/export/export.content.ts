import { createHash, type Hash } from 'node:crypto';
import type { ExportTable, StampLine } from './export.types.js';

/** What a file says, in the one form that every format can be read back into. */
export interface Content {
  readonly stamp: readonly (readonly [label: string, text: string])[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Bytes of a mark: enough to find where a file differs, and far too few to prove anything, which the hash does. */
const markBytes = 3;
/** Most marks of a file whose rows are counted beforehand. */
const mostMarks = 2000;
/** Rows to a mark where they are not. */
export const streamBlock = 1000;
const openChars = 256 * 1024;

/** Rows to a mark of a table with so many rows. */
export const blockOf = (rows: number): number => Math.max(1, Math.ceil(rows / mostMarks));

const [digitZero, digitNine, minus] = [0x30, 0x39, 0x2d];

/** A cell in canonical form: numbers without superfluous zeros, nothing as null. */
export function canonical(text: string | null): string | null {
  if (text === null || text === '') return null;
  // Most cells are words, which their first letter tells from numbers.
  const first = text.charCodeAt(0);
  if (first > digitNine || (first < digitZero && first !== minus)) return text;
  if (!/^-?\d+(\.\d+)?$/.test(text) || /^-?0\d/.test(text)) return text;
  const cut = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return cut === '-0' ? '0' : cut;
}

/**
 * The hash of a content while it passes by: SHA-256 over lines of JSON in UTF-8, each ended by a line feed: `["stamp",label,text]` for each line of the stamp, `["columns",...]`, then `["row",...]` for each row.
 * Beside it a mark for each line of the stamp, the columns and each block of rows, which say where a changed file differs.
 */
export class ContentHash {
  private readonly hash = createHash('sha256');
  private readonly marks: Buffer[] = [];
  private part: Hash | null = null;
  /** Lines that are not hashed yet: many at once cost a fraction of one by one. */
  private open = '';
  rows = 0;

  constructor(readonly block: number) {}

  stamp(label: string, text: string): this {
    return this.single(JSON.stringify(['stamp', label, text]));
  }

  columns(titles: readonly string[]): this {
    return this.single(JSON.stringify(['columns', ...titles]));
  }

  row(cells: readonly (string | null)[]): this {
    this.open += lineOf(cells);
    this.rows += 1;
    if (this.rows % this.block === 0) this.close();
    else if (this.open.length >= openChars) this.flush();
    return this;
  }

  /** Ends it. */
  digest(): { readonly hash: string; readonly marks: string } {
    this.close();
    return { hash: this.hash.digest('hex'), marks: Buffer.concat(this.marks).toString('base64') };
  }

  private single(text: string): this {
    const line = `${text}\n`;
    this.hash.update(line);
    this.marks.push(createHash('sha256').update(line).digest().subarray(0, markBytes));
    return this;
  }

  private flush(): void {
    if (this.open === '') return;
    const bytes = Buffer.from(this.open, 'utf8');
    this.open = '';
    this.hash.update(bytes);
    this.part ??= createHash('sha256');
    this.part.update(bytes);
  }

  private close(): void {
    this.flush();
    if (this.part) this.marks.push(this.part.digest().subarray(0, markBytes));
    this.part = null;
  }
}

function lineOf(cells: readonly (string | null)[]): string {
  const line: (string | null)[] = ['row'];
  for (const cell of cells) line.push(canonical(cell));
  return `${JSON.stringify(line)}\n`;
}

/** The content of a table with its stamp. */
export const contentOf = (stamp: readonly StampLine[], columns: readonly string[], table: ExportTable): Content => ({
  stamp: stamp.map(({ label, text }) => [label, text]), columns, rows: table.rows.map(({ cells }) => cells.map(({ text }) => text)),
});

/** The hash of a whole content. */
export function hashOf(content: Content, block = blockOf(content.rows.length)): ContentHash {
  const hash = new ContentHash(block);
  for (const [label, text] of content.stamp) hash.stamp(label, text);
  hash.columns(content.columns);
  for (const row of content.rows) hash.row(row);
  return hash;
}

/** The text that the hash is over. */
export const textOf = ({ stamp, columns, rows }: Content): string =>
  `${[...stamp.map(([label, text]) => JSON.stringify(['stamp', label, text])), JSON.stringify(['columns', ...columns])].join('\n')}\n${rows.map(lineOf).join('')}`;

/** The places of marks that differ; a mark that one of them lacks differs too. */
export function differing(given: string, found: string): number[] {
  const [a, b] = [Buffer.from(given, 'base64'), Buffer.from(found, 'base64')];
  const count = Math.ceil(Math.max(a.length, b.length) / markBytes);
  return Array.from({ length: count }, (_, index) => index).filter((index) => !a.subarray(index * markBytes, (index + 1) * markBytes).equals(b.subarray(index * markBytes, (index + 1) * markBytes)));
}
