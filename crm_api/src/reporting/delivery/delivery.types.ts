import type { Watermark } from '../analytics/watermark.repository.js';
import type { Cadence } from './schedule.time.js';

/** The languages that mails are written in. */
export type MailLocale = 'en' | 'ar';
/** Those of a schedule: `own` is the language of each recipient. */
export type ScheduleLocale = MailLocale | 'own';
/** Files that can be attached: the complete answer of each tile, or of the report; a PDF of a report only. */
export const fileKinds = ['csv', 'xlsx', 'pdf'] as const;
export type FileKind = (typeof fileKinds)[number];

/** A row of `crm_report_schedules` with the names of what it points at. */
export interface ScheduleRow {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly owner_name: string | null;
  /** What is sent: a dashboard or a saved report; the other is null. */
  readonly dashboard_id: string | null;
  readonly dashboard_name: string | null;
  readonly dashboard_name_ar: string | null;
  readonly report_id: string | null;
  readonly report_name: string | null;
  readonly report_name_ar: string | null;
  readonly recipient_ids: readonly string[];
  readonly recipients: readonly { readonly id: string; readonly name: string }[];
  readonly cadence: Cadence;
  readonly locale: ScheduleLocale;
  readonly files: readonly FileKind[];
  readonly is_enabled: boolean;
  readonly time_zone: string;
  readonly next_run_at: Date;
  readonly problem: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

/** Which kinds are sent now; those that are switched off wait. */
export interface Sources {
  readonly dashboards: boolean;
  readonly reports: boolean;
}

/** What a caller says of a schedule. */
export interface ScheduleChange {
  readonly name?: string;
  readonly dashboard_id?: string | null;
  readonly report_id?: string | null;
  readonly recipient_ids?: readonly string[];
  readonly cadence?: Cadence;
  readonly locale?: ScheduleLocale;
  readonly files?: readonly FileKind[];
  readonly is_enabled?: boolean;
}

/** `uncertain`: the connection ended after the mail was handed over and before the server answered; sending again could send twice. */
export type DeliveryState = 'queued' | 'making' | 'sending' | 'sent' | 'failed' | 'refused' | 'uncertain';

/** What was attached, so that a file can be recognised later. */
export interface SentFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A row of `crm_report_deliveries`: one mail of one run to one person. */
export interface DeliveryRow {
  readonly id: string;
  readonly schedule_id: string;
  readonly recipient_id: string;
  readonly recipient_name: string | null;
  readonly run_at: Date;
  readonly trigger: 'schedule' | 'person';
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly problem: string | null;
  readonly lsn: string | null;
  readonly committed_at: Date | null;
  readonly files: readonly SentFile[];
  readonly sent_at: Date | null;
  readonly created_at: Date;
}

/** How a cell of a table is written. */
export type CellKind = 'money' | 'ratio' | 'number' | 'days' | 'date' | 'text';

/** A column of a report's table. */
export interface ReportColumn {
  readonly member: string;
  readonly title: string;
  readonly kind: CellKind;
}

/** A value as it came: numbers as exact decimal text. */
export type ReportCell = string | null;

/** One part of a report: a number, or a table with its picture. */
export interface ReportPart {
  readonly id: string;
  readonly title: string;
  /** What it means and how it is computed. */
  readonly definition: string;
  /** The conditions that it was asked with, in words. */
  readonly filters: string;
  readonly columns: readonly ReportColumn[];
  /** Everything that was answered. */
  readonly rows: readonly (readonly ReportCell[])[];
  /** Rows that are totals of others, by place. */
  readonly totals?: ReadonlySet<number>;
  /** True where there was more than a mail may hold. */
  readonly cut: boolean;
  /** What is left out, in words. */
  readonly left?: readonly string[];
  /** Most rows that are written out; a usual number where it is not given. */
  readonly shown?: number;
  /** Drawn already (PNG, twice as wide as it is shown). */
  readonly picture?: Buffer;
  /** How it is drawn; absent for a plain number and for a plain table. */
  readonly chart?: { readonly kind: 'bar' | 'hbar' | 'line' | 'waterfall'; readonly shown: number; readonly category: number; readonly measures: readonly number[] };
  /** Of a number: its text, and that of the period before. */
  readonly value?: { readonly text: string; readonly before: string | null };
  /** Why it could not be computed, in words. */
  readonly problem?: string;
}

/** Figures ready to be written as a mail, whatever they were taken from. */
export interface Report {
  readonly title: string;
  /** What was opened to read it. */
  readonly of: 'dashboard' | 'report';
  /** What stands below the title, such as the version. */
  readonly about?: readonly string[];
  readonly locale: MailLocale;
  readonly period: string;
  readonly currency: string;
  readonly watermark: Watermark | null;
  /** False where the data moved faster than it could be read at one position. */
  readonly consistent: boolean;
  /** The page that shows the same, and the words of the figures. */
  readonly link: string;
  readonly parts: readonly ReportPart[];
}
