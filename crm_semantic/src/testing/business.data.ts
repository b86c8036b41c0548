import { uuid, type Row, type SemanticFixture } from './semantic.fixture.js';

/** A day before or after today in UTC, as a date. */
export function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

/** Readable ids of the small business below. */
export const ids = {
  reps: { sara: uuid(11), omar: uuid(12), lena: uuid(13) },
  teams: { gulf: uuid(21), europe: uuid(22) },
  accounts: { acme: uuid(31), nile: uuid(32), rhein: uuid(33), oldAcme: uuid(34), test: uuid(35) },
  stages: { lead: uuid(41), offer: uuid(42), close: uuid(43), won: uuid(44), lost: uuid(45) },
  products: { basic: uuid(51), pro: uuid(52) },
} as const;

const deal = (n: number, row: Row): Row => ({
  id: uuid(100 + n), name: `deal ${n}`, pipeline_id: uuid(40), currency: 'USD', is_test: false, source: 'web', product_id: n % 2 ? ids.products.basic : ids.products.pro, ...row,
});

/**
 * Ten deals that can be added up by hand, two of them in SAR, one of a merged account, one deleted and one for testing.
 * Won: 1 000 + 3 000 + 2 000 SAR × 0.26 = 520 → 4 520; lost: 500 + 700; open: 10 000 + 4 000 SAR × 0.27 = 1 080 + one unknown.
 */
export const deals: readonly Row[] = [
  deal(1, { status: 'won', stage_id: ids.stages.won, expected_value: '1000.00', owner_id: ids.reps.sara, account_id: ids.accounts.acme, created_at: `${day(-50)} 00:00:00`, closed_at: `${day(-40)} 10:00:00`, close_date: day(-40) }),
  deal(2, { status: 'won', stage_id: ids.stages.won, expected_value: '3000.00', owner_id: ids.reps.omar, account_id: ids.accounts.nile, created_at: `${day(-60)} 10:00:00`, closed_at: `${day(-30)} 10:00:00`, close_date: day(-30) }),
  deal(3, { status: 'won', stage_id: ids.stages.won, expected_value: '2000.00', currency: 'SAR', owner_id: ids.reps.lena, account_id: ids.accounts.rhein, created_at: `${day(-220)} 10:00:00`, closed_at: `${day(-200)} 10:00:00`, close_date: day(-200) }),
  deal(4, { status: 'lost', stage_id: ids.stages.lost, expected_value: '500.00', owner_id: ids.reps.sara, account_id: ids.accounts.oldAcme, created_at: `${day(-50)} 10:00:00`, closed_at: `${day(-20)} 10:00:00`, close_date: day(-20), lost_reason: 'price' }),
  deal(5, { status: 'lost', stage_id: ids.stages.lost, expected_value: '700.00', owner_id: ids.reps.omar, created_at: `${day(-300)} 10:00:00`, closed_at: `${day(-200)} 10:00:00`, close_date: day(-200) }),
  deal(6, { status: 'open', stage_id: ids.stages.offer, expected_value: '10000.00', owner_id: ids.reps.sara, account_id: ids.accounts.acme, created_at: `${day(-10)} 10:00:00`, close_date: day(20) }),
  deal(7, { status: 'open', stage_id: ids.stages.lead, expected_value: '4000.00', currency: 'SAR', owner_id: ids.reps.omar, account_id: ids.accounts.nile, created_at: `${day(-5)} 10:00:00`, close_date: day(30) }),
  deal(8, { status: 'open', stage_id: ids.stages.close, expected_value: null, owner_id: null, product_id: null, created_at: `${day(-5)} 10:00:00`, source: `o'brien` }),
  deal(9, { status: 'won', stage_id: ids.stages.won, expected_value: '99999.00', owner_id: ids.reps.sara, created_at: `${day(-9)} 10:00:00`, closed_at: `${day(-2)} 10:00:00`, close_date: day(-2), deleted_at: `${day(-1)} 10:00:00` }),
  deal(10, { status: 'open', stage_id: ids.stages.offer, expected_value: '77777.00', owner_id: ids.reps.sara, created_at: `${day(-9)} 10:00:00`, is_test: true }),
];

/** Fills an empty warehouse with the people, accounts, stages, rates and deals. */
export async function insertBusiness(fixture: SemanticFixture): Promise<void> {
  const { reps, teams, accounts, stages, products } = ids;
  const stage = (id: string, name: string, nameAr: string, position: number, kind: string, probability: string, category: string): Row => ({
    id, name, name_ar: nameAr, position, kind, probability, forecast_category: category, pipeline_id: uuid(40),
  });
  await fixture.insert('crm_tenants', [{ id: uuid(1), reporting_currency: 'USD' }]);
  await fixture.insert('crm_teams', [{ id: teams.gulf, name: 'Gulf', name_ar: 'الخليج', region: 'MENA' }, { id: teams.europe, name: 'Europe', region: 'EMEA' }]);
  await fixture.insert('crm_users', [
    { id: reps.sara, name: 'Sara', name_ar: 'سارة', team_id: teams.gulf }, { id: reps.omar, name: 'Omar', team_id: teams.gulf }, { id: reps.lena, name: 'Lena', team_id: teams.europe },
  ]);
  const account = (id: string, name: string, row: Row = {}): Row => ({ id, legal_name: name, is_test: false, lifecycle: 'prospect', ...row });
  await fixture.insert('crm_accounts', [
    account(accounts.acme, 'Acme', { region: 'Americas', industry: 'retail', owner_id: reps.sara, lifecycle: 'customer' }),
    account(accounts.nile, 'Nile', { owner_id: reps.omar, legal_name_ar: 'النيل' }),
    account(accounts.rhein, 'Rhein', { region: 'EMEA', owner_id: reps.lena }),
    account(accounts.oldAcme, 'ACME Corp.', { merged_into_id: accounts.acme, region: 'Asia' }),
    account(accounts.test, 'Test', { is_test: true }),
  ]);
  await fixture.insert('crm_products', [{ id: products.basic, name: 'Basic', name_ar: 'الأساسي', family: 'core' }, { id: products.pro, name: 'Pro', family: 'core' }]);
  await fixture.insert('crm_pipelines', [{ id: uuid(40), name: 'Sales' }]);
  await fixture.insert('crm_stages', [
    stage(stages.lead, 'Lead', 'فرصة', 1, 'open', '0.1', 'pipeline'), stage(stages.offer, 'Offer', 'عرض', 2, 'open', '0.5', 'best_case'), stage(stages.close, 'Closing', 'إغلاق', 3, 'open', '0.9', 'commit'),
    stage(stages.won, 'Won', 'رابحة', 4, 'won', '1', 'closed'), stage(stages.lost, 'Lost', 'خاسرة', 5, 'lost', '0', 'omitted'),
  ]);
  await fixture.insert('crm_exchange_rates', [
    { id: uuid(61), base_currency: 'SAR', quote_currency: 'USD', rate: '0.26', valid_on: day(-400) }, { id: uuid(62), base_currency: 'SAR', quote_currency: 'USD', rate: '0.27', valid_on: day(-100) },
    { id: uuid(63), base_currency: 'USD', quote_currency: 'EUR', rate: '0.8', valid_on: day(-400) },
  ]);
  await fixture.insert('crm_deals', deals);
  await fixture.insert('crm_deal_scores', [{ id: uuid(71), deal_id: uuid(106), probability: '0.75', scored_at: `${day(-1)} 10:00:00` }, { id: uuid(72), deal_id: uuid(106), probability: '0.25', scored_at: `${day(-3)} 10:00:00` }]);
}
