import { open } from 'node:fs/promises';
import { differing } from './export.content.js';
import { readSeal, type Manifest } from './export.seal.js';
import { stampKeyOf } from './export.words.js';
import { readCsv } from './verify.csv.js';
import { readPdf, readPng } from './verify.kept.js';
import { readXlsx } from './verify.xlsx.js';
import type { ReadFile, Verdict } from './verify.types.js';

// Differences that are told one by one; the rest is counted.
const mostTold = 20;

/** Reads an exported file by what it begins with, whatever it is called now. */
export async function readExport(file: string): Promise<ReadFile> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0).finally(() => handle.close());
  if (buffer.toString('latin1', 0, 4) === '%PDF') return readPdf(file);
  if (buffer.toString('latin1', 1, 4) === 'PNG') return readPng(file);
  return buffer.toString('latin1', 0, 2) === 'PK' ? readXlsx(file) : readCsv(file);
}

/** Judges a file that was read: whether it says what it said when it was exported, by a key that is known, or what differs. */
export function judge(file: string, read: ReadFile, keys: readonly string[]): Verdict {
  const text = (key: string): string | null => read.stamp.find(([label]) => stampKeyOf(label) === key)?.[1] ?? null;
  const seal = read.seal === null ? null : readSeal(read.seal);
  const differences = [...read.faults, ...(seal === null ? [read.seal === null ? 'the seal is missing: the file was cut off, saved without it or not exported by this product' : 'the seal cannot be read'] : differencesOf(read, seal.manifest))];
  if (seal !== null && !seal.genuine) differences.push('the signature of the seal is wrong: the seal itself was changed');
  const changed = differences.length > 0;
  if (seal?.genuine === true && !keys.includes(seal.manifest.key)) differences.push(keys.length === 0 ? `there are no keys to compare with: set CRM_DATA_DIR to the product's data folder, or give --key; the seal's own is ${seal.manifest.key}` : `it was sealed with the key ${seal.manifest.key}, which is none of this installation`);
  const told = differences.slice(0, mostTold);
  if (differences.length > mostTold) told.push(`… and ${differences.length - mostTold} more`);
  return { file, format: seal === null ? read.format : seal.manifest.format, report: text('report'), watermark: text('watermark'), unchanged: differences.length === 0, state: changed ? 'changed' : differences.length > 0 ? 'unproven' : 'unchanged', differences: told, hash: seal?.manifest.hash ?? null, rows: read.content?.rows ?? null };
}

function differencesOf(read: ReadFile, manifest: Manifest): string[] {
  const { content } = read;
  const found: string[] = [];
  if (manifest.format !== read.format && !(manifest.format === 'journal' && read.format === 'csv')) found.push(`it was exported as ${manifest.format} and is ${read.format} now`);
  if (read.told !== null && read.told !== manifest.hash) found.push(`the hash that it shows, ${read.told}, is not the sealed one`);
  if (manifest.bytes !== undefined && read.bytes !== manifest.bytes) found.push(read.format === 'pdf' ? 'its pages were changed: the bytes in front of the seal are not those that were sealed' : 'the picture was changed: its bytes are not those that were sealed');
  if (content === null) return found;
  if (content.rows !== manifest.rows) found.push(`it has ${content.rows} rows; ${manifest.rows} were exported`);
  if (content.hash === manifest.hash) return found;
  const places = manifest.marks === undefined || manifest.block === undefined ? [] : placesOf(read, content.marks, { ...manifest, marks: manifest.marks, block: manifest.block });
  return [...found, ...(places.length > 0 ? places : [`its content was changed: SHA-256 is ${content.hash}, sealed was ${manifest.hash}`])];
}

/** Where the content differs, in words. */
function placesOf({ stamp, names, format }: ReadFile, marks: string, { rows, block, marks: sealed }: Manifest & { readonly marks: string; readonly block: number }): string[] {
  const total = Buffer.from(sealed, 'base64').length / 3;
  const lines = total - 1 - Math.ceil(rows / block);
  if (lines !== stamp.length) return [`its stamp has ${stamp.length} lines; ${lines} were exported`];
  const different = differing(sealed, marks);
  const inRows = different.filter((at) => at > lines).map((at) => at - lines - 1);
  const head = different.filter((at) => at <= lines).map((at) => (at === lines ? 'the titles of the columns were changed' : `“${stamp[at]?.[0] ?? ''}” was changed; it says “${(stamp[at]?.[1] ?? '').slice(0, 120)}” now`));
  const [first] = inRows;
  // One row more or less moves all behind it: only the first place tells something.
  if (first !== undefined && Buffer.from(marks, 'base64').length / 3 !== total) return [...head, `the rows differ from ${rowName(first, block, names, format)} on`];
  return [...head, ...inRows.map((at) => `${rowName(at, block, names, format)} ${block === 1 ? 'was' : 'were'} changed`)];
}

function rowName(at: number, block: number, names: readonly string[], format: string): string {
  if (block > 1) return `rows ${at * block + 1}–${(at + 1) * block}`;
  const name = names[at] ?? '';
  return `row ${at + 1}${format === 'xlsx' ? ` (line ${at + 2} of the sheet)` : ''}${name === '' ? '' : `, ${name}`}`;
}
