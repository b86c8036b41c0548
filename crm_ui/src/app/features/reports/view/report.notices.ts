import { formatNumber } from '@core/format/format';
import { ReportAnswer } from '@core/reports/report.model';
import { Reader } from '@shared/format/reader';

/** What the answer leaves out, in words. */
export function noticesOf({ cut }: Pick<ReportAnswer, 'cut'>, { tag, text }: Pick<Reader, 'tag' | 'text'>): string[] {
  return cut.map(({ what, kept, of }) => text(`report.cut.${what}${of === null ? 'Open' : ''}`, { kept: formatNumber(kept, tag), of: formatNumber(of, tag) }));
}
