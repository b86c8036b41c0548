import type { ApiConfig } from '../../../config.js';
import { tooLargeForPages } from './export.errors.js';
import { sealerOf } from './export.seal.js';
import type { ExportFile, ExportFormat, ExportRequest } from './export.types.js';
import { exportReport } from './report.export.js';

/** Most cells of a PDF: those of the largest answer, on about two thousand pages. */
export const mostOnPages = 100_000;

/** A report as a file of this installation, wherever it goes. @throws CrmError 422 where nobody would read it. */
export async function madeFile(config: ApiConfig, request: ExportRequest, format: ExportFormat): Promise<ExportFile> {
  const { rows, columns, values } = request.answer;
  const cells = rows.length * columns.length * values.length;
  if (format === 'pdf' && cells > mostOnPages) throw tooLargeForPages(cells, mostOnPages);
  return exportReport(request, format, sealerOf(config));
}

/** What the audit log has of a file that leaves. */
export const noteOf = ({ name, definition, locale, answer }: ExportRequest, format: ExportFormat, { rows, content, hash }: Pick<ExportFile, 'rows' | 'content' | 'hash'>): Record<string, unknown> =>
  ({ name, view: definition.view, format, locale, rows, bytes: content.length, sha256: hash, lsn: answer.watermark.lsn });
