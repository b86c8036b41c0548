import { addMonths, dateText, day, dayOf, timeText } from './calendar.js';
import type { Product } from './catalogue.js';
import type { Deal, DealStage } from './deal.story.js';
import { isRecurring, netOf, type DealLine } from './deal.lines.js';
import { billingMonths, writeInvoice, type Billing, type InvoiceLine } from './papers.story.js';
import type { Random } from './random.js';
import { money } from './rows.js';
import { ticketsBefore } from './ticket.story.js';
import { trueChurnProbability } from './truth.js';
import { stamp, type World } from './world.js';

type ChangeKind = 'trial' | 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation';

interface Change {
  readonly kind: ChangeKind;
  readonly on: number;
  readonly before: number;
  readonly after: number;
  readonly reason: string | null;
}

/** How a subscription of a sold line went on. */
interface Life {
  readonly changes: readonly Change[];
  readonly started: number;
  readonly trialUntil: number | null;
  /** Day of the last churn; null while it pays. */
  readonly endedOn: number | null;
  readonly mrr: number;
  readonly quantity: number;
  /** Share used of what is paid for, as last seen. */
  readonly usage: number;
  readonly reason: string | null;
}

/** What the account's story needs to know of its subscriptions. */
export interface SubscriptionOutcome {
  /** Null when none ever started. */
  readonly usage: number | null;
  /** Day the last one ended when none pays any more. */
  readonly endedOn: number | null;
}

const reasons = ['Too expensive', 'Switched to a competitor', 'Not used enough', 'Company closed', 'Poor service', 'Project ended'] as const;

/** Days on which something is billed or can change: one a month, on the date of the start. */
function live(world: World, line: DealLine, startsOn: number, billing: Billing, tickets: readonly number[], random: Random): Life | null {
  const base = Math.round(line.net / 12);
  const perSeat = base / line.quantity;
  const changes: Change[] = [];
  const trial = random.chance(0.12);
  const started = startsOn;
  const paidFrom = trial ? startsOn + 14 : startsOn;
  if (started >= world.today) return null;
  let mrr = 0;
  let quantity = line.quantity;
  const change = (kind: ChangeKind, on: number, after: number, reason: string | null = null): void => {
    changes.push({ kind, on, before: mrr, after, reason });
    mrr = after;
  };
  if (trial) change('trial', started, 0);
  if (paidFrom < world.today) change('new', paidFrom, base);
  const habit = Math.min(1.1, Math.max(0.15, 0.78 + 0.22 * random.normal()));
  let usage = habit;
  let endedOn: number | null = null;
  let returnsOn: number | null = null;
  let reason: string | null = null;
  for (let month = 1; ; month += 1) {
    const on = addMonths(paidFrom, month);
    if (on >= world.today) break;
    if (endedOn !== null) {
      if (returnsOn !== null && on >= returnsOn) {
        change('reactivation', on, Math.round(perSeat * quantity), 'Came back');
        [endedOn, returnsOn, reason] = [null, null, null];
        usage = habit;
      }
      continue;
    }
    usage = Math.min(1.2, Math.max(0.02, usage + 0.08 * random.normal() + 0.15 * (habit - usage)));
    const atRenewal = month % billingMonths[billing] === 0;
    const churn = trueChurnProbability({ tickets90: ticketsBefore(tickets, on), usage, tenureMonths: month, commitment: billing === 'month' ? 'none' : atRenewal ? 'renewal' : 'locked', plan: line.product.plan });
    if (random.chance(churn)) {
      reason = random.pick(reasons);
      change('churn', on, 0, reason);
      endedOn = on;
      returnsOn = random.chance(0.12) ? addMonths(on, random.int(2, 6)) : null;
    } else if (random.chance(0.012 + 0.03 * Math.max(0, usage - 0.7))) {
      quantity += Math.max(1, Math.round(quantity * random.between(0.05, 0.3)));
      change('expansion', on, Math.round(perSeat * quantity), 'More seats');
    } else if (quantity > 1 && random.chance(0.006 + 0.03 * Math.max(0, 0.55 - usage))) {
      quantity = Math.max(1, quantity - Math.max(1, Math.round(quantity * random.between(0.05, 0.3))));
      change('contraction', on, Math.round(perSeat * quantity), 'Fewer seats');
    }
  }
  return { changes, started, trialUntil: trial ? paidFrom : null, endedOn, mrr, quantity, usage, reason };
}

function mrrOn(life: Life, on: number): number {
  let mrr = 0;
  for (const change of life.changes) if (change.on <= on) mrr = change.after;
  return mrr;
}

/** Bills the months from the start (or from the second year where the order's invoice covered the first) to today. */
function bill(stage: DealStage, deal: Deal, line: DealLine, life: Life, subscriptionId: string, billing: Billing, random: Random): boolean {
  const { world, catalogue } = stage;
  const paidFrom = life.trialUntil ?? life.started;
  const step = billingMonths[billing];
  const api = catalogue.products.get('API');
  let overdue = false;
  for (let month = billing === 'year' ? 12 : 0; ; month += step) {
    const on = addMonths(paidFrom, month);
    if (on >= world.today) break;
    const mrr = mrrOn(life, on);
    if (mrr === 0) continue;
    const amount = mrr * step;
    const lines: InvoiceLine[] = [{ productId: line.product.id, description: `${line.product.name}, ${step} month${step === 1 ? '' : 's'}`, quantity: 1, unitPrice: amount, discount: 0, net: amount }];
    if (api !== undefined && billing === 'month' && line.product.family !== 'Service') lines.push(usageLine(stage, api, deal, life, random));
    overdue = writeInvoice(stage, { deal, subscriptionId, orderId: null, issued: on, lines }, random) || overdue;
  }
  return overdue;
}

function usageLine(stage: DealStage, api: Product, deal: Deal, life: Life, random: Random): InvoiceLine {
  const quantity = Math.max(1, Math.round(life.quantity * life.usage * random.between(8, 14)));
  const unitPrice = stage.catalogue.price(api, deal.account.country.currency, quantity);
  return { productId: api.id, description: api.name, quantity, unitPrice, discount: 0, net: netOf(quantity, unitPrice, 0) };
}

/** Writes the subscriptions that a won deal started, with every change and invoice. */
export function writeSubscriptions(stage: DealStage, deal: Deal, billing: Billing, tickets: readonly number[], random: Random): SubscriptionOutcome {
  const { world } = stage;
  const { account, closedAt } = deal;
  let usage: number | null = null;
  let endedOn: number | null = null;
  let paying = false;
  if (deal.status !== 'won' || closedAt === null) return { usage, endedOn };
  for (const line of deal.lines) {
    if (!isRecurring(line.product)) continue;
    const life = live(world, line, dayOf(closedAt) + random.int(0, 10), billing, tickets, random);
    if (life === null) continue;
    const createdAt = Math.max(closedAt, life.started * day + 9 * 3_600_000);
    if (createdAt >= world.now) continue;
    usage = life.usage;
    const last = life.changes[life.changes.length - 1];
    const row = stamp(random, createdAt, Math.min(world.now - 1, (last?.on ?? life.started) * day + 10 * 3_600_000));
    const { id } = row;
    const currency = account.country.currency;
    const overdue = bill(stage, deal, line, life, id, billing, random);
    const inTrial = life.trialUntil !== null && life.trialUntil >= world.today;
    const months = billingMonths[billing];
    let renews = life.trialUntil ?? life.started;
    for (let period = 1; renews < world.today; period += 1) renews = addMonths(life.trialUntil ?? life.started, period * months);
    if (life.endedOn === null) paying = true;
    else endedOn = Math.max(endedOn ?? 0, life.endedOn);
    world.sink.add('crm_subscriptions', {
      ...row, account_id: account.id, product_id: line.product.id, deal_id: deal.id, owner_id: account.owner.id,
      status: life.endedOn !== null ? 'cancelled' : inTrial ? 'trial' : overdue && random.chance(0.5) ? 'past_due' : 'active', billing_period: billing, quantity: life.quantity,
      unit_price: money(Math.round((life.endedOn === null && !inTrial ? life.mrr : Math.round(line.net / 12)) / life.quantity)), mrr: money(life.mrr), currency, started_on: dateText(life.started),
      trial_ends_on: life.trialUntil === null ? null : dateText(life.trialUntil), renews_on: life.endedOn === null ? dateText(renews) : null,
      cancelled_on: life.endedOn === null ? null : dateText(life.endedOn), ends_on: life.endedOn === null ? null : dateText(life.endedOn), cancel_reason: life.reason,
    });
    for (const { kind, on, before, after, reason } of life.changes) {
      const at = Math.max(createdAt, Math.min(world.now - 1, on * day + 9 * 3_600_000));
      world.sink.add('crm_subscription_changes', {
        ...stamp(random, at), subscription_id: id, account_id: account.id, kind, effective_on: dateText(on), mrr_before: money(before), mrr_after: money(after), currency, reason,
      });
      if (kind === 'trial') continue;
      world.sink.add('crm_timeline', {
        ...stamp(random, at), occurred_at: timeText(at), entity: 'subscriptions', entity_id: id, account_id: account.id, kind, actor_id: account.owner.id,
        summary: `${line.product.name}: ${kind} to ${money(after)} ${currency} a month`, data: JSON.stringify({ mrr_before: money(before), mrr_after: money(after) }),
      });
    }
  }
  return { usage, endedOn: paying ? null : endedOn };
}
