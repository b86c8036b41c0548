import { HttpClient } from '@angular/common/http';
import { computed, DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { AnalyticsAnswer, AnalyticsClient, MemberMeaning } from '@core/analytics/analytics.client';
import { Watermark } from '@core/analytics/cube.transport';
import { Period, PeriodKey, periodOf, DayRange, todayIn } from '@core/analytics/period';
import { API_ROOT } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { toNumber } from '@core/format/format';
import { SessionService } from '@core/session/session.service';
import { ALL_DEALS, dashboardQueries, LATEST_CLOSED, Split, splitQuery } from './dashboard.queries';

/** How often the watermark is looked at while the page is seen. */
const WATCH_MS = 2500;
/** The stream moves even when no deal does; so often everything is read again all the same. */
const FULL_MS = 20_000;
const YEAR_MS = 366 * 86_400_000;

/** The answers behind one screen, by the name of their query; all of one period. */
export interface Snapshot {
  readonly period: Period;
  readonly answers: Readonly<Record<string, AnalyticsAnswer>>;
  readonly problems: Readonly<Record<string, Problem>>;
  /** When the answers came, in milliseconds. */
  readonly at: number;
}

/** Loads the dashboard and keeps it fresh: looks at the watermark while the page is visible, and loads again when it moved. */
@Injectable()
export class DashboardStore {
  private readonly analytics = inject(AnalyticsClient);
  private readonly http = inject(HttpClient);
  private readonly document = inject(DOCUMENT);
  private readonly session = inject(SessionService);
  private run = 0;
  private busy = false;
  private lastLsn: string | null = null;

  /** What is shown. */
  readonly snapshot = signal<Snapshot | null>(null);
  /** What members mean. */
  readonly meanings = signal<ReadonlyMap<string, MemberMeaning>>(new Map());
  /** The chosen period; null until a first one is chosen. */
  readonly period = signal<Period | null>(null);
  /** The chosen split of the win rate. */
  readonly split = signal<Split>('region');
  /** Why nothing can be shown. */
  readonly problem = signal<Problem | null>(null);
  /** True while another period loads; a silent refresh does not count. */
  readonly loading = signal(true);
  /** True when the product has no deal at all. */
  readonly empty = signal(false);
  /** True when the stream does not answer for its freshness. */
  readonly paused = signal(false);
  /** The newest watermark. */
  readonly watermark = computed<Watermark | null>(() => this.snapshot()?.answers['closed']?.watermark ?? null);

  constructor() {
    const timer = setInterval(() => void this.watch(), WATCH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** Shows a period; without a key the first that has something to show. */
  async show(key: PeriodKey | null, custom: DayRange | null, today = todayIn(this.session.timeZone())): Promise<void> {
    this.loading.set(true);
    this.problem.set(null);
    try {
      const members = await this.analytics.members();
      this.meanings.set(members);
      this.period.set(periodOf(key ?? (await this.firstPeriod(today)), today, custom, this.session.fiscalStart()));
      await this.load();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.loading.set(false);
    }
  }

  /** Splits the win rate by something else. */
  async splitBy(split: Split): Promise<void> {
    this.split.set(split);
    const shown = this.snapshot();
    if (!shown) return;
    try {
      const answer = await this.analytics.load(splitQuery(shown.period, split, (member) => this.meanings().has(member)));
      if (this.split() === split) this.snapshot.update((now) => now && { ...now, answers: { ...now.answers, split: answer } });
    } catch (error) {
      this.snapshot.update((now) => now && { ...now, problems: { ...now.problems, split: toProblem(error) } });
    }
  }

  /** Loads every number again, in place. */
  async load(): Promise<void> {
    const period = this.period();
    if (!period) return;
    const run = ++this.run;
    this.busy = true;
    try {
      const snapshot = await this.answersOf(period);
      if (run !== this.run) return;
      const failure = snapshot.problems['closed'];
      if (failure && !this.snapshot()) throw failure;
      this.snapshot.set(snapshot);
      this.empty.set(toNumber(snapshot.answers['all']?.rows[0]?.['deals.count']) === 0);
      this.problem.set(failure ?? null);
    } finally {
      if (run === this.run) this.busy = false;
    }
  }

  private async answersOf(period: Period): Promise<Snapshot> {
    const queries = { ...dashboardQueries(period, this.split(), (member) => this.meanings().has(member)), all: ALL_DEALS };
    const answers: Record<string, AnalyticsAnswer> = {};
    const problems: Record<string, Problem> = {};
    await Promise.all(
      Object.entries(queries).map(async ([name, query]) => {
        try {
          answers[name] = await this.analytics.load(query);
        } catch (error) {
          problems[name] = toProblem(error);
        }
      }),
    );
    return { period, answers, problems, at: Date.now() };
  }

  /** A product that was just given old data should show it instead of an empty quarter. */
  private async firstPeriod(today: Date): Promise<PeriodKey> {
    const { rows } = await this.analytics.load(LATEST_CLOSED);
    const month = rows[0]?.['deals.closed_at.month'] ?? rows[0]?.['deals.closed_at'];
    const latest = typeof month === 'string' ? Date.parse(month.endsWith('Z') ? month : `${month}Z`) : Number.NaN;
    return latest > today.getTime() - YEAR_MS ? 'last12Months' : 'all';
  }

  /** One small query tells whether deals changed, so that a quiet dashboard costs one query and not a dozen. */
  private async changed(): Promise<boolean> {
    const shown = this.snapshot();
    const query = shown && dashboardQueries(shown.period, this.split(), (member) => this.meanings().has(member))['now'];
    if (!shown || !query || Date.now() - shown.at > FULL_MS) return shown !== null;
    const { rows } = await this.analytics.load(query);
    return JSON.stringify(rows) !== JSON.stringify(shown.answers['now']?.rows);
  }

  private async watch(): Promise<void> {
    if (this.busy || this.document.visibilityState !== 'visible' || !this.snapshot()) return;
    try {
      const { watermark } = await firstValueFrom(this.http.get<{ watermark?: Watermark }>(`${API_ROOT}/health`));
      this.paused.set(false);
      const lsn = watermark?.lsn === undefined ? null : String(watermark.lsn);
      const moved = this.lastLsn !== null && lsn !== this.lastLsn;
      this.lastLsn = lsn;
      if (moved && (await this.changed())) await this.load();
    } catch {
      // The numbers shown stay true as of their watermark; the page says that nothing newer comes.
      this.paused.set(true);
    }
  }
}
