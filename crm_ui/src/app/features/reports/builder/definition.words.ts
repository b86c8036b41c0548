import { MemberMeaning } from '@core/analytics/analytics.client';
import { formatDate, formatNumber } from '@core/format/format';
import { Having, ReportCondition, ReportDefinition, ReportFilter, ReportValue, Split } from '@core/reports/report.model';
import { isolated, Reader } from '@shared/format/reader';
import { valueWords } from '../../home/measure.write';
import { formulaText } from '../definition/expression.text';
import { isAny, isCalculated, isSaid, localOf, NO_VALUES, Place } from '../definition/definition.model';
import { Meanings, titleOf } from './catalogue.model';

/** What the words of a definition need. */
export interface FieldWords extends Reader {
  readonly meanings: Meanings;
  readonly fiscalStart: number;
}

/** A split in words: the step of a time stands behind its name. */
export function splitText({ member, grain }: Split, { meanings, arabic, text }: FieldWords): string {
  const title = titleOf(member, meanings, arabic);
  return grain ? text('reports.byStep', { field: isolated(title), step: text(`reports.grains.${grain}`) }) : title;
}

/** A value's name: of a measure that of the catalogue, of a calculation its own. */
export function valueText(value: ReportValue, { meanings, arabic }: FieldWords): string {
  if (isCalculated(value)) return (arabic && value.title_ar) || value.title;
  return titleOf(value.measure, meanings, arabic);
}

/** The name of a value by its key. */
export function keyText(key: string, values: readonly ReportValue[], words: FieldWords): string {
  const value = values.find((one) => one.key === key);
  return value ? valueText(value, words) : key;
}

/** A calculation as the reader would write it. */
export const calculationText = (value: ReportValue, values: readonly ReportValue[], words: FieldWords): string =>
  (isCalculated(value) ? formulaText(value.calculation, { arabic: words.arabic, name: (key) => keyText(key, values, words) }) : '');

/** A value of a member as it is read: by its label, its words, or as it is. */
export function memberValue(member: string, value: string, { meanings, arabic, text, tag }: FieldWords): string {
  const meaning: MemberMeaning | undefined = meanings.get(member);
  const choice = meaning?.choices?.find((one) => one.value === value);
  if (choice) return (arabic && choice.label_ar) || choice.label;
  if (meaning?.type === 'boolean') return text(value === 'true' ? 'reports.yes' : 'reports.no');
  if (meaning?.type === 'time' || /^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value, tag, value.length > 10 ? 'datetime' : 'date');
  if (meaning?.type === 'number') return formatNumber(value, tag, 6);
  return valueWords(localOf(member), value, text);
}

const SHOWN = 3;

/** A single condition in words: what, how, and with what. */
export function filterText(filter: ReportFilter, words: FieldWords): string {
  const field = isolated(titleOf(filter.member, words.meanings, words.arabic));
  if (!isSaid(filter)) return words.text('reports.conditions.open', { field });
  const how = words.text(`reports.operators.${filter.operator}`);
  if (NO_VALUES.has(filter.operator)) return words.text('reports.conditions.bare', { field, how });
  const values = (filter.values ?? []).map((value) => isolated(memberValue(filter.member, value, words)));
  if (/DateRange$/.test(filter.operator)) return words.text('reports.conditions.range', { field, how, from: values[0] ?? '', to: values[1] ?? '' });
  const list = new Intl.ListFormat(words.tag, { type: 'disjunction' });
  const rest = values.length - SHOWN;
  const named = rest > 1 ? [...values.slice(0, SHOWN), words.text('reports.conditions.further', { count: formatNumber(rest, words.tag) })] : values;
  return words.text('reports.conditions.with', { field, how, values: list.format(named) });
}

/** A condition in words; alternatives are joined by "or". */
export const conditionText = (condition: ReportCondition, words: FieldWords): string =>
  (isAny(condition) ? condition.any.map((one) => filterText(one, words)).join(` ${words.text('reports.conditions.or')} `) : filterText(condition, words));

/** A condition on a value in words. */
export function havingText({ value, operator, number }: Having, values: readonly ReportValue[], words: FieldWords): string {
  const field = isolated(keyText(value, values, words));
  if (number === '') return words.text('reports.conditions.open', { field });
  return words.text('reports.conditions.with', { field, how: words.text(`reports.compare.${operator}`), values: isolated(formatNumber(number, words.tag, 6)) });
}

/** What stands at a place, in words. */
export function fieldText(definition: ReportDefinition, { well, index }: Place, words: FieldWords): string {
  if (well === 'rows' || well === 'columns') {
    const split = definition[well][index];
    return split ? splitText(split, words) : '';
  }
  if (well === 'values') {
    const value = definition.values[index];
    return value ? valueText(value, words) : '';
  }
  const condition = definition.filters[index];
  if (condition) return conditionText(condition, words);
  const having = definition.having[index - definition.filters.length];
  return having ? havingText(having, definition.values, words) : '';
}
