import type { Knex } from 'knex';
import { scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { findDashboard } from '../dashboards/dashboard.repository.js';
import { planRun } from './delivery.repository.js';
import type { ScheduleChange, ScheduleRow } from './delivery.types.js';
import { findReport } from '../reports/saved/report.repository.js';
import { filesForbidden, nobodySends, noPdf, tooManySchedules, unknownDashboard, unknownRecipient, unknownReport } from './schedule.errors.js';
import { countSchedules, findSchedule, insertSchedule, listSchedules, reachable, updateSchedule } from './schedule.repository.js';
import { nextRun, type Cadence } from './schedule.time.js';

const mostOwn = 30;

/** The rules of schedules: everybody has their own, about dashboards and reports that they are shown, to users of the product. */
export class ScheduleService {
  /** The caller's schedules. */
  async list(call: Call): Promise<ScheduleRow[]> {
    return call.actor.userId === null ? [] : listSchedules(call.db, call.actor.userId);
  }

  /** One schedule of the caller. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<ScheduleRow> {
    const { userId } = call.actor;
    const row = userId === null ? undefined : await findSchedule(db, userId, id, lock);
    if (!row) throw notFound('schedule', id);
    return row;
  }

  /** Sets up a schedule. */
  async create(trx: Knex.Transaction, call: Call, { locale = 'en', files = [], is_enabled: enabled = true, ...input }: ScheduleChange & { readonly cadence: Cadence }): Promise<ScheduleRow> {
    const { userId } = call.actor;
    if (userId === null) throw nobodySends();
    const values = { ...input, locale, files, is_enabled: enabled };
    await this.check(trx, call, values);
    if (await countSchedules(trx, userId) >= mostOwn) throw tooManySchedules(mostOwn);
    const { time_zone: zone } = await calendarOf(call);
    const id = await insertSchedule(trx, { ...values, owner_id: userId, time_zone: zone, next_run_at: nextRun(input.cadence, zone, new Date()) });
    await audit(trx, call, { action: 'create', entity: 'schedules', entityId: id, after: { ...values } });
    return this.get(trx, call, id);
  }

  /** Changes the given parts; another time, or being switched on again, counts from now. */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: ScheduleChange): Promise<ScheduleRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    const source = patch.dashboard_id == null && patch.report_id == null ? {} : { dashboard_id: patch.dashboard_id ?? null, report_id: patch.report_id ?? null };
    const { dashboard_id, report_id, files } = current;
    await this.check(trx, call, { ...patch, ...source }, { dashboard_id, report_id, files });
    const { time_zone: zone } = await calendarOf(call);
    const anew = patch.cadence !== undefined || (patch.is_enabled === true && !current.is_enabled);
    await updateSchedule(trx, id, { ...patch, ...source, problem: null, ...(anew ? { time_zone: zone, next_run_at: nextRun(patch.cadence ?? current.cadence, zone, new Date()) } : {}) });
    await audit(trx, call, { action: 'update', entity: 'schedules', entityId: id, before: Object.fromEntries(Object.keys(patch).map((name) => [name, current[name as keyof ScheduleRow]])), after: { ...patch } });
    return this.get(trx, call, id);
  }

  /** Deletes a schedule; what is queued of it is not sent. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    await updateSchedule(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'schedules', entityId: id, before: { name: current.name } });
  }

  /** Sends it now, beside its times. */
  async sendNow(trx: Knex.Transaction, call: Call, id: string): Promise<ScheduleRow> {
    const row = await this.get(trx, call, id, true);
    await planRun(trx, { scheduleId: id, recipientIds: row.recipient_ids, runAt: new Date(), trigger: 'person' });
    await audit(trx, call, { action: 'export', entity: 'schedules', entityId: id, after: { ...(row.report_id === null ? { dashboard_id: row.dashboard_id } : { report_id: row.report_id }), recipient_ids: row.recipient_ids, files: row.files } });
    return row;
  }

  /** What a caller says, beside what stands already. @throws CrmError 403, 422 */
  private async check(db: Reader, call: Call, change: ScheduleChange, before: Pick<ScheduleChange, 'dashboard_id' | 'report_id' | 'files'> = {}): Promise<void> {
    const { recipient_ids: recipients } = change;
    const { dashboard_id: dashboardId, report_id: reportId, files = [] } = { ...before, ...change };
    const touched = change.files !== undefined || change.report_id != null || change.dashboard_id != null;
    if (touched && files.length > 0) {
      if (scopeOf(call.actor, 'schedules', 'export') === null) throw filesForbidden('schedules');
      if (reportId != null && scopeOf(call.actor, 'reports', 'export') === null) throw filesForbidden('reports');
      if (dashboardId != null && files.includes('pdf')) throw noPdf();
    }
    if (change.dashboard_id != null && !await findDashboard(db, call, change.dashboard_id, false)) throw unknownDashboard();
    if (change.report_id != null && (!call.feature('crm_feature_reports') || scopeOf(call.actor, 'reports', 'read') === null || !await findReport(db, call, change.report_id, false))) throw unknownReport();
    if (recipients === undefined) return;
    const known = await reachable(db, recipients);
    const stranger = recipients.findIndex((id) => !known.has(id));
    if (stranger >= 0) throw unknownRecipient(stranger);
  }
}
