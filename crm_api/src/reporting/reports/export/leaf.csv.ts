import type { Readable } from 'node:stream';
import { neutral } from '../../delivery/report.files.js';
import { titleOf } from '../../delivery/figure.words.js';
import { csvStream, neutralRows, type CsvSource } from './csv.writer.js';
import { stampOf } from './export.stamp.js';
import { plain } from './export.table.js';
import type { Sealer } from './export.seal.js';
import type { ExportRequest } from './export.types.js';

/**
 * All leaf rows of a report as a CSV, however many there are: a column for each split of rows and columns and for each value, no totals. The answer gives the stamp (its cells are not read, and what it leaves out is not left out here);
 * `batches` of rows come from the warehouse, cells in the order of `leafColumns`, as they are: text is made neutral on the way.
 */
export function leafCsv(request: ExportRequest, batches: AsyncIterable<readonly (readonly unknown[])[]>, sealer: Sealer, done?: CsvSource['done']): Readable {
  const stamp = stampOf({ ...request, answer: { ...request.answer, cut: request.answer.cut.filter(({ what }) => what === 'having' || what === 'top') } });
  return csvStream({ stamp, columns: leafColumns(request), batches: neutralRows(batches), sealer, ...(done === undefined ? {} : { done }) });
}

/** The titles of such a file. */
export const leafColumns = ({ definition, answer, meanings, locale }: ExportRequest): string[] => [
  ...[...definition.rows, ...definition.columns].map(({ member }) => titleOf(member, meanings, locale)), ...answer.values.map((value) => (locale === 'ar' && value.title_ar) || value.title),
].map((title) => neutral(plain(title)));
