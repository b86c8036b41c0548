import type { Actor } from '../../../kernel/context/actor.js';
import { xlsxType } from '../../delivery/report.files.js';
import { csvStream } from './csv.writer.js';
import { blockOf } from './export.content.js';
import { stampOf } from './export.stamp.js';
import { exportTable, headOf } from './export.table.js';
import { pdfFile } from './pdf.writer.js';
import { pngFile } from './png.writer.js';
import { xlsxFile } from './xlsx.writer.js';
import type { Sealer } from './export.seal.js';
import type { ExportFile, ExportFormat, ExportRequest, ExportTable } from './export.types.js';

const types: Readonly<Record<ExportFormat, string>> = { csv: 'text/csv; charset=utf-8', xlsx: xlsxType, pdf: 'application/pdf', png: 'image/png' };

/** A report as a file: complete as its answer is, stamped with where it comes from, and sealed so that a change of it is found by `npm run export:verify`. */
export async function exportReport(request: ExportRequest, format: ExportFormat, sealer: Sealer): Promise<ExportFile> {
  const table = exportTable(request);
  const made = format === 'xlsx' ? await xlsxFile(request, table, sealer) : format === 'pdf' ? await pdfFile(request, table, sealer) : format === 'png' ? pngFile(request, table, sealer) : await csvFile(request, table, sealer);
  return { ...made, name: fileName(request.name, request.madeAt, format), type: types[format] };
}

async function csvFile(request: ExportRequest, table: ExportTable, sealer: Sealer): Promise<{ content: Buffer; hash: string; rows: number }> {
  let told = { rows: 0, hash: '' };
  const rows = table.rows.map(({ cells }) => cells.map(({ text }) => text));
  const stream = csvStream({ stamp: stampOf(request), columns: table.columns.map(headOf), batches: [rows], sealer, block: blockOf(rows.length), done: (file) => { told = file; } });
  // Decoding would take the mark off again.
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { content: Buffer.concat(chunks), ...told };
}

/** Who asked, as a stamp says it. */
export const askerOf = ({ name, email }: Pick<Actor, 'name' | 'email'>): string => (email === null ? name : `${name} <${email}>`);

/** A name that every system takes: the report's own without what is not allowed in names of files, and the day. */
export function fileName(name: string, madeAt: Date, ending: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = name.normalize('NFC').replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ').replaceAll(/\s+/g, ' ').trim().replace(/^\.+|\.+$/g, '');
  return `${[...plain].slice(0, 80).join('').trim() || 'report'} ${madeAt.toISOString().slice(0, 10)}.${ending}`;
}

/** `Content-Disposition` of a download (RFC 6266): the name in ASCII for old programs, and whole (RFC 5987). */
export function dispositionOf(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\%]/g, '_');
  const whole = encodeURIComponent(name).replaceAll(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
