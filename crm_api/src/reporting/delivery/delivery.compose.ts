import type { ApiConfig } from '../../config.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { findDashboard } from '../dashboards/dashboard.repository.js';
import type { DashboardRow } from '../dashboards/dashboard.types.js';
import type { ReportingDay } from '../period/period.range.js';
import type { ReportEngine } from '../reports/engine/report.engine.js';
import { findReport, findVersion } from '../reports/saved/report.repository.js';
import type { ReportRow, VersionRow } from '../reports/saved/saved.types.js';
import { dashboardReport } from './dashboard.report.js';
import type { FileKind, MailLocale, Report, ScheduleRow } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import { reportFiles, type ReportFile } from './report.files.js';
import { savedFiles } from './saved.files.js';
import { savedReport } from './saved.report.js';

/** What figures and files are made with. */
export interface ComposeDeps {
  readonly config: ApiConfig;
  readonly analytics: Pick<AnalyticsService, 'ask' | 'batch'>;
  readonly engine: ReportEngine;
  /** Most megabytes that the files of a report may have together. */
  readonly mostMegabytes?: number;
}

/** What a schedule is of. */
export type Source = { readonly dashboard: DashboardRow } | { readonly saved: ReportRow; readonly version: VersionRow | undefined };

/** What is sent to one person, as they may see it. */
export interface Composed {
  readonly report: Report;
  readonly files: readonly ReportFile[];
  /** Of a report: what the audit log has of each file. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
  /** Sentences about the files. */
  readonly words: readonly string[];
  /** Why it has no figures: a code. */
  readonly problem: string | null;
}

/** How it is written. */
export interface ComposeRequest {
  readonly locale: MailLocale;
  readonly at: ReportingDay;
  readonly site: string;
  /** Files that go along. */
  readonly kinds: readonly FileKind[];
}

/** The dashboard, or the report with its current version, that a schedule sends; undefined where its owner is not shown it any more. */
export async function sourceOf(db: Reader, owner: Call, schedule: Pick<ScheduleRow, 'dashboard_id' | 'report_id'>): Promise<Source | undefined> {
  if (schedule.report_id !== null) {
    const saved = await findReport(db, owner, schedule.report_id, false);
    return saved && { saved, version: await findVersion(db, saved.id, saved.version) };
  }
  const dashboard = await findDashboard(db, owner, schedule.dashboard_id ?? '', false);
  return dashboard && { dashboard };
}

/** The figures of a source with their reader's eyes, and the files of them. */
export async function compose(deps: ComposeDeps, call: Call, source: Source, { kinds, ...request }: ComposeRequest): Promise<Composed> {
  const { locale } = request;
  if ('dashboard' in source) {
    const report = await dashboardReport(deps.analytics, call, { dashboard: source.dashboard, ...request });
    const files = await reportFiles(report, kinds);
    return { report, files, notes: [], words: files.length > 0 ? [mailText('more', locale)] : [], problem: null };
  }
  const { report, request: exported, problem } = await savedReport(deps, call, { ...source, ...request, attached: kinds.length > 0 });
  const made = exported === null || kinds.length === 0 ? { files: [], notes: [], words: [] } : await savedFiles(call, exported, { config: deps.config, engine: deps.engine, kinds, at: request.at, ...(deps.mostMegabytes === undefined ? {} : { mostMegabytes: deps.mostMegabytes }) });
  return { report, problem, ...made };
}
