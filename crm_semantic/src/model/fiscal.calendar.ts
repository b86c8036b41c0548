/** A granularity of every time dimension beside those that Cube knows. */
export interface FiscalGranularity {
  readonly title: string;
  readonly titleAr: string;
  /** In months, never in quarters or years: of those the dialect counts the turns of the calendar, not of the fiscal year. */
  readonly interval: string;
  readonly origin: string;
}

/** The months in which a fiscal year can begin: 1 is January, where it is the calendar year. */
export function isStartMonth(month: unknown): month is number {
  return typeof month === 'number' && Number.isInteger(month) && month >= 1 && month <= 12;
}

/** `fiscal_quarter` and `fiscal_year` of a year that begins on the first of `startMonth`. */
export function fiscalGranularities(startMonth: number): Readonly<Record<string, FiscalGranularity>> {
  const origin = `2000-${String(startMonth).padStart(2, '0')}-01`;
  return {
    fiscal_quarter: { title: 'Fiscal quarter', titleAr: 'الربع المالي', interval: '3 months', origin },
    fiscal_year: { title: 'Fiscal year', titleAr: 'السنة المالية', interval: '12 months', origin },
  };
}
