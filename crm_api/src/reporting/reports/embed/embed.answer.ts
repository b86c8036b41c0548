import type { Meanings } from '../../analytics/member.meanings.js';
import { titleOf } from '../../delivery/figure.words.js';
import type { MailLocale } from '../../delivery/delivery.types.js';
import type { ReportAnswer, ReportDefinition, ReportNode, Split } from '../definition/report.types.js';
import { wordOf } from '../export/export.table.js';
import type { ReportRow } from '../saved/saved.types.js';
import type { EmbedRow } from './embed.types.js';

/** Everything that a page's answer is made from. */
export interface EmbedSource {
  readonly embed: EmbedRow;
  readonly report: Pick<ReportRow, 'name' | 'name_ar' | 'description' | 'description_ar'>;
  readonly version: number;
  readonly definition: ReportDefinition;
  readonly answer: ReportAnswer;
  readonly meanings: Meanings;
  readonly locale: MailLocale;
  /** The month in which the fiscal year begins. */
  readonly startMonth: number;
}

/** What a page is told: names in its language and numbers. Conditions, queries and the points that lead to records stay here. */
export function embedAnswerOf({ embed, report, version, definition, answer, meanings, locale, startMonth }: EmbedSource): object {
  const splits = (of: readonly Split[]): object[] => of.map(({ member, grain }) => ({ member, ...(grain === undefined ? {} : { grain }), title: titleOf(member, meanings, locale) }));
  const nodes = (all: readonly ReportNode[], of: readonly Split[]): object[] => all.map((node) => ({ level: node.level, parent: node.parent, value: node.value, others: node.others, label: node.level === 0 ? '' : wordOf(node, of[node.level - 1], locale) }));
  const { watermark, consistent, proof, currency, range, compared, values, cells, before, cut } = answer;
  return {
    report: { name: report.name, name_ar: report.name_ar, description: report.description, description_ar: report.description_ar, version },
    locale, expires_at: embed.expires_at.toISOString(), shape: definition.show.shape, fiscal_year_start_month: startMonth,
    splits: { rows: splits(definition.rows), columns: splits(definition.columns) }, totals: definition.totals, compare: definition.compare,
    watermark, consistent, proof: proof && { equal: proof['equal'] ?? null, checked_at: proof['checked_at'] ?? null }, currency, range, compared,
    values: values.map(({ key, title, title_ar: arabic, unit }) => ({ key, title: (locale === 'ar' && arabic) || title, unit })),
    rows: nodes(answer.rows, definition.rows), columns: nodes(answer.columns, definition.columns), cells, before, cut,
  };
}
