import { Resvg } from '@resvg/resvg-js';
import { families, fonts } from '../../delivery/chart.picture.js';
import { contentOf, hashOf, textOf } from './export.content.js';
import { sha256, type Sealer } from './export.seal.js';
import { headLines, stampOf } from './export.stamp.js';
import { headOf } from './export.table.js';
import { exportText } from './export.words.js';
import { layoutOf, type PageTable } from './page.layout.js';
import { isolate, ruler, type Pen, type Style } from './page.text.js';
import { textChunk, withChunks } from './png.chunks.js';
import { reportChart, type Chart } from './report.chart.js';
import type { ExportRequest, ExportTable } from './export.types.js';

/** Keywords of the text that a picture carries. */
export const keywords = { content: 'crm-content', seal: 'crm-seal' } as const;

// A picture is looked at whole: more rows or wider ones would be too small to read.
const most = { rows: 120, width: 1400 };
const margin = 20;
const scale = 2;
const style: Style = { size: 11 };
const rowHeight = 20;
const chartSize = 600;

/** A picture with the report's name, conditions and state of the books: the chart where there is one, else the table. The whole content is in the file as text, whatever the picture has room for. */
export function pngFile(request: ExportRequest, table: ExportTable, sealer: Sealer): { content: Buffer; hash: string; rows: number } {
  const stamp = stampOf(request);
  const content = contentOf(stamp, table.columns.map(headOf), table);
  const { hash } = hashOf(content).digest();
  const chart = reportChart(request);
  const pen = ruler(request.locale === 'ar' ? 'rtl' : 'ltr');
  const body = chart === null ? tableBody(table, pen, request) : chartBody(chart);
  const svg = framed(request.name, [...headLines(stamp), `SHA-256 ${hash}`], body, pen);
  const picture = new Resvg(svg, { background: '#ffffff', fitTo: { mode: 'zoom', value: scale }, font: { fontFiles: fonts, loadSystemFonts: false, defaultFontFamily: families[request.locale] } }).render().asPng();
  const told = withChunks(Buffer.from(picture), [textChunk('Title', request.name), textChunk('Author', request.askedBy), textChunk(keywords.content, textOf(content))]);
  const seal = sealer.seal({ format: 'png', hash, rows: table.rows.length, bytes: sha256(told) });
  return { content: withChunks(told, [textChunk(keywords.seal, seal)]), hash, rows: table.rows.length };
}

interface Body {
  readonly width: number;
  readonly height: number;
  /** Drawn from its own upper left corner. */
  readonly svg: string;
  /** What is drawn, in words. */
  readonly title: string;
  readonly cut: string;
}

function chartBody({ png, title, cut }: Chart): Body {
  const height = Math.round(png.readUInt32BE(20) / (png.readUInt32BE(16) / chartSize));
  return { width: chartSize, height, title, cut, svg: `<image width="${chartSize}" height="${height}" href="data:image/png;base64,${png.toString('base64')}"/>` };
}

function tableBody(table: ExportTable, pen: Pen, { locale }: ExportRequest): Body {
  const kept = { ...table, rows: table.rows.slice(0, most.rows) };
  const layout = layoutOf(kept, pen, most.width, style);
  const [band] = layout.bands;
  const columns = band?.columns ?? [];
  const width = columns.reduce((sum, at) => sum + (layout.widths[at] ?? 0), 0);
  let y = 0;
  let svg = '';
  for (const [index, row] of [{ cells: layout.head, total: true, head: true }, ...layout.rows.map((one) => ({ ...one, head: false }))].entries()) {
    const bold = { ...style, bold: row.total, colour: row.head ? '#ffffff' : '#171c26' };
    const cells = columns.map((at) => pen.lines(row.cells[at] ?? '', (layout.widths[at] ?? 0) - 6, bold));
    const height = Math.max(1, ...cells.map(({ length }) => length)) * 14 + rowHeight - 14;
    svg += `<rect y="${y}" width="${width}" height="${height}" fill="${row.head ? '#3f55d4' : row.total ? '#eef0fb' : index % 2 === 0 ? '#f7f8fa' : '#ffffff'}"/>${rowSvg(cells, columns, layout, { y, width, pen, bold })}`;
    y += height;
  }
  const shown = band?.to ?? 0;
  const whole = kept.rows.length === table.rows.length && shown === layout.values;
  const size = (rows: number, values: number): string => `${exportText('rows', locale, { count: rows })} × ${exportText('columns', locale, { count: values })}`;
  return { width, height: y, svg, title: '', cut: whole ? '' : exportText('pictureCut', locale, { kept: size(kept.rows.length, shown), of: size(table.rows.length, layout.values) }) };
}

function rowSvg(cells: readonly (readonly string[])[], columns: readonly number[], layout: PageTable, { y, width, pen, bold }: { readonly y: number; readonly width: number; readonly pen: Pen; readonly bold: Style }): string {
  const rtl = pen.direction === 'rtl';
  let edge = rtl ? width : 0;
  return columns.map((at, index) => {
    const own = layout.widths[at] ?? 0;
    const left = rtl ? edge - own : edge;
    edge = rtl ? left : left + own;
    const right = rtl !== (layout.numbers[at] === true);
    return (cells[index] ?? []).map((line, place) => textSvg(layout.numbers[at] === true ? line : isolate(line), right ? left + own - 3 : left + 3, y + 14 + place * 14, bold, pen, right)).join('');
  }).join('');
}

/** The report's name and the lines about it above a body, as an SVG as large as they need. */
function framed(name: string, about: readonly string[], body: Body, pen: Pen): string {
  const width = Math.max(body.width, 420) + 2 * margin;
  const rtl = pen.direction === 'rtl';
  const small: Style = { size: 9.5, colour: '#4b5565' };
  const lines = [...(body.title === '' ? [] : [body.title]), ...(body.cut === '' ? [] : [body.cut]), ...about].flatMap((line) => pen.lines(line, width - 2 * margin, small));
  const titles = pen.lines(name, width - 2 * margin, { size: 17, bold: true });
  const start = rtl ? width - margin : margin;
  let y = margin;
  let svg = '';
  for (const line of titles) { y += 22; svg += textSvg(line, start, y - 4, { size: 17, bold: true }, pen, rtl); }
  for (const line of lines) { y += 14; svg += textSvg(line, start, y, small, pen, rtl); }
  y += 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + body.height + margin}"><g transform="translate(${rtl ? width - margin - body.width : margin} ${y})">${body.svg}</g>${svg}</svg>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line; in a picture that is read from right to left it keeps that direction whatever it begins with. */
function textSvg(text: string, x: number, y: number, { size, bold = false, colour = '#171c26' }: Style, { direction }: Pen, end: boolean): string {
  if (text === '') return '';
  const own = direction === 'rtl' ? `\u2067${text}\u2069` : text;
  return `<text x="${x}" y="${y}" font-family="${families[direction === 'rtl' ? 'ar' : 'en']}, ${families.en}, ${families.ar}" font-size="${size}" font-weight="${bold ? 600 : 400}" fill="${colour}" text-anchor="${end ? 'end' : 'start'}">${escaped(own)}</text>`;
}
