import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, invalidBody, notFound, type FieldProblem } from '../../kernel/errors/crm.error.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { reportingDay } from '../period/period.range.js';
import { keepFinding, type AlertChecker } from './alert.checker.js';
import { nobodyToTell, tooManyAlerts, unknownMeasure, unknownReport } from './alert.errors.js';
import { countAlerts, findAlert, insertAlert, listAlerts, updateAlert } from './alert.repository.js';
import { alertVersion } from './alert.version.js';
import type { AlertChange, AlertRow, Condition, Finding, MeasureQuestion, Question } from './alert.types.js';

const mostOwn = 100;

/** The rules of alerts: everybody has their own, each about a number that its owner may see. */
export class AlertService {
  constructor(private readonly checker: AlertChecker) {}

  /** The caller's alerts. */
  async list(call: Call): Promise<AlertRow[]> {
    return call.actor.userId === null ? [] : listAlerts(call.db, call.actor.userId);
  }

  /** One alert of the caller. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<AlertRow> {
    const { userId } = call.actor;
    const row = userId === null ? undefined : await findAlert(db, userId, id, lock);
    if (!row) throw notFound('alert', id);
    return row;
  }

  /** Sets up an alert and looks at its number once, so that one about nothing is refused. */
  async create(call: Call, input: AlertChange & { readonly name: string; readonly question: Question; readonly condition: Condition }): Promise<AlertRow> {
    const { userId } = call.actor;
    if (userId === null) throw nobodyToTell();
    const first = await this.firstLook(call, input);
    return call.db.transaction(async (trx) => {
      if (await countAlerts(trx, userId) >= mostOwn) throw tooManyAlerts(mostOwn);
      const id = await insertAlert(trx, { ...input, additive: first.additive, owner_id: userId });
      await audit(trx, call, { action: 'create', entity: 'alerts', entityId: id, after: { ...input } });
      await keepFinding(trx, { id, ...input }, first.finding);
      return this.get(trx, call, id);
    });
  }

  /** Changes the given parts; another question or condition begins anew. */
  async update(call: Call, id: string, patch: AlertChange): Promise<AlertRow> {
    const before = await this.get(call.db, call, id);
    const asked = { question: patch.question ?? before.question, condition: patch.condition ?? before.condition };
    const first = patch.question || patch.condition ? await this.firstLook(call, asked) : null;
    const row = await call.db.transaction(async (trx) => {
      const current = await this.get(trx, call, id, true);
      requireVersion(call, { __version: alertVersion(current) });
      await updateAlert(trx, id, { ...patch, ...(first ? { ...asked, additive: first.additive } : {}), ...(patch.is_enabled === true ? { next_check_at: new Date() } : {}) });
      await audit(trx, call, { action: 'update', entity: 'alerts', entityId: id, before: Object.fromEntries(Object.keys(patch).map((name) => [name, current[name as keyof AlertChange]])), after: { ...patch } });
      if (first) await keepFinding(trx, { id, ...asked }, first.finding);
      return this.get(trx, call, id);
    });
    // The worker looks by itself soon; this only shortens the wait.
    if (patch.is_enabled === true) await call.jobs.send('crm_alert', {}).catch((error: unknown) => { call.log.warn({ err: error }, 'The worker of alerts could not be woken'); });
    return row;
  }

  /** Deletes an alert; what it told stays. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: alertVersion(current) });
    await updateAlert(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'alerts', entityId: id, before: { name: current.name } });
  }

  /** Looks at the number now. @throws CrmError 503 while it cannot be computed. */
  async check(call: Call, id: string): Promise<AlertRow> {
    await this.checker.check(call.db, call.actor, await this.get(call.db, call, id), await calendarOf(call));
    return this.get(call.db, call, id);
  }

  private async firstLook(call: Call, { question, condition }: { readonly question: Question; readonly condition: Condition }): Promise<{ readonly additive: boolean; readonly finding: Finding }> {
    const calendar = await calendarOf(call);
    if ('report_id' in question) {
      if (!call.feature('crm_feature_reports')) throw unknownReport();
      return { additive: false, finding: await this.checker.find(call.db, call.actor, { question, condition, additive: false }, reportingDay(calendar, new Date())).catch((error: unknown) => { throw ofThisAlert(error); }) };
    }
    const problems = questionProblems(question, condition);
    if (problems.length > 0) throw invalidBody(problems);
    const additive = await this.checker.additive(call.actor, question.measure);
    if (additive === undefined) throw unknownMeasure(question.measure);
    const finding = await this.checker.look(call.db, call.actor, { question, condition, additive }, calendar);
    const { problem } = finding;
    if (problem !== null && problem !== 'no_value' && problem !== 'too_little_history') throw invalidBody([{ path: 'question', code: problem, message: 'The semantic layer refuses the question; ask it under /crm/v1/analytics/load to see why.' }]);
    return { additive, finding };
  }
}

/** Where the report itself cannot be asked: its definition is what is wrong, not a part of the alert. */
function ofThisAlert(error: unknown): unknown {
  const [first] = error instanceof CrmError && error.status === 422 ? error.errors ?? [] : [];
  return first === undefined || /^(question|condition)/.test(first.path) ? error : invalidBody([{ ...first, path: 'question.report_id' }]);
}

/** What is wrong with the parts of a question together. */
function questionProblems({ date, period }: MeasureQuestion, condition: Condition): FieldProblem[] {
  if (condition.kind === 'anomaly') {
    return [
      ...(date === undefined ? [{ path: 'question.date', code: 'required', message: 'An anomaly is told by days or months; say by which time of the measure.' }] : []),
      ...(period === undefined ? [] : [{ path: 'question.period', code: 'not_allowed', message: 'An anomaly looks at the last whole day or month; leave "period" out.' }]),
    ];
  }
  return period !== undefined && period !== 'all' && date === undefined ? [{ path: 'question.date', code: 'required', message: 'A period needs the time by which it counts.' }] : [];
}
