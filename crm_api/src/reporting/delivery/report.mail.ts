import { chartPicture } from './chart.picture.js';
import type { Report, ReportCell, ReportPart } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import { writeCell, writeInstant } from './figure.words.js';
import { partInWords } from './value.words.js';

/** A picture inside a mail. */
export interface MailPicture {
  readonly cid: string;
  readonly name: string;
  readonly content: Buffer;
}

/** A mail without its addresses and files. */
export interface MailBody {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly pictures: readonly MailPicture[];
}

/** What the mail says beside its figures. */
export interface MailNotes {
  /** Time zone in which instants are told. */
  readonly zone: string;
  /** Sentences below the figures. */
  readonly foot: readonly string[];
}

const rowsShown = 12;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const bdi = (text: string): string => `<bdi>${escaped(text)}</bdi>`;

/** A report as HTML for mail programs (tables and inline styles, no script, nothing loaded) with a plain text of the same numbers. */
export function reportMail(report: Report, { zone, foot }: MailNotes): MailBody {
  const { locale, title, period, watermark, consistent, link } = report;
  const pictures: MailPicture[] = [];
  const asOf = watermark === null ? '' : `${mailText('asOf', locale)} ${writeInstant(watermark.committed_at, locale, zone)} (${mailText('position', locale)} ${watermark.lsn})`;
  const parts = report.parts.map((part) => partInWords(part, locale));
  const sections = parts.map((part) => {
    const content = part.picture ?? chartPicture(part, report);
    const picture = content && { cid: `${part.id}@figures`, name: `${part.id}.png`, content };
    if (picture) pictures.push(picture);
    return sectionHtml(report, part, picture);
  });
  const notes = [...(consistent ? [] : [mailText('moving', locale)]), mailText('eyes', locale), ...foot];
  const rtl = locale === 'ar';
  const font = rtl ? "'IBM Plex Sans Arabic',Tahoma,Arial,sans-serif" : "'IBM Plex Sans',Helvetica,Arial,sans-serif";
  const html = `<!doctype html><html lang="${locale}" dir="${rtl ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body dir="${rtl ? 'rtl' : 'ltr'}" style="margin:0;background:#f5f6f8;color:#171c26;font:14px/1.5 ${font};text-align:${rtl ? 'right' : 'left'}">
<div style="max-width:640px;margin:0 auto;padding:16px">
<h1 style="margin:0;font-size:22px">${bdi(title)}</h1>
${(report.about ?? []).map((line) => `<p style="margin:2px 0 0;color:#4b5565">${escaped(line)}</p>`).join('')}<p style="margin:2px 0 4px;color:#4b5565">${escaped(mailText('period', locale))}: ${bdi(period)}</p><p style="margin:0 0 12px;color:#626c7c;font-size:12px">${escaped(asOf)}</p>
<p style="margin:0 0 12px"><a href="${escaped(link)}" style="color:#3f55d4;font-weight:600">${escaped(mailText(report.of === 'report' ? 'openReport' : 'open', locale))}</a></p>
${sections.join('\n')}
${notes.map((note) => `<p style="margin:6px 0;color:#626c7c;font-size:12px">${escaped(note)}</p>`).join('\n')}
</div></body></html>`;
  const text = [title, ...(report.about ?? []), `${mailText('period', locale)}: ${period}`, asOf, link, '', ...parts.flatMap((part) => sectionText(report, part)), ...notes].join('\n');
  return { subject: `${title} – ${period}`.replace(/[\r\n]+/g, ' '), html, text, pictures };
}

function sectionHtml(report: Report, part: ReportPart, picture: MailPicture | null): string {
  const { locale } = report;
  const box = 'margin:0 0 12px;padding:14px 16px;background:#ffffff;border:1px solid #e1e5eb;border-radius:10px';
  const head = `<h2 style="margin:0 0 2px;font-size:15px">${bdi(part.title)}</h2>`;
  const about = `<p style="margin:8px 0 0;color:#626c7c;font-size:12px">${part.definition ? `${bdi(part.definition)}<br>` : ''}${part.filters ? `${escaped(mailText('filters', locale))}: ${bdi(part.filters)}` : ''}</p>`;
  if (part.problem !== undefined) return `<div style="${box}">${head}<p style="margin:0;color:#b3261e">${escaped(part.problem)}</p></div>`;
  if (part.value) {
    const before = part.value.before === null ? '' : `<span style="color:#4b5565;font-size:13px"> · ${escaped(mailText('before', locale))}: ${bdi(part.value.before)}</span>`;
    return `<div style="${box}">${head}<p style="margin:0"><strong style="font-size:24px">${bdi(part.value.text)}</strong>${before}</p>${about}</div>`;
  }
  const image = picture ? `<img src="cid:${picture.cid}" width="600" alt="${escaped(part.title)}" style="display:block;width:100%;max-width:600px;height:auto;margin:4px 0 8px">` : '';
  return `<div style="${box}">${head}${image}${tableHtml(report, part)}${about}</div>`;
}

/** The rows that are written out: of a course the last ones. */
function shownRows({ rows, chart, shown = rowsShown }: ReportPart): readonly (readonly ReportCell[])[] {
  return chart?.kind === 'bar' || chart?.kind === 'line' ? rows.slice(-shown) : rows.slice(0, shown);
}

function tableHtml(report: Report, part: ReportPart): string {
  const { columns, rows, totals, left = [] } = part;
  const { locale, currency } = report;
  if (rows.length === 0) return `<p style="margin:0;color:#4b5565">${escaped(mailText('empty', locale))}</p>`;
  const shown = shownRows(part);
  const [start, end] = locale === 'ar' ? ['right', 'left'] : ['left', 'right'];
  const side = (kind: string): string => (kind === 'text' || kind === 'date' ? start : end);
  const th = columns.map(({ title, kind }) => `<th scope="col" style="padding:4px 6px;border-bottom:1px solid #c3cad5;text-align:${side(kind)};font-weight:600;color:#4b5565">${bdi(title)}</th>`).join('');
  const body = shown.map((row, at) => `<tr${totals?.has(at) ? ' style="font-weight:600;background:#eef0fb"' : ''}>${row.map((value, index) => { const kind = columns[index]?.kind ?? 'text'; return `<td style="padding:4px 6px;border-bottom:1px solid #eceff3;text-align:${side(kind)}">${bdi(writeCell(value, kind, locale, currency))}</td>`; }).join('')}</tr>`).join('');
  const small = (text: string): string => `<p style="margin:4px 0 0;color:#626c7c;font-size:12px">${escaped(text)}</p>`;
  const rest = left.length > 0 ? left.map(small).join('') : rows.length > shown.length ? small(`${shown.length} / ${rows.length} ${mailText('rows', locale)}`) : '';
  return `<div style="overflow-x:auto"><table role="table" style="width:100%;border-collapse:collapse;font-size:13px"><thead><tr>${th}</tr></thead><tbody>${body}</tbody></table></div>${rest}`;
}

function sectionText({ locale, currency }: Report, part: ReportPart): string[] {
  if (part.problem !== undefined) return [`${part.title}: ${part.problem}`, ''];
  if (part.value) return [`${part.title}: ${part.value.text}${part.value.before === null ? '' : ` (${mailText('before', locale)}: ${part.value.before})`}`, ''];
  const shown = shownRows(part);
  const { left = [] } = part;
  return [part.title, `  ${part.columns.map((column) => column.title).join(' | ')}`, ...shown.map((row) => `  ${row.map((value, index) => writeCell(value, part.columns[index]?.kind ?? 'text', locale, currency)).join(' | ')}`), ...(left.length > 0 ? left : part.rows.length > shown.length ? [`  … ${part.rows.length} ${mailText('rows', locale)}`] : []), ''];
}
