/** How the tenant's figures cut time. */
export interface Calendar {
  /** IANA name; the zone of every question that names none. */
  readonly time_zone: string;
  /** 1 to 12: the month on whose first day a fiscal year begins; 1 is the calendar year. */
  readonly fiscal_year_start_month: number;
}

/** What holds where nothing is set or the feature is off. */
export const plainCalendar: Calendar = { time_zone: 'UTC', fiscal_year_start_month: 1 };

/** The feature without which figures are in UTC and years are calendar years. */
export const calendarFeature = 'crm_feature_calendar';

// Names only: Intl also takes "+03:00" and "asia/riyadh", which not every part of the product reads alike.
const zones: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** Whether this is the name of a zone as the IANA database writes it. */
export function isTimeZone(name: string): boolean {
  return zones.has(name);
}

/** Every zone by name, UTC first. */
export const timeZones: readonly string[] = [...zones];
