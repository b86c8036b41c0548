import { day, ids } from './business.data.js';
import { uuid, type Row, type SemanticFixture } from './semantic.fixture.js';

const [acme, nile, rhein] = [ids.accounts.acme, ids.accounts.nile, ids.accounts.rhein];
/** Points at no row. */
const nowhere = uuid(9_999);
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const accountOf = (n: number): string => [acme, nile, rhein, uuid(2_001), uuid(2_002), uuid(2_003), nowhere][n % 7] ?? nowhere;
const ownerOf = (n: number): string | null => [ids.reps.sara, ids.reps.omar, ids.reps.lena, uuid(2_011), null, nowhere][n % 6] ?? null;

/**
 * What makes joins fan out where they can: several rows on the other side of each join (rates of one day in both directions, scores, tags, touches, versions of a quota,
 * stages of one name), chains of merged accounts, keys that are empty or point at nothing, and rows written twice. Goes on top of `insertBusiness`.
 */
export async function insertAdversaries(fixture: SemanticFixture): Promise<void> {
  await fixture.insert('crm_tenants', [{ id: uuid(2_000), reporting_currency: 'EUR', deleted_at: '2026-01-01 00:00:00' }]);
  await fixture.insert('crm_teams', [{ id: uuid(2_010), name: 'Gulf', region: '' }]);
  await fixture.insert('crm_users', [{ id: uuid(2_011), name: 'Sara', team_id: uuid(2_010) }, { id: uuid(2_012), name: 'Omar', team_id: nowhere }]);
  await fixture.insert('crm_accounts', [
    { id: uuid(2_001), legal_name: 'Acme', merged_into_id: uuid(2_002), is_test: false }, { id: uuid(2_002), legal_name: 'Acme', merged_into_id: acme, is_test: false, region: 'Asia' },
    { id: uuid(2_003), legal_name: 'Acme', merged_into_id: nowhere, is_test: false, region: '' }, { id: uuid(2_004), legal_name: 'Acme', is_test: false, lifecycle: 'customer', became_customer_at: `${day(-5)} 23:59:59` },
  ]);
  await fixture.insert('crm_products', [{ id: uuid(2_021), name: 'Pro', family: 'other' }]);
  await fixture.insert('crm_pipelines', [{ id: uuid(2_030), name: 'Sales' }]);
  const early = many(3, (n): Row => ({ id: uuid(2_031 + n), name: 'Lead', position: 1, kind: 'open', probability: '0.3', forecast_category: 'commit', pipeline_id: n === 2 ? uuid(40) : uuid(2_030) }));
  await fixture.insert('crm_stages', early);
  await fixture.insert('crm_exchange_rates', [
    ...many(3, (n) => ({ id: uuid(2_040 + n), base_currency: 'SAR', quote_currency: 'USD', rate: '0.27', valid_on: day(-100) })),
    { id: uuid(2_045), base_currency: 'USD', quote_currency: 'SAR', rate: '3.7', valid_on: day(-100) }, { id: uuid(2_046), base_currency: 'SAR', quote_currency: 'EUR', rate: '0.25', valid_on: day(-50) },
    { id: uuid(2_047), base_currency: 'SAR', quote_currency: 'USD', rate: '99', valid_on: day(-10), deleted_at: `${day(-1)} 00:00:00` },
  ]);
  const stages = [ids.stages.lead, ids.stages.offer, uuid(2_031), uuid(2_033), nowhere];
  const status = (n: number): string => ['open', 'won', 'lost'][n % 3] ?? 'open';
  const deals = many(42, (n): Row => ({
    id: uuid(3_000 + n), name: 'same', pipeline_id: n % 2 ? uuid(40) : uuid(2_030), stage_id: stages[n % 5], status: status(n), expected_value: n % 8 ? `${n}.07` : null, currency: n % 4 ? 'USD' : 'SAR', is_test: false,
    account_id: n % 9 ? accountOf(n) : null, owner_id: ownerOf(n), product_id: [ids.products.pro, uuid(2_021), null, nowhere][n % 4], campaign_id: [uuid(2_050), uuid(2_051), null, nowhere][n % 4], source: n % 5 ? 'web' : null,
    close_date: n % 7 ? day(n - 20) : null, created_at: `${day(-60 - n)} 21:30:00`, ...(n % 3 ? { closed_at: `${day(-n)} 22:30:00` } : {}),
  }));
  await fixture.insert('crm_deals', deals);
  // The stream may deliver again what it has delivered: the same rows at a later position.
  await fixture.insert('crm_deals', deals.slice(0, 20));
  // Figures of the past read the versions: the same deals and stages as they were a while ago.
  for (const table of ['crm_deals', 'crm_stages']) await fixture.beginHistory(table, `${day(-700)} 00:00:00`);
  const then = (rows: readonly Row[]): Row[] => rows.map((row, n) => ({ ...row, _committed_at: `${day(-60)} 00:00:00`, _lsn: 50_000 + n }));
  await fixture.insertVersions('crm_stages', then(early));
  await fixture.insertVersions('crm_deals', then(deals));
  await fixture.insert('crm_deal_scores', many(30, (n) => ({ id: uuid(3_100 + n), deal_id: uuid(3_000 + (n % 10)), probability: '0.5', scored_at: `${day(-1)} 10:00:00` })));
  await fixture.insert('crm_deal_line_items', many(40, (n) => ({ id: uuid(3_200 + n), deal_id: n % 10 ? uuid(3_000 + (n % 12)) : nowhere, product_id: n % 3 ? uuid(2_021) : null, quantity: '1.5', net_amount: `${n}.11`, currency: n % 2 ? 'USD' : 'SAR' })));
  await fixture.insert('crm_deal_stage_history', many(60, (n) => ({ id: uuid(3_300 + n), deal_id: uuid(3_000 + (n % 14)), to_stage_id: stages[(n * 7) % 5], entered_at: `${day(-59 + (n % 30))} 10:00:00` })));
  await fixture.insert('crm_tags', many(3, (n) => ({ id: uuid(2_060 + n), name: n === 1 ? 'Key' : 'key', ...(n === 2 ? { deleted_at: `${day(-1)} 00:00:00` } : {}) })));
  await fixture.insert('crm_taggings', ['deals', 'accounts', 'contacts', 'leads'].flatMap((entity, kind) => many(16, (n) => ({
    id: uuid(3_400 + 20 * kind + n), tag_id: uuid(2_060 + (n % 3)), entity, entity_id: { deals: uuid(3_000 + (n % 3)), accounts: acme, contacts: uuid(3_600 + (n % 2)), leads: uuid(3_500 + (n % 2)) }[entity],
  }))));
  await fixture.insert('crm_campaigns', many(2, (n) => ({ id: uuid(2_050 + n), name: 'Spring', channel: n ? 'web' : 'fair', status: 'active', budget: '10.10', currency: 'SAR', owner_id: ownerOf(n + 3), starts_on: n ? null : day(-9) })));
  await fixture.insert('crm_leads', many(12, (n) => ({
    id: uuid(3_500 + n), full_name: 'same', status: 'new', campaign_id: n % 3 ? uuid(2_050) : null, owner_id: ownerOf(n), is_test: false, converted_deal_id: n % 2 ? uuid(3_001) : nowhere, region: n % 4 ? 'MENA' : '',
  })));
  await fixture.insert('crm_contacts', many(9, (n) => ({ id: uuid(3_600 + n), full_name: 'same', account_id: n % 4 ? accountOf(n) : null, owner_id: ownerOf(n), email_opt_in: n % 2 === 0, is_test: false })));
  await fixture.insert('crm_touches', many(20, (n) => ({ id: uuid(3_700 + n), campaign_id: n % 5 ? uuid(2_050 + (n % 2)) : null, contact_id: uuid(3_600 + (n % 3)) })));
  await fixture.insert('crm_marketing_spend', many(8, (n) => ({ id: uuid(3_800 + n), spent_on: day(-n), channel: n % 2 ? 'web' : 'fair', kind: 'marketing', region: [null, '', 'MENA'][n % 3], amount: '3.33', currency: n % 2 ? 'USD' : 'SAR' })));
  await fixture.insert('crm_quotas', many(6, (n) => ({ id: uuid(3_900 + n), user_id: ownerOf(n < 3 ? 0 : n) ?? ids.reps.omar, period_start: day(-45), period_end: day(45), amount: `${n + 1}000.50`, currency: n % 2 ? 'SAR' : 'USD', version: n < 3 ? 2 : 1 })));
  await fixture.insert('crm_forecast_snapshots', many(12, (n) => ({
    id: uuid(4_500 + n), user_id: ownerOf(n % 3), source: ['rep', 'manager', 'model'][n % 3], category: n % 3 ? 'weighted' : 'commit', amount: `${n}00.07`, currency: n % 4 ? 'USD' : 'SAR', period_start: day(-130), period_end: day(-40), taken_at: `${day(-100 + 7 * (n % 4))} 08:00:00`,
  })));
  await fixture.insert('crm_activities', many(14, (n) => ({ id: uuid(4_000 + n), kind: 'call', subject: 'same', status: n % 2 ? 'done' : 'planned', occurred_at: `${day(-n)} 22:30:00`, due_at: `${day(-n)} 23:00:00`, duration_minutes: n, owner_id: ownerOf(n), account_id: n % 3 ? accountOf(n) : null })));
  await fixture.insert('crm_subscriptions', many(14, (n) => ({
    id: uuid(4_100 + n), account_id: accountOf(n), status: 'active', mrr: `${n}.05`, currency: n % 3 ? 'USD' : 'SAR', billing_period: 'month', started_on: day(-400 - n), renews_on: n % 2 ? null : day(30), owner_id: ownerOf(n), product_id: n % 2 ? uuid(2_021) : null,
  })));
  await fixture.insert('crm_subscription_changes', many(28, (n) => ({
    id: uuid(4_200 + n), subscription_id: uuid(4_100 + (n % 14)), account_id: accountOf(n % 14), kind: n < 14 ? 'new' : n % 2 ? 'churn' : 'expansion', effective_on: day(n < 14 ? -390 : -30 * (n - 13)), mrr_delta: n < 14 ? '10.05' : n % 2 ? '-10.05' : '2.01',
    currency: n % 3 ? 'USD' : 'SAR',
  })));
  await fixture.insert('crm_invoices', many(14, (n) => ({
    id: uuid(4_300 + n), number: `N-${n % 5}`, account_id: accountOf(n), owner_id: ownerOf(n), status: ['open', 'paid', 'draft', 'overdue'][n % 4], currency: n % 3 ? 'USD' : 'SAR', net_total: `${n}.99`, gross_total: `${n + 1}.98`, paid_total: '0.50', issued_on: day(-90 + n), due_on: n % 4 ? day(-n) : null,
  })));
  await fixture.insert('crm_tickets', many(14, (n) => ({
    id: uuid(4_400 + n), number: `T-${n % 5}`, subject: 'same', status: ['open', 'solved', 'closed'][n % 3], priority: 'normal', category: n % 2 ? 'bug' : null, account_id: n % 3 ? accountOf(n) : null, owner_id: ownerOf(n), csat: (n % 5) + 1, nps: n % 11,
    ...(n % 3 ? { resolved_at: `${day(-n)} 10:00:00`, resolution_due_at: `${day(-n)} 09:00:00` } : {}),
  })));
}
