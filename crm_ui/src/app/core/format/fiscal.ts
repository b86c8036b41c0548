import { formatNumber, LocaleTag } from './format';

/** A fiscal year is called by the calendar year in which it ends: one from April 2026 to March 2027 is FY2027. */
export function fiscalYearOf(day: string, startMonth: number): number {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return startMonth > 1 && month >= startMonth ? year + 1 : year;
}

/** The name of the fiscal year or quarter that a day lies in, such as FY2027 or FY2027 Q1. */
export function fiscalLabel(day: string, step: 'fiscal_year' | 'fiscal_quarter', startMonth: number, tag: LocaleTag): string {
  const number = (value: number): string => formatNumber(value, tag).replace(/[^\p{Nd}]/gu, '');
  const year = number(fiscalYearOf(day, startMonth));
  const quarter = number(Math.floor(((Number(day.slice(5, 7)) - startMonth + 12) % 12) / 3) + 1);
  if (tag.startsWith('ar')) return step === 'fiscal_year' ? `السنة المالية ${year}` : `الربع ${quarter} من السنة المالية ${year}`;
  return step === 'fiscal_year' ? `FY${year}` : `FY${year} Q${quarter}`;
}
