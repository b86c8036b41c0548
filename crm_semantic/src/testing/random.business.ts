import { day, ids, insertBusiness } from './business.data.js';
import { uuid, type Row, type SemanticFixture } from './semantic.fixture.js';

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fills an empty warehouse with the small business and, beside it, some dozens of random records in every table that a view reads; the same seed gives the same ones. */
export async function insertRandomBusiness(fixture: SemanticFixture, seed: number): Promise<void> {
  const random = seeded(seed);
  const upTo = (n: number): number => Math.floor(random() * n);
  const one = <T>(all: readonly T[]): T => all[upTo(all.length)] as T;
  const maybe = <T>(value: T, chance = 0.8): T | null => (random() < chance ? value : null);
  const money = (most: number): string => (Math.round(random() * most * 100) / 100).toFixed(2);
  const at = (from: number, to: number): string => `${day(from + upTo(to - from))} ${String(upTo(24)).padStart(2, '0')}:${String(upTo(60)).padStart(2, '0')}:00.${String(upTo(1_000_000)).padStart(6, '0')}`;
  const many = (from: number, n: number, make: (id: string, index: number) => Row): Row[] => Array.from({ length: n }, (_, index) => make(uuid(from + index), index));
  const currency = (): string => one(['USD', 'SAR', 'EUR']);
  const reps = Object.values(ids.reps);
  const accounts = [...Object.values(ids.accounts), ...many(1_000, 12, (id) => ({ id })).map(({ id }) => String(id))];
  const stages = Object.values(ids.stages);
  await insertBusiness(fixture);
  await fixture.insert('crm_accounts', many(1_000, 12, (id, n) => ({
    id, legal_name: `Account ${n}`, legal_name_ar: maybe(`حساب ${n}`, 0.5), region: maybe(one(['MENA', 'EMEA', 'Asia'])), industry: maybe(one(['retail', 'energy'])), owner_id: maybe(one(reps)), lifecycle: one(['prospect', 'customer']),
    became_customer_at: maybe(at(-200, 0), 0.4), is_test: false,
  })));
  await fixture.insert('crm_contacts', many(1_100, 30, (id, n) => ({ id, full_name: `Contact ${n}`, account_id: maybe(one(accounts)), owner_id: maybe(one(reps)), lead_source: maybe(one(['web', 'fair'])), email_opt_in: random() < 0.5, is_test: false })));
  await fixture.insert('crm_deals', many(1_200, 90, (id, n) => {
    const status = one(['open', 'won', 'won', 'lost']);
    const [from, to] = [-200 + upTo(150), -45 + upTo(45)];
    return {
      id, name: `Deal ${n}`, account_id: maybe(one(accounts)), owner_id: maybe(one(reps)), pipeline_id: uuid(40), stage_id: one(stages), status, expected_value: maybe(money(50_000), 0.9), currency: currency(), close_date: day(to),
      closed_at: status === 'open' ? null : at(to - 1, to), created_at: at(from, from + 1), lost_reason: status === 'lost' ? maybe(one(['price', 'time'])) : null, source: maybe(one(['web', 'fair'])),
      product_id: maybe(one(Object.values(ids.products))), campaign_id: maybe(uuid(1_700 + upTo(5))), forecast_category: maybe(one(['commit', 'best_case', 'pipeline']), 0.5), is_test: false,
    };
  }));
  const deals = many(1_200, 90, (id) => ({ id })).map(({ id }) => String(id));
  await fixture.insert('crm_deal_line_items', many(1_300, 80, (id) => ({ id, deal_id: one(deals), product_id: maybe(one(Object.values(ids.products))), quantity: money(9), net_amount: maybe(money(5_000)), currency: currency() })));
  await fixture.insert('crm_deal_scores', many(1_400, 40, (id, n) => ({ id, deal_id: deals[n], probability: random().toFixed(4), scored_at: at(-9, 0) })));
  await fixture.insert('crm_deal_stage_history', many(1_500, 150, (id) => ({ id, deal_id: one(deals), to_stage_id: one(stages), entered_at: at(-150, 0) })));
  await fixture.insert('crm_quotas', many(1_600, 6, (id, n) => ({ id, user_id: reps[n % 3], period_start: day(-90 * (1 + (n % 2))), period_end: day(-90 * (n % 2)), amount: money(90_000), currency: currency(), version: 1 })));
  await fixture.insert('crm_leads', many(1_620, 60, (id, n) => {
    const steps = upTo(4);
    return {
      id, full_name: `Lead ${n}`, status: one(['new', 'working', 'mql']), source: maybe(one(['web', 'fair'])), region: maybe(one(['MENA', 'EMEA'])), owner_id: maybe(one(reps)), campaign_id: maybe(uuid(1_700 + upTo(5))), is_test: false, created_at: at(-300, -200),
      mql_at: steps > 0 ? maybe(at(-220, -100)) : null, sql_at: steps > 1 ? at(-150, -60) : null, converted_at: steps > 2 ? at(-90, -30) : null, converted_deal_id: steps > 2 ? one(deals) : null,
    };
  }));
  await fixture.insert('crm_campaigns', many(1_700, 5, (id, n) => ({ id, name: `Campaign ${n}`, channel: one(['email', 'fair']), status: one(['active', 'completed']), starts_on: day(-upTo(200)), budget: maybe(money(9_000)), currency: currency(), owner_id: maybe(one(reps)) })));
  await fixture.insert('crm_touches', many(1_710, 40, (id) => ({ id, campaign_id: uuid(1_700 + upTo(5)), contact_id: maybe(uuid(1_100 + upTo(30))), lead_id: uuid(1_620 + upTo(60)) })));
  await fixture.insert('crm_marketing_spend', many(1_760, 20, (id) => ({ id, spent_on: day(-upTo(200)), channel: one(['web', 'fair']), kind: 'marketing', region: maybe(one(['MENA', 'EMEA'])), amount: money(3_000), currency: currency() })));
  await fixture.insert('crm_activities', many(1_800, 80, (id, n) => ({
    id, kind: one(['call', 'task']), direction: maybe('inbound'), subject: `Activity ${n}`, status: one(['done', 'planned', 'cancelled']), occurred_at: at(-100, 10), due_at: maybe(at(-20, 20)), duration_minutes: maybe(upTo(90)), owner_id: maybe(one(reps)),
    account_id: maybe(one(accounts)),
  })));
  await fixture.insert('crm_subscriptions', many(1_900, 40, (id) => ({
    id, account_id: one(accounts), product_id: maybe(one(Object.values(ids.products))), owner_id: maybe(one(reps)), status: one(['active', 'past_due', 'trial', 'cancelled']), billing_period: one(['month', 'year']), mrr: money(900), currency: currency(), started_on: day(-upTo(200)),
  })));
  await fixture.insert('crm_subscription_changes', many(1_950, 70, (id) => {
    const kind = one(['new', 'expansion', 'contraction', 'churn', 'reactivation']);
    return { id, subscription_id: uuid(1_900), account_id: one(accounts), kind, effective_on: day(-upTo(200)), mrr_delta: `${kind === 'contraction' || kind === 'churn' ? '-' : ''}${money(200)}`, currency: currency() };
  }));
  await fixture.insert('crm_invoices', many(2_100, 50, (id, n) => ({
    id, number: `N-${n}`, account_id: one(accounts), owner_id: maybe(one(reps)), status: one(['open', 'paid', 'overdue', 'draft', 'void']), currency: currency(), net_total: money(5_000), gross_total: maybe(money(6_000)), paid_total: money(500), issued_on: day(-upTo(90)), due_on: maybe(day(10 - upTo(60))),
  })));
  await fixture.insert('crm_tickets', many(2_200, 70, (id, n) => ({
    id, number: `T-${n}`, subject: `Ticket ${n}`, status: one(['new', 'open', 'solved', 'closed']), priority: one(['low', 'high']), category: maybe(one(['billing', 'bug'])), channel: maybe('mail'), account_id: maybe(one(accounts)), owner_id: maybe(one(reps)), created_at: at(-60, -30),
    resolved_at: maybe(at(-30, 0), 0.6), resolution_due_at: maybe(at(-30, 0), 0.7), csat: maybe(1 + upTo(5), 0.6), nps: maybe(upTo(11), 0.6),
  })));
  await fixture.insert('crm_custom_fields', [{ id: uuid(2_300), entity: 'deals', key: 'seats', label: 'Seats', label_ar: 'المقاعد', type: 'integer', options: '[]', position: 1 }, { id: uuid(2_301), entity: 'deals', key: 'pilot', label: 'Pilot', label_ar: 'تجربة', type: 'boolean', options: '[]', position: 2 }]);
  await fixture.insert('crm_custom_values', many(2_310, 60, (id, n) => ({ id, entity_id: deals[n % 45], ...(n < 45 ? { field_id: uuid(2_300), number_value: String(upTo(100)) } : { field_id: uuid(2_301), boolean_value: random() < 0.5 }) })));
  await fixture.settled();
}
