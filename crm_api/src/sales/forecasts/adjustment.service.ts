import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../../reporting/analytics/analytics.service.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { insertAdjustment, listAdjustments, lockAdjustment, reportingCurrency, targetsInReach } from './adjustment.repository.js';
import { addDecimals, subtractDecimals, toCents } from './decimal.js';
import { readForecast } from './forecast.figures.js';
import { readPeriod, type ForecastPeriod } from './forecast.period.js';
import type { AdjustmentRow, AdjustmentTarget } from './forecast.types.js';

/** What a manager says: what to add (`delta`), or what the forecast should be (`amount`), and why. */
export interface AdjustmentInput {
  readonly delta?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly reason: string;
}

/** An adjustment with its versions, the one in force first. */
export interface AdjustmentStory {
  readonly target: AdjustmentTarget;
  readonly period: ForecastPeriod;
  readonly versions: readonly AdjustmentRow[];
  readonly adjustable: boolean;
}

// numeric(18,2): sixteen digits before the point.
const most = 10n ** 16n;

/** The rules of adjustments: who may adjust whom is the role matrix's to say, and nothing is ever overwritten. */
export class AdjustmentService {
  constructor(private readonly analytics: AnalyticsService) {}

  /** The versions about a person or team. @throws CrmError 404 outside of what the caller may read. */
  async story(db: Reader, call: Call, key: string, id: string): Promise<AdjustmentStory> {
    const period = readPeriod(key, await calendarOf(call));
    const [target] = await targetsInReach(db, call, 'read', [id]);
    if (!target) throw notFound('forecast', id);
    const adjustable = call.actor.permissions.forecast?.write !== undefined && (await targetsInReach(db, call, 'write', [id])).length > 0;
    return { target, period, versions: await listAdjustments(db, target, period), adjustable };
  }

  /** Adds the version that is in force from now on. @throws CrmError 404, 412, 422. */
  async adjust(trx: Knex.Transaction, call: Call, key: string, id: string, input: AdjustmentInput): Promise<AdjustmentStory> {
    const period = readPeriod(key, await calendarOf(call));
    const [target] = await targetsInReach(trx, call, 'write', [id]);
    if (!target) throw notFound('forecast', id);
    await lockAdjustment(trx, target, period);
    const [current] = await listAdjustments(trx, target, period);
    requireVersion(call, { __version: String(current?.version ?? 0) });
    const reporting = await reportingCurrency(trx);
    const currency = input.currency ?? reporting;
    if (input.amount !== undefined && currency !== reporting) throw invalidBody([{ path: 'currency', code: 'not_reporting', message: `An amount is compared with the forecast, which is in ${reporting}. Send it in ${reporting}, or send a delta.` }]);
    const delta = input.amount === undefined ? addDecimals(input.delta ?? '0') : toCents(subtractDecimals(input.amount, await this.gross(call, target, period)));
    if (BigInt(delta.replace(/^-|\..*$/g, '')) >= most) throw new CrmError(422, 'amount_too_large', 'The adjustment is larger than an amount can be. Check the number of digits.');
    const values = { version: (current?.version ?? 0) + 1, delta, target: input.amount ?? null, currency, reason: input.reason, author_id: call.actor.userId };
    const made = await insertAdjustment(trx, target, period, values);
    const told = ({ delta: by, target: to, currency: code, reason }: Pick<AdjustmentRow, 'delta' | 'target' | 'currency' | 'reason'>): Record<string, unknown> => ({ delta: by, target: to, currency: code, reason });
    await audit(trx, call, {
      action: current ? 'update' : 'create', entity: 'forecast_adjustments', entityId: made, before: current ? told(current) : null,
      after: { ...told(values), version: values.version, period: period.key, [target.kind === 'owner' ? 'user_id' : 'team_id']: target.id },
    });
    return this.story(trx, call, key, id);
  }

  /** What an amount replaces: the forecast as the deals give it, for a team with what was adjusted for its people. */
  private async gross(call: Call, target: AdjustmentTarget, period: ForecastPeriod): Promise<string> {
    const calendar = await calendarOf(call);
    const filter = target.kind === 'owner' ? { owner_id: [target.id] } : { team_id: [target.id] };
    const { groups, total } = await readForecast(this.analytics, call.actor, period, calendar, 'owner', filter);
    return target.kind === 'owner' ? total.forecast : addDecimals('0', ...groups.filter(({ id }) => id !== null).map(({ figures }) => figures.adjusted));
  }
}
