import PDFDocument from 'pdfkit';
import { setImmediate as turn } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { contentOf, hashOf, textOf } from './export.content.js';
import { sha256, type Sealer } from './export.seal.js';
import { headLines, stampOf } from './export.stamp.js';
import { headOf } from './export.table.js';
import { exportText } from './export.words.js';
import { layoutOf, type Band, type PageTable } from './page.layout.js';
import { isolate, Pen } from './page.text.js';
import { reportChart, type Chart } from './report.chart.js';
import type { ExportRequest, ExportTable } from './export.types.js';

const margin = 36;
const page = { width: 841.89, height: 595.28 };
const body = { size: 8 };
const small = { size: 7, colour: '#4b5565' };
const lineHeight = 11;
const pad = 3;
/** Where a content is kept in a file, and what stands in front of the seal behind the last page. */
export const attachment = 'content.txt';
export const sealMark = '\n%crm-seal ';

/** A document: name, conditions and state of the books on each page, the chart where there is one, then the whole table, wide ones in bands of columns. Its content is attached as text. */
export async function pdfFile(request: ExportRequest, table: ExportTable, sealer: Sealer): Promise<{ content: Buffer; hash: string; rows: number }> {
  const { locale, name, madeAt, askedBy } = request;
  const stamp = stampOf(request);
  const content = contentOf(stamp, table.columns.map(headOf), table);
  const { hash } = hashOf(content).digest();
  const doc = new PDFDocument({ size: [page.width, page.height], margins: { top: 0, bottom: 0, left: 0, right: 0 }, autoFirstPage: false, lang: locale, pdfVersion: '1.7', info: { Title: name, Author: askedBy, Subject: headLines(stamp).join('; '), Keywords: `SHA-256 ${hash}`, CreationDate: madeAt, ModDate: madeAt } });
  const bytes = buffer(doc);
  doc.file(Buffer.from(textOf(content), 'utf8'), { name: attachment, type: 'text/plain', creationDate: madeAt, modifiedDate: madeAt });
  const pen = new Pen(doc, locale === 'ar' ? 'rtl' : 'ltr');
  const chart = reportChart(request);
  const layout = layoutOf(table, pen, page.width - 2 * margin, body);
  // Counted first, then drawn: pages go out one by one, and each knows how many there are.
  const counted = new Paper(doc, pen, { name, about: headLines(stamp) }, null);
  await fill(counted, request, layout, chart);
  const paper = new Paper(doc, pen, { name, about: headLines(stamp) }, (at) => [exportText('page', locale, { page: at, pages: counted.count }), `SHA-256 ${hash}`]);
  await fill(paper, request, layout, chart);
  doc.end();
  const whole = Buffer.from(await bytes);
  const seal = sealer.seal({ format: 'pdf', hash, rows: table.rows.length, bytes: sha256(whole) });
  return { content: Buffer.concat([whole, Buffer.from(`${sealMark}${seal}\n`, 'latin1')]), hash, rows: table.rows.length };
}

async function fill(paper: Paper, { locale }: ExportRequest, layout: PageTable, chart: Chart | null): Promise<void> {
  paper.turn();
  if (chart !== null) paper.picture(chart);
  for (const [index, band] of layout.bands.entries()) {
    if (index > 0) paper.turn();
    await paper.table(layout, band, layout.bands.length === 1 ? '' : exportText('band', locale, { from: band.from + 1, to: band.to, of: layout.values }));
  }
}

/** The pages of a document, one after the other; without feet they are counted and not drawn. */
class Paper {
  private y = 0;
  count = 0;

  constructor(private readonly doc: PDFKit.PDFDocument, private readonly pen: Pen, private readonly head: { readonly name: string; readonly about: readonly string[] }, private readonly feet: ((page: number) => readonly [start: string, end: string]) | null) {}

  /** Begins a page with the report's name and where its figures come from, and its foot. */
  turn(): void {
    this.count += 1;
    if (this.feet !== null) {
      this.doc.addPage();
      this.foot(this.feet(this.count));
    }
    this.y = margin;
    this.line(this.head.name, { size: 13, bold: true, colour: '#171c26' }, 18);
    for (const line of this.head.about.flatMap((one) => this.pen.lines(one, page.width - 2 * margin, small))) this.line(line, small, 10);
    this.y += 6;
  }

  /** Draws a picture across the page. */
  picture({ png, title, cut }: Chart): void {
    this.line(title, { size: 9, bold: true }, 13);
    for (const line of cut === '' ? [] : this.pen.lines(cut, page.width - 2 * margin, small)) this.line(line, small, 10);
    if (this.feet !== null) this.doc.image(png, margin, this.y, { fit: [page.width - 2 * margin, page.height - margin - this.y - 20], align: 'center' });
    this.turn();
  }

  /** Draws the rows of a band of columns over as many pages as they need; every page has the columns' words. */
  async table(table: PageTable, band: Band, words: string): Promise<void> {
    const head = (): void => {
      if (words !== '') this.line(words, small, 12);
      this.row(table.head, band, table, { fill: '#3f55d4', colour: '#ffffff', bold: true });
    };
    head();
    for (const [index, row] of table.rows.entries()) {
      const height = this.heightOf(row.cells, band, table, row.total);
      if (this.y + height > page.height - margin - 14) {
        this.turn();
        head();
        // Long tables let other requests pass.
        await turn();
      }
      this.row(row.cells, band, table, { fill: row.total ? '#eef0fb' : index % 2 === 1 ? '#f7f8fa' : null, colour: '#171c26', bold: row.total });
    }
  }

  private foot([number, hash]: readonly [start: string, end: string]): void {
    const y = page.height - margin + 4;
    this.pen.write(number, this.start(number, small), y, small);
    const left = this.pen.direction === 'rtl' ? margin : page.width - margin - this.pen.width(hash, small);
    this.pen.write(hash, left, y, small);
  }

  private row(cells: readonly string[], band: Band, table: PageTable, style: { readonly fill: string | null; readonly colour: string; readonly bold: boolean }): void {
    const height = this.heightOf(cells, band, table, style.bold);
    if (this.feet !== null) this.draw(cells, band, table, { ...style, height });
    this.y += height;
  }

  private draw(cells: readonly string[], band: Band, table: PageTable, { height, ...style }: { readonly fill: string | null; readonly colour: string; readonly bold: boolean; readonly height: number }): void {
    const total = band.columns.reduce((sum, at) => sum + (table.widths[at] ?? 0), 0);
    const rtl = this.pen.direction === 'rtl';
    if (style.fill !== null) this.doc.rect(rtl ? page.width - margin - total : margin, this.y, total, height).fill(style.fill);
    let edge = rtl ? page.width - margin : margin;
    for (const at of band.columns) {
      const width = table.widths[at] ?? 0;
      const left = rtl ? edge - width : edge;
      const write = { ...body, bold: style.bold, colour: style.colour };
      this.pen.lines(cells[at] ?? '', width - 2 * pad, write).forEach((line, index) => {
        const right = rtl !== (table.numbers[at] === true);
        this.pen.write(table.numbers[at] === true ? line : isolate(line), right ? left + width - pad - this.pen.width(line, write) : left + pad, this.y + pad + index * lineHeight - 1, write);
      });
      edge = rtl ? left : left + width;
    }
  }

  private heightOf(cells: readonly string[], band: Band, table: PageTable, bold: boolean): number {
    const lines = band.columns.map((at) => this.pen.lines(cells[at] ?? '', (table.widths[at] ?? 0) - 2 * pad, { ...body, bold }).length);
    return Math.max(1, ...lines) * lineHeight + 2 * pad;
  }

  private line(text: string, style: Parameters<Pen['write']>[3], height: number): void {
    if (this.feet !== null) this.pen.write(text, this.start(text, style), this.y, style);
    this.y += height;
  }

  private start(text: string, style: Parameters<Pen['write']>[3]): number {
    return this.pen.direction === 'rtl' ? page.width - margin - this.pen.width(text, style) : margin;
  }
}
