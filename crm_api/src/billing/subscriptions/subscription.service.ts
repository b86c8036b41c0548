import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { SubscriptionRepository } from './subscription.repository.js';

const months: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const earning: readonly unknown[] = ['active', 'past_due'];
const ended: readonly unknown[] = ['cancelled', 'expired'];

/** The rules of subscriptions: recurring revenue follows price, quantity and status, and every step of it is kept for the bridge. */
export class SubscriptionService extends CrudService {
  constructor(private readonly subscriptions = new SubscriptionRepository()) {
    super(subscriptions);
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return { ...input, ...ending(input, null), mrr: await this.mrr(trx, input) };
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    return { ...input, ...ending(input, current), mrr: await this.mrr(trx, { ...current, ...input }) };
  }

  protected override async afterCreate(trx: Knex.Transaction, _call: Call, row: Row): Promise<void> {
    if (row['status'] === 'trial') await this.change(trx, row, 'trial', '0.00', '0.00', String(row['started_on']));
    else if (Number(row['mrr']) !== 0) await this.change(trx, row, 'new', '0.00', String(row['mrr']), String(row['started_on']));
  }

  protected override async afterUpdate(trx: Knex.Transaction, _call: Call, before: Row, patch: Values): Promise<void> {
    const row = { ...before, ...patch };
    const from = Number(before['mrr']);
    const to = Number(row['mrr']);
    if (patch['mrr'] === undefined || from === to) return;
    const kind = from === 0 ? (before['status'] === 'trial' ? 'new' : 'reactivation') : to === 0 ? 'churn' : to > from ? 'expansion' : 'contraction';
    const day = kind === 'churn' && typeof row['cancelled_on'] === 'string' ? row['cancelled_on'] : today();
    await this.change(trx, row, kind, String(before['mrr']), String(row['mrr']), day);
  }

  private async mrr(trx: Knex.Transaction, values: Values): Promise<string> {
    if (!earning.includes(values['status'] ?? 'active')) return '0.00';
    return this.subscriptions.monthly(trx, values['quantity'] ?? '1', values['unit_price'], months[String(values['billing_period'] ?? 'month')] ?? 1);
  }

  private async change(trx: Knex.Transaction, row: Row, kind: string, before: string, after: string, day: string): Promise<void> {
    await this.subscriptions.addChange(trx, {
      subscription_id: row.id, account_id: row['account_id'], kind, effective_on: day, mrr_before: before, mrr_after: after,
      currency: row['currency'], reason: kind === 'churn' ? row['cancel_reason'] ?? null : null,
    });
  }
}

const today = (): string => new Date().toISOString().slice(0, 10);

function ending(input: Values, current: Row | null): Values {
  const status = input['status'];
  if (status === undefined || status === current?.['status'] || input['cancelled_on'] !== undefined) return {};
  if (ended.includes(status)) return { cancelled_on: today() };
  return current && ended.includes(current['status']) ? { cancelled_on: null } : {};
}
