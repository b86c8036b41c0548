import type { Collected, GivenRow } from './access.collector.js';
import { columnWords, tableWords, textOf, type AccessLocale } from './access.words.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const style = `body{font:15px/1.5 "IBM Plex Sans","IBM Plex Sans Arabic",system-ui,sans-serif;color:#1c2330;max-width:60rem;margin:2rem auto;padding:0 1rem}h1{font-size:28px}h2{font-size:20px;margin-top:2.5rem;border-bottom:1px solid #d9dee7}
dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:2px 1rem;margin:0 0 1.5rem;padding-inline-start:1rem;border-inline-start:2px solid #d9dee7}dt{color:#5a6577}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}code{font-size:13px}.muted{color:#5a6577}@media(max-width:600px){dl{grid-template-columns:1fr}dd{margin-bottom:6px}}`;

function valueText(value: unknown, locale: AccessLocale): string {
  if (value instanceof Date) return new Intl.DateTimeFormat(locale === 'ar' ? 'ar' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(value);
  if (typeof value === 'boolean') return locale === 'ar' ? (value ? 'نعم' : 'لا') : value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function record(row: GivenRow, locale: AccessLocale): string {
  // What is empty says nothing to a reader; the files for programs have it.
  const members = Object.entries(row).filter(([, value]) => value !== null && value !== '');
  const label = (name: string): string => safe(columnWords(name, locale) ?? '') || `<code>${safe(name)}</code>`;
  return `<dl>${members.map(([name, value]) => `<dt>${label(name)}</dt><dd dir="auto">${safe(valueText(value, locale))}</dd>`).join('')}</dl>`;
}

/** The readable part: one page without scripts, in the person's language. */
export function accessPage({ tables, mentions, withheld }: Collected, locale: AccessLocale, made: Date): string {
  const t = (key: Parameters<typeof textOf>[0]): string => safe(textOf(key, locale));
  const title = (table: string): string => safe(tableWords(table, locale) ?? table);
  const sections = tables.map(({ table, rows }) => `<section id="${table}"><h2>${title(table)} (${rows.length})</h2>${rows.map((row) => record(row, locale)).join('')}</section>`);
  const contents = tables.length === 0 ? `<p>${t('none')}</p>` : `<h2>${t('contents')}</h2><ul>${tables.map(({ table, rows }) => `<li><a href="#${table}">${title(table)}</a> (${rows.length})</li>`).join('')}</ul>`;
  const named = mentions.length === 0 ? '' : `<section><h2>${t('mentions')} (${mentions.length})</h2><p class="muted">${t('mentionsText')}</p>${mentions.map((one) => record(one.texts, locale)).join('')}</section>`;
  const left = `<section><h2>${t('withheld')}</h2><ul>${withheld.map((one) => `<li><code>${safe(one.table)}${one.column === null ? '' : `.${safe(one.column)}`}</code>: <span lang="en" dir="ltr">${safe(one.because)}</span></li>`).join('')}</ul></section>`;
  return `<!doctype html><html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${t('title')}</title><style>${style}</style></head>
<body><h1>${t('title')}</h1><p>${t('intro')}</p><p class="muted">${t('made')} ${safe(valueText(made, locale))} UTC</p><p class="muted">${t('staff')}</p>${contents}${sections.join('\n')}${named}${left}</body></html>\n`;
}
