import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { Actor } from '../../kernel/context/actor.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { judgeAnomaly, judgeThreshold } from './alert.judge.js';
import { numberQuery, queryOf, seriesOf, valueOf } from './alert.question.js';
import { findAlert, noteFinding } from './alert.repository.js';
import type { AlertRow, Condition, Finding, Question } from './alert.types.js';
import { reportingDay } from '../period/period.range.js';
import { notify } from './notification.repository.js';

/** Asks the semantic layer for the number of an alert with its owner's eyes, and keeps what comes of it. */
export class AlertChecker {
  constructor(private readonly analytics: Pick<AnalyticsService, 'ask' | 'load'>) {}

  /** What the number says now, in the days of a calendar. An error that is the question's own (a member that is gone or hidden) is a finding; others reject. */
  async look(actor: Actor, { question, condition, additive }: { readonly question: Question; readonly condition: Condition; readonly additive: boolean }, calendar: Calendar, now = new Date()): Promise<Finding> {
    const at = reportingDay(calendar, now);
    const query = numberQuery(question, condition, at);
    try {
      const { watermark, rows } = await this.analytics.load(actor, queryOf(question, condition, at));
      const found = condition.kind === 'anomaly' ? seriesOf(rows, question, condition.grain, additive, at) : { value: valueOf(rows[0]?.[question.measure]), history: [] };
      const verdict = condition.kind === 'anomaly' ? judgeAnomaly(condition, found.value, found.history) : judgeThreshold(condition, found.value);
      return { ...verdict, value: found.value, watermark: { lsn: watermark.lsn, committed_at: watermark.committed_at }, query };
    } catch (error) {
      if (!(error instanceof CrmError) || error.status >= 500) throw error;
      return { state: 'unknown', value: null, expected: null, problem: error.code, watermark: null, query };
    }
  }

  /** Whether days without rows count as zero for a measure; undefined where the caller is not shown it. */
  async additive(actor: Actor, measure: string): Promise<boolean | undefined> {
    const meta = JSON.parse(await this.analytics.ask(actor, { call: 'meta', method: 'GET', search: '', body: undefined })) as { cubes?: { measures?: { name: string; meta?: { additive?: boolean } }[] }[] };
    const found = meta.cubes?.flatMap(({ measures = [] }) => measures).find(({ name }) => name === measure);
    return found && found.meta?.additive === true;
  }

  /** Looks and keeps the finding, unless the alert was changed or deleted meanwhile. Beginning and end of firing are told to the owner, each once. */
  async check(db: Knex, actor: Actor, alert: AlertRow, calendar: Calendar): Promise<void> {
    const finding = await this.look(actor, alert, calendar);
    await db.transaction((trx) => keepFinding(trx, alert, finding));
  }
}

/** Keeps a finding and tells of a change of state, in one transaction: two looks at once cannot tell twice. */
export async function keepFinding(trx: Knex.Transaction, seen: Pick<AlertRow, 'id' | 'question' | 'condition'>, finding: Finding): Promise<void> {
  const current = await findAlert(trx, null, seen.id, true);
  if (!current || !isDeepStrictEqual([current.question, current.condition], [seen.question, seen.condition])) return;
  const begins = finding.state === 'firing' && current.firing_since === null;
  const ends = finding.state === 'ok' && current.firing_since !== null;
  await noteFinding(trx, current.id, finding, begins ? new Date() : ends ? null : current.firing_since);
  if (!begins && !ends) return;
  await notify(trx, current.owner_id, {
    kind: begins ? 'alert_firing' : 'alert_ended', title: current.name,
    params: { alert_id: current.id, measure: current.question.measure, value: finding.value, expected: finding.expected, condition: current.condition, watermark: finding.watermark, query: finding.query, ...(ends ? { firing_since: current.firing_since?.toISOString() } : {}) },
  });
}
