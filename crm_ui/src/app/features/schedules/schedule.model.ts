import { Reference } from '@core/api/api.client';

/** When a schedule runs, by the clocks of the reporting time zone; 1 is Monday. */
export type Cadence =
  | { readonly every: 'day'; readonly hour: number }
  | { readonly every: 'week'; readonly weekday: number; readonly hour: number }
  | { readonly every: 'month'; readonly day: number; readonly hour: number };

/** A dashboard by e-mail as the API keeps it. */
export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly dashboard: Reference;
  readonly recipients: readonly Reference[];
  readonly cadence: Cadence;
  readonly locale: 'en' | 'ar';
  readonly files: readonly ('csv' | 'xlsx')[];
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
