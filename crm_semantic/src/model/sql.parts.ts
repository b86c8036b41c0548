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

/** A calendar date as a time: midnight in the time zone of the query, so that it never slips into a neighbouring day. */
export function calendarDate(date: string): string {
  return `toDateTime64(toString(${date}), 0, '${timeZoneMarker}')`;
}

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
  return `if(countIf(${condition} AND ${value} IS NOT NULL) = 0, NULL, quantileExactInclusiveIf(0.5)(assumeNotNull(${value}), ${condition} AND ${value} IS NOT NULL))`;
}
