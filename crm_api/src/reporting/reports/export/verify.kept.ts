import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { blockOf, hashOf, type Content } from './export.content.js';
import { sha256 } from './export.seal.js';
import { attachment, sealMark } from './pdf.writer.js';
import { chunksOf, chunkText, pngOf } from './png.chunks.js';
import { keywords } from './png.writer.js';
import { nameOf } from './verify.csv.js';
import type { ReadFile } from './verify.types.js';

/** Reads an exported PDF: its content as it is attached, its seal behind the last page, and the bytes between. */
export async function readPdf(file: string): Promise<ReadFile> {
  const bytes = await readFile(file);
  const at = bytes.lastIndexOf(sealMark, undefined, 'latin1');
  const seal = at < 0 ? null : bytes.toString('latin1', at + sealMark.length).trimEnd();
  const attached = attachedOf(at < 0 ? bytes : bytes.subarray(0, at));
  return read('pdf', attached, { seal, bytes: sha256(at < 0 ? bytes : bytes.subarray(0, at)), told: null, faults: attached === null ? [`the attachment ${attachment} is missing or cannot be read`] : [] });
}

/** Reads an exported PNG: its content and its seal from their chunks, and the bytes of all the others. */
export async function readPng(file: string): Promise<ReadFile> {
  const chunks = chunksOf(await readFile(file));
  if (chunks === null) return read('png', null, { seal: null, told: null, faults: ['It cannot be read as a picture'] });
  const find = (keyword: string): string | null => {
    for (const chunk of chunks) {
      try {
        const text = chunkText(chunk, keyword);
        if (text !== undefined) return text;
      } catch {
        return null; // Packed text that cannot be unpacked: a changed one, as its check sum says too.
      }
    }
    return null;
  };
  const own = (type: string, data: Buffer): boolean => type === 'iTXt' && data.subarray(0, keywords.seal.length).equals(Buffer.from(keywords.seal, 'latin1'));
  const content = find(keywords.content);
  const broken = chunks.filter(({ sound }) => !sound).map(({ type }) => `the check sum of its part ${type} is wrong`);
  return read('png', content, { seal: find(keywords.seal), told: null, bytes: sha256(pngOf(chunks.filter(({ type, data }) => !own(type, data)))), faults: [...broken, ...(content === null ? ['its content as text is missing or cannot be read'] : [])] });
}

function read(format: 'pdf' | 'png', text: string | null, rest: Pick<ReadFile, 'seal' | 'told' | 'faults' | 'bytes'>): ReadFile {
  const content = text === null ? null : parsed(text);
  if (content === null) return { format, content: null, stamp: [], names: [], rows: [], ...rest };
  const { rows } = content;
  return { format, content: { ...hashOf(content, blockOf(rows.length)).digest(), rows: rows.length }, stamp: content.stamp, names: rows.map(nameOf), rows, ...rest };
}

/** A content from its canonical text; null for text that is none. */
function parsed(text: string): Content | null {
  const stamp: (readonly [string, string])[] = [];
  const rows: (string | null)[][] = [];
  let columns: string[] = [];
  try {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const [kind, ...cells] = JSON.parse(line) as [string, ...(string | null)[]];
      if (kind === 'stamp') stamp.push([cells[0] ?? '', cells[1] ?? '']);
      else if (kind === 'columns') columns = cells.map((cell) => cell ?? '');
      else rows.push(cells);
    }
  } catch {
    return null;
  }
  return { stamp, columns, rows };
}

function attachedOf(bytes: Buffer): string | null {
  const start = bytes.indexOf('/Type /EmbeddedFile', 0, 'latin1');
  const from = start < 0 ? -1 : bytes.indexOf('stream\n', start, 'latin1');
  const to = from < 0 ? -1 : bytes.indexOf('\nendstream', from, 'latin1');
  if (to < 0) return null;
  try {
    return inflateSync(bytes.subarray(from + 'stream\n'.length, to)).toString('utf8');
  } catch {
    return null; // Changed so that it cannot be unpacked any more.
  }
}
