import { Reference } from '@core/api/api.client';

/** When a schedule runs, by the clocks of the reporting time zone; 1 is Monday. */
export type Cadence =
  | { readonly every: 'day'; readonly hour: number }
  | { readonly every: 'week'; readonly weekday: number; readonly hour: number }
  | { readonly every: 'month'; readonly day: number; readonly hour: number };

/** Files that go along; a PDF of a report only. */
export const SCHEDULE_FILES = ['csv', 'xlsx', 'pdf'] as const;
export type ScheduleFile = (typeof SCHEDULE_FILES)[number];
/** Languages of a mail; `own` is that of each recipient. */
export const SCHEDULE_LANGUAGES = ['own', 'en', 'ar'] as const;
export type ScheduleLanguage = (typeof SCHEDULE_LANGUAGES)[number];

/** A dashboard or a saved report by e-mail as the API keeps it. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  /** One of both is null. */
  readonly dashboard: Reference | null;
  readonly report: Reference | null;
  readonly recipients: readonly Reference[];
  readonly cadence: Cadence;
  readonly locale: ScheduleLanguage;
  readonly files: readonly ScheduleFile[];
  readonly is_enabled: boolean;
  readonly time_zone: string;
  readonly next_run_at: string | null;
  readonly problem: string | null;
}

/** One mail of one run. */
export interface Delivery {
  readonly id: string;
  readonly recipient: Reference;
  readonly run_at: string;
  readonly trigger: 'schedule' | 'person';
  readonly state: 'queued' | 'making' | 'sending' | 'sent' | 'failed' | 'refused' | 'uncertain';
  readonly attempts: number;
  readonly problem: string | null;
  readonly watermark: { readonly committed_at: string } | null;
  readonly files: readonly { readonly name: string }[];
}

/** The name of a day of the week; 1 is Monday. */
export const weekdayName = (weekday: number, tag: string): string => new Intl.DateTimeFormat(tag, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, weekday));
/** A full hour as clocks show it. */
export const hourName = (hour: number, tag: string): string => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1, hour));
