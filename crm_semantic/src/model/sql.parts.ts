import { timeZoneMarker } from './time.zone.js';

/** The latest rows of a mirrored table that count: not soft-deleted, and meeting `condition`. */
export function liveRows(table: string, columns = '*', condition?: string): string {
  return `SELECT ${columns} FROM crm_raw.${table} FINAL WHERE deleted_at IS NULL${condition ? ` AND ${condition}` : ''}`;
}

/**
 * True for a row that belongs to no test account: "left out of all figures" says the account, so all that is its own goes with it.
 * A row without an account belongs to nobody and counts.
 */
export function ofRealAccount(account = 'account_id'): string {
  return `(${account} IS NULL OR ${account} NOT IN (SELECT id FROM crm_raw.crm_accounts FINAL WHERE is_test))`;
}

/** The account that an account was merged into, else itself: SQL of `member_id, survivor_id` for the merged ones only. */
export const mergedAccounts = 'SELECT id AS member_id, merged_into_id AS survivor_id FROM crm_raw.crm_accounts FINAL WHERE merged_into_id IS NOT NULL';

/** The currency that all money is converted to: the tenant's, which Postgres defaults to USD. */
export const reportingCurrency = `assumeNotNull((SELECT if(count() = 0, 'USD', any(reporting_currency)) FROM crm_raw.crm_tenants FINAL WHERE deleted_at IS NULL))`;

/** What the warehouse answers when a rate is missing; an amount is never converted by a guess. */
export const missingRate = 'CRM: an exchange rate to the reporting currency is missing; add it to the exchange rates';

/**
 * An amount in the reporting currency, Decimal(38,2), rounded to the cent by row. Null stays null; a currency without a rate on
 * its day is an error. `rate` is the joined rate, null when there is none.
 */
export function converted(amount: string, currency: string, rate = '{crm_rates.rate}'): string {
  const foreign = `${amount} IS NOT NULL AND ${currency} != ${reportingCurrency}`;
  return (
    `multiIf(${foreign} AND throwIf(${rate} IS NULL AND ${foreign}, '${missingRate}') = 0, ` +
    `toDecimal128(round(toDecimal128(${amount}, 2) * toDecimal128(ifNull(${rate}, 0), 14), 2), 2), toDecimal128(${amount}, 2))`
  );
}

/** The join to the rate of a row: `day` is the date whose rate counts. */
export function rateJoin(currency = '{CUBE}.currency', day = '{CUBE}.rate_day'): string {
  return `${currency} = {crm_rates}.currency AND ${day} = {crm_rates}.day`;
}

/**
 * A calendar date as a time: the first moment of the day in the time zone of the query, so that it never slips into a neighbouring day, also where clocks skip midnight.
 * By way of text it would take five times the processor time, and there fall an hour before the day.
 */
export function calendarDate(date: string): string {
  return `toDateTime64(${date}, 0, '${timeZoneMarker}')`;
}

/** Whether the SQL of a time dimension is a calendar date; other times are instants. */
export const isCalendarDate = (sql: string): boolean => sql.startsWith('toDateTime64(') && sql.endsWith(`, 0, '${timeZoneMarker}')`);

/** The calendar day of an instant in the time zone of the query: what closed at 22:30 in UTC closed on the next day in Riyadh. */
export function dayOf(instant: string): string {
  return `toDate32(toTimeZone(${instant}, '${timeZoneMarker}'))`;
}

/** A ratio of two sums; null without a denominator. */
export function ratio(numerator: string, denominator: string): string {
  return `toFloat64(${numerator}) / nullIf(toFloat64(${denominator}), 0)`;
}

/** Days between two instants, with their fraction, to the microsecond that Postgres keeps. */
export function daysBetween(from: string, to: string): string {
  return `dateDiff('microsecond', ${from}, ${to}) / 86400000000`;
}

/** The exact median: the mean of the two middle values when their number is even; null without values. */
export function medianIf(value: string, condition: string): string {
  return percentileIf(0.5, value, condition);
}

/** The exact percentile, between two values in proportion; null without values. */
export function percentileIf(level: number, value: string, condition: string): string {
  return `if(countIf(${condition} AND ${value} IS NOT NULL) = 0, NULL, quantileExactInclusiveIf(${level})(assumeNotNull(${value}), ${condition} AND ${value} IS NOT NULL))`;
}

/**
 * The Kaplan–Meier median of durations of which some have not ended (Kaplan & Meier 1958): the first time at which the share that lasts longer is ½ or less, and
 * where it is exactly ½ for a while the middle of that while, so that it is the plain median where everything has ended. Null while more than half still last.
 * Sorted by time, an end before what only has lasted so long, the share after the i-th of n is the product of (n − i) ÷ (n − i + 1) over the ends until then.
 */
export function kaplanMeierMedian(days: string, ended: string): string {
  const sorted = `arraySort(x -> (x.1, NOT x.2), groupArray((toFloat64(${days}), ${ended})))`;
  const logShare = 'arrayCumSum(arrayMap((x, i) -> if(x.2, log((length(v) - i) / (length(v) - i + 1)), 0.), v, arrayEnumerate(v)))';
  // Logarithms add up to ½ only within their precision.
  const below = (margin: string): string => `arrayFirstIndex((x, share) -> x.2 AND share < log(0.5) ${margin}, v, shares)`;
  const at = (index: string): string => `arrayElement(v, ${index}).1`;
  const median = `multiIf(${below('+ 1e-9')} = 0, NULL, ${below('- 1e-9')} = 0, ${at(below('+ 1e-9'))}, (${at(below('+ 1e-9'))} + ${at(below('- 1e-9'))}) / 2)`;
  return `arrayElement(arrayMap(v -> arrayElement(arrayMap(shares -> ${median}, [${logShare}]), 1), [${sorted}]), 1)`;
}

// Without a filter on the member Cube writes its "always true" in the place of the value, which is 1.
const isAsked = (name: string): string => `toString({asked.${name}}) != '1'`;

/** The instant that the question asks for by a filter on the member `name`, else `fallback`, an instant in SQL; `DateTime64(6, 'UTC')`. */
export function askedInstant(name: string, fallback: string): string {
  return `toDateTime64(if(${isAsked(name)}, toString({asked.${name}}), toString(${fallback})), 6, 'UTC')`;
}

/** The calendar date that the question asks for by a filter on the member `name`, else null. */
export function askedDate(name: string): string {
  return `toDate32OrNull(if(${isAsked(name)}, toString({asked.${name}}), ''))`;
}

/** The value of a row that meets a condition, else null; over several rows that of any of them, so ask for it by row only. */
export function valueIf(value: string, condition: string): string {
  // Where nothing meets the condition there is no value; of a type without nulls it would be a zero.
  return `anyIf(toNullable(${value}), ${condition} AND ${value} IS NOT NULL)`;
}
