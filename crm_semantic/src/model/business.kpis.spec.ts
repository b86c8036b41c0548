import { day, ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

type Values = Record<string, unknown>;

/** The first day of a month, `back` months ago. */
function month(back: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 10);
}

describe('KPIs beside deals', () => {
  let fixture: SemanticFixture;
  const one = async (view: string, names: readonly string[], rest: Values = {}): Promise<Values> => {
    const row = await fixture.one({ measures: names.map((name) => `${view}.${name}`), ...rest });
    return Object.fromEntries(names.map((name) => [name, row[`${view}.${name}`] === null ? null : Number(row[`${view}.${name}`])]));
  };

  beforeAll(async () => {
    // Two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
  }, 180_000);
  afterAll(() => fixture.stop());

  it('counts a skipped stage as passed and a regression once', async () => {
    const { lead, offer, close, won, lost } = ids.stages;
    let n = 200;
    const visit = (deal: number, stage: string, at: number): Row => ({ id: uuid(n++), deal_id: uuid(100 + deal), to_stage_id: stage, entered_at: `${day(at)} 10:00:00` });
    await fixture.insert('crm_deal_stage_history', [
      visit(1, lead, -50), visit(1, offer, -45), visit(1, won, -40),
      visit(2, lead, -60), visit(2, close, -55), visit(2, offer, -50), visit(2, close, -45), visit(2, won, -30),
      visit(4, lead, -50), visit(4, lost, -20),
      visit(6, lead, -10), visit(6, offer, -8),
      visit(9, lead, -9), visit(10, lead, -9),
    ]);
    const rows = await fixture.load({ measures: ['stage_funnel.count', 'stage_funnel.passed_count', 'stage_funnel.conversion_rate'], dimensions: ['stage_funnel.stage'], order: { 'stage_funnel.count': 'desc' } });
    expect(rows.map((row) => [row['stage_funnel.stage'], Number(row['stage_funnel.count']), Number(row['stage_funnel.passed_count']), Number(row['stage_funnel.conversion_rate'])])).toEqual([
      ['Lead', 4, 3, 0.75], ['Offer', 3, 2, 2 / 3], ['Closing', 2, 2, 1],
    ]);
    // Deal 1 took 5 days from lead on, deal 2 took 5, deal 6 took 2.
    expect(await one('stage_funnel', ['median_days_to_next'], { filters: [{ member: 'stage_funnel.stage', operator: 'equals', values: ['Lead'] }] })).toEqual({ median_days_to_next: 5 });
  });

  it('follows leads by first timestamps, within 90 days', async () => {
    const lead = (n: number, row: Row): Row => ({ id: uuid(300 + n), full_name: `lead ${n}`, status: 'new', is_test: false, owner_id: ids.reps.sara, created_at: `${day(-200)} 00:00:00`, ...row });
    await fixture.insert('crm_leads', [
      lead(1, {}),
      lead(2, { mql_at: `${day(-190)} 00:00:00` }),
      lead(3, { mql_at: `${day(-10)} 00:00:00`, sql_at: `${day(-9)} 00:00:00` }),
      lead(4, { sql_at: `${day(-150)} 00:00:00`, converted_at: `${day(-100)} 00:00:00`, converted_deal_id: uuid(101), status: 'converted' }),
      lead(5, { is_test: true }),
    ]);
    expect(await one('leads', ['count', 'mql_count', 'sql_count', 'won_count', 'converted_count'])).toEqual({ count: 4, mql_count: 3, sql_count: 2, won_count: 1, converted_count: 1 });
    // MQL in time: 2 and 4 of 4; SQL in time: 3 and 4 of 3; won: 40 days ago is 110 days after SQL, too late.
    const rates = await one('leads', ['mql_rate', 'sql_rate', 'won_rate']);
    expect(rates['mql_rate']).toBe(0.5);
    expect(rates['sql_rate']).toBeCloseTo(2 / 3, 12);
    expect(rates['won_rate']).toBe(0);
  });

  it('forecasts won plus weighted open by closing day, against the latest quota', async () => {
    await fixture.insert('crm_quotas', [
      { id: uuid(401), user_id: ids.reps.sara, period_start: day(-45), period_end: day(45), amount: '9000.00', currency: 'USD', version: 1 },
      { id: uuid(402), user_id: ids.reps.sara, period_start: day(-45), period_end: day(45), amount: '8000.00', currency: 'USD', version: 2 },
      { id: uuid(403), team_id: ids.teams.gulf, period_start: day(-45), period_end: day(45), amount: '50000.00', currency: 'USD', version: 1 },
    ]);
    const all = await one('forecast', ['count', 'won_amount', 'open_amount', 'weighted_amount', 'forecast_amount', 'commit_amount', 'best_case_amount', 'pipeline_amount', 'quota_amount']);
    expect(all).toEqual({
      count: 6, won_amount: 4520, open_amount: 11080, weighted_amount: 5108, forecast_amount: 9628, commit_amount: 0, best_case_amount: 10000, pipeline_amount: 1080, quota_amount: 8000,
    });
    const sara = { filters: [{ member: 'forecast.owner', operator: 'equals', values: ['Sara'] }], timeDimensions: [{ dimension: 'forecast.close_date', dateRange: [day(-45), day(45)] }] };
    expect(await one('forecast', ['won_amount', 'quota_attainment', 'coverage'], sara)).toEqual({ won_amount: 1000, quota_attainment: 0.125, coverage: 10_000 / 7_000 });
    const omar = { filters: [{ member: 'forecast.owner', operator: 'equals', values: ['Omar'] }] };
    expect(await one('forecast', ['quota_attainment', 'coverage'], omar)).toEqual({ quota_attainment: null, coverage: null });
  });

  it('shows what is sold line by line', async () => {
    const line = (n: number, deal: number, product: string, amount: string): Row => ({ id: uuid(420 + n), deal_id: uuid(100 + deal), product_id: product, quantity: '2', net_amount: amount, currency: 'USD' });
    await fixture.insert('crm_deal_line_items', [line(1, 1, ids.products.basic, '400.00'), line(2, 1, ids.products.pro, '600.00'), line(3, 6, ids.products.pro, '10000.00'), line(4, 9, ids.products.pro, '1.00')]);
    expect(await one('deal_items', ['count', 'quantity', 'won_amount'])).toEqual({ count: 3, quantity: 4, won_amount: 1000 });
    expect(await one('deal_items', ['won_amount'], { filters: [{ member: 'deal_items.product', operator: 'equals', values: ['Pro'] }] })).toEqual({ won_amount: 600 });
  });

  it('counts MRR without trials and bridges it to the cent', async () => {
    const [acme, nile, rhein] = [uuid(36), uuid(37), uuid(38)];
    const subscription = (n: number, account: string, status: string, mrr: string, currency = 'USD'): Row => ({
      id: uuid(500 + n), account_id: account, status, mrr, currency, billing_period: 'month', started_on: month(3), owner_id: ids.reps.sara, product_id: ids.products.pro,
    });
    await fixture.insert('crm_subscriptions', [subscription(1, acme, 'active', '150.00'), subscription(2, nile, 'past_due', '100.00', 'SAR'), subscription(3, rhein, 'cancelled', '0.00'), subscription(4, rhein, 'trial', '80.00')]);
    // 150 USD + 100 SAR at today's 0.27.
    expect(await one('subscriptions', ['count', 'active_count', 'mrr', 'arr', 'paying_accounts', 'arpa'])).toEqual({ count: 4, active_count: 2, mrr: 177, arr: 2124, paying_accounts: 2, arpa: 88.5 });

    const change = (n: number, sub: number, account: string, kind: string, on: string, delta: string, currency = 'USD'): Row => ({
      id: uuid(520 + n), subscription_id: uuid(500 + sub), account_id: account, kind, effective_on: on, mrr_delta: delta, currency,
    });
    await fixture.insert('crm_subscription_changes', [
      change(1, 1, acme, 'new', month(3), '100.00'), change(2, 1, acme, 'expansion', month(1), '70.00'), change(3, 1, acme, 'contraction', month(0), '-20.00'),
      change(4, 2, nile, 'new', month(2), '100.00', 'SAR'),
      change(5, 3, rhein, 'new', month(3), '60.00'), change(6, 3, rhein, 'churn', month(1), '-60.00'), change(7, 4, rhein, 'trial', month(0), '80.00'),
    ]);
    const names = ['opening_mrr', 'new_mrr', 'expansion_mrr', 'reactivation_mrr', 'contraction_mrr', 'churn_mrr', 'closing_mrr'] as const;
    expect(await one('mrr_bridge', names)).toEqual({ opening_mrr: 0, new_mrr: 187, expansion_mrr: 70, reactivation_mrr: 0, contraction_mrr: 20, churn_mrr: 60, closing_mrr: 177 });
    const rows = await fixture.load({ measures: names.map((name) => `mrr_bridge.${name}`), timeDimensions: [{ dimension: 'mrr_bridge.month', granularity: 'month' }] });
    expect(rows.length).toBe(4);
    const values = rows.map((row) => Object.fromEntries(names.map((name) => [name, Math.round(Number(row[`mrr_bridge.${name}`]) * 100)])));
    values.forEach((cents, index) => {
      const { opening_mrr = 0, new_mrr = 0, expansion_mrr = 0, reactivation_mrr = 0, contraction_mrr = 0, churn_mrr = 0, closing_mrr = 0 } = cents;
      expect(opening_mrr + new_mrr + expansion_mrr + reactivation_mrr - contraction_mrr - churn_mrr).toBe(closing_mrr);
      if (index > 0) expect(opening_mrr).toBe(values[index - 1]?.['closing_mrr'] ?? NaN);
    });
    // Last month three accounts opened and one was lost; new accounts of a month are not in its opening set.
    const last = { timeDimensions: [{ dimension: 'mrr_bridge.month', dateRange: [month(1), month(1)] }] };
    expect(await one('mrr_bridge', ['opening_accounts', 'lost_accounts', 'logo_churn', 'revenue_churn'], last)).toEqual({ opening_accounts: 3, lost_accounts: 1, logo_churn: 1 / 3, revenue_churn: 60 / 187 });
    const first = { timeDimensions: [{ dimension: 'mrr_bridge.month', dateRange: [month(3), month(3)] }] };
    expect(await one('mrr_bridge', ['opening_accounts', 'logo_churn'], first)).toEqual({ opening_accounts: 0, logo_churn: null });
  });

  it('divides cost by the accounts that first became customers', async () => {
    await fixture.insert('crm_marketing_spend', [
      { id: uuid(601), spent_on: day(-200), channel: 'web', kind: 'marketing', amount: '100.00', currency: 'SAR' }, { id: uuid(602), spent_on: day(-35), channel: 'fair', kind: 'sales', amount: '300.00', currency: 'USD' },
      { id: uuid(603), spent_on: day(-55), channel: 'web', kind: 'marketing', amount: '90.00', currency: 'USD' },
    ]);
    const recent = { timeDimensions: [{ dimension: 'acquisition.day', dateRange: [day(-45), day(0)] }] };
    // Rhein won its first deal 200 days ago; Early is recorded as a customer before its first deal, so only Acme and Nile are new.
    await fixture.insert('crm_accounts', [{ id: uuid(699), legal_name: 'Early', became_customer_at: `${day(-300)} 00:00:00`, is_test: false }]);
    await fixture.insert('crm_subscription_changes', [{ id: uuid(698), subscription_id: uuid(697), account_id: uuid(699), kind: 'new', effective_on: day(-20), mrr_delta: '0.00', currency: 'USD' }]);
    expect(await one('acquisition', ['count', 'cost'])).toEqual({ count: 4, cost: 416 });
    expect(await one('acquisition', ['count', 'cost', 'cac'], recent)).toEqual({ count: 2, cost: 300, cac: 150 });
    // Nile was won on the web, as every deal here; the fair has cost and won nobody, so it has no cost of a customer.
    const byChannel = await fixture.load({ measures: ['acquisition.count', 'acquisition.cost', 'acquisition.cac'], dimensions: ['acquisition.channel'], ...recent, order: { 'acquisition.channel': 'asc' } });
    expect(byChannel.map((row) => [row['acquisition.channel'], Number(row['acquisition.count']), Number(row['acquisition.cost']), row['acquisition.cac']])).toEqual([['fair', 0, 300, null], ['web', 2, 0, '0']]);
    // Won deals took 10, 20 and 30 days: what was spent 55 days ago stands beside the customers of 35 days ago, and the fair's beside nobody yet.
    const earlier = { timeDimensions: [{ dimension: 'acquisition.day', dateRange: [day(-45), day(-20)] }] };
    expect(await one('acquisition', ['lag_days', 'cost', 'lagged_cost', 'cac', 'lagged_cac'], earlier)).toEqual({ lag_days: 20, cost: 300, lagged_cost: 90, cac: 150, lagged_cac: 45 });
    const lagged = await fixture.load({ measures: ['acquisition.lagged_cost', 'acquisition.lagged_cac'], dimensions: ['acquisition.channel'], ...recent, order: { 'acquisition.channel': 'asc' } });
    expect(lagged.map((row) => Object.values(row))).toEqual([['fair', '300', null], ['web', '90', '45']]);
    const dry = { timeDimensions: [{ dimension: 'acquisition.day', dateRange: [day(-3), day(0)] }] };
    expect(await one('acquisition', ['cac'], dry)).toEqual({ cac: null });
  });

  it('adds up invoices by their state', async () => {
    const invoice = (n: number, row: Row): Row => ({ id: uuid(700 + n), number: `I-${n}`, account_id: ids.accounts.acme, owner_id: ids.reps.sara, currency: 'USD', issued_on: day(-150), paid_total: '0.00', ...row });
    await fixture.insert('crm_invoices', [
      invoice(1, { status: 'paid', net_total: '100.00', gross_total: '115.00', paid_total: '115.00', due_on: day(-100) }),
      invoice(2, { status: 'open', net_total: '200.00', gross_total: '230.00', paid_total: '30.00', due_on: day(-1) }),
      invoice(3, { status: 'open', net_total: '1000.00', gross_total: '1000.00', currency: 'SAR', due_on: day(10) }),
      invoice(4, { status: 'draft', net_total: '5.00', gross_total: '5.00' }), invoice(5, { status: 'void', net_total: '7.00', gross_total: '7.00' }),
    ]);
    // The rate of the day of issue, 150 days ago, is 0.26.
    expect(await one('invoices', ['count', 'overdue_count', 'invoiced_amount', 'paid_amount', 'outstanding_amount'])).toEqual({ count: 5, overdue_count: 1, invoiced_amount: 560, paid_amount: 145, outstanding_amount: 460 });
  });

  it('measures service by shares with their counts beside', async () => {
    const ticket = (n: number, row: Row): Row => ({ id: uuid(800 + n), number: `T-${n}`, subject: 'help', status: 'open', priority: 'normal', owner_id: ids.reps.lena, created_at: `${day(-10)} 00:00:00`, ...row });
    await fixture.insert('crm_tickets', [
      ticket(1, { status: 'closed', resolved_at: `${day(-10)} 02:00:00`, resolution_due_at: `${day(-9)} 00:00:00`, csat: 5, nps: 10 }),
      ticket(2, { status: 'solved', resolved_at: `${day(-8)} 00:00:00`, resolution_due_at: `${day(-9)} 00:00:00`, csat: 3, nps: 6 }),
      ticket(3, { status: 'closed', resolved_at: `${day(-10)} 06:00:00`, csat: 4, nps: 8 }),
      ticket(4, {}),
    ]);
    expect(await one('tickets', ['count', 'open_count', 'closed_count', 'resolution_hours', 'sla_attainment', 'csat_responses', 'nps', 'nps_responses'], { filters: [{ member: 'tickets.priority', operator: 'equals', values: ['normal'] }] })).toEqual({
      count: 4, open_count: 1, closed_count: 3, resolution_hours: 6, sla_attainment: 0.5, csat_responses: 3, nps: 0, nps_responses: 3,
    });
    expect((await one('tickets', ['csat'], { filters: [{ member: 'tickets.priority', operator: 'equals', values: ['normal'] }] }))['csat']).toBeCloseTo(2 / 3, 12);
  });

  it('measures service in the opening hours of the level that was promised, by the clock of its place', async () => {
    const gulf = { days: [7, 1, 2, 3, 4], from: '08:00', to: '16:30', time_zone: 'Asia/Riyadh' };
    await fixture.insert('crm_sla_policies', [{ id: uuid(851), name: 'Gulf', priority: 'high', business_hours: JSON.stringify(gulf) }]);
    const ticket = (n: number, created: string, responded: string | null, resolved: string | null, policy: string | null): Row => ({
      id: uuid(860 + n), number: `H-${n}`, subject: 'help', status: 'solved', priority: 'urgent', category: 'Hours', sla_policy_id: policy, created_at: created, first_responded_at: responded, resolved_at: resolved,
    });
    await fixture.insert('crm_tickets', [
      // Thursday 16:00 in Riyadh to Sunday 08:15: half an hour, no Friday, no Saturday, a quarter; resolved on Monday at 08:00: eight and a half hours and the half one.
      ticket(1, '2026-03-05 13:00:00', '2026-03-08 05:15:00', '2026-03-09 05:00:00', uuid(851)),
      // Friday 16:30 UTC to Monday 10:00 without a policy, resolved on a Saturday a week later.
      ticket(2, '2026-03-06 16:30:00.250', '2026-03-09 10:00:00', '2026-03-14 12:00:00', null),
      // Asked and answered while nobody was there, and not resolved.
      ticket(3, '2026-03-07 10:00:00', '2026-03-07 11:00:00', null, null),
    ]);
    const names = ['first_response_time', 'first_response_p90', 'resolution_time', 'resolution_p90'] as const;
    const late = 1.5 - 0.25 / 3600;
    const [first, second] = [9, 40.5 - 0.25 / 3600];
    const values = await one('tickets', names, { filters: [{ member: 'tickets.category', operator: 'equals', values: ['Hours'] }] });
    [0.75, 0.75 + 0.8 * (late - 0.75), (first + second) / 2, first + 0.9 * (second - first)].forEach((expected, index) => expect(values[names[index] ?? '']).withContext(names[index] ?? '').toBeCloseTo(expected, 9));
    expect(await one('tickets', ['nps_low', 'nps_high'], { filters: [{ member: 'tickets.category', operator: 'equals', values: ['Hours'] }] })).toEqual({ nps_low: null, nps_high: null });
    await fixture.insert('crm_tickets', [1, 2, 3].map((n) => ({ id: uuid(870 + n), number: `N-${n}`, subject: 'help', status: 'closed', priority: 'low', category: 'Scores', nps: 10 })));
    // Three who agree are no proof: from −6.6 to 100.
    const interval = await one('tickets', ['nps', 'nps_low', 'nps_high'], { filters: [{ member: 'tickets.category', operator: 'equals', values: ['Scores'] }] });
    expect([interval['nps'], interval['nps_high']]).toEqual([100, 100]);
    expect(interval['nps_low']).toBeCloseTo(50 - 100 * 1.959963984540054 * Math.sqrt(0.5 / 6), 9);
  });

  it('counts activities, campaigns, accounts and contacts', async () => {
    await fixture.insert('crm_activities', [
      { id: uuid(901), kind: 'call', subject: 'a', status: 'done', occurred_at: `${day(-1)} 10:00:00`, duration_minutes: 30, owner_id: ids.reps.sara, account_id: ids.accounts.acme },
      { id: uuid(902), kind: 'task', subject: 'b', status: 'planned', occurred_at: `${day(-1)} 10:00:00`, due_at: `${day(-1)} 12:00:00`, owner_id: ids.reps.omar },
    ]);
    expect(await one('activities', ['count', 'done_count', 'overdue_count', 'duration'])).toEqual({ count: 2, done_count: 1, overdue_count: 1, duration: 30 });
    await fixture.insert('crm_campaigns', [{ id: uuid(911), name: 'Spring', channel: 'email', status: 'active', budget: '1000.00', currency: 'SAR', owner_id: ids.reps.sara }]);
    await fixture.insert('crm_touches', [{ id: uuid(912), campaign_id: uuid(911), contact_id: uuid(921) }, { id: uuid(913), campaign_id: uuid(911), lead_id: uuid(301) }]);
    expect(await one('campaigns', ['count', 'active_count', 'budget', 'touch_count', 'lead_count', 'won_count'])).toEqual({ count: 1, active_count: 1, budget: 270, touch_count: 2, lead_count: 0, won_count: 0 });
    await fixture.insert('crm_contacts', [
      { id: uuid(921), full_name: 'A', account_id: ids.accounts.acme, owner_id: ids.reps.sara, email_opt_in: true, is_test: false },
      { id: uuid(922), full_name: 'B', merged_into_id: uuid(921), email_opt_in: true, is_test: false },
    ]);
    expect(await one('contacts', ['count', 'opted_in_count'])).toEqual({ count: 1, opted_in_count: 1 });
    const accounts = await one('accounts', ['customer_count'], { filters: [{ member: 'accounts.name', operator: 'equals', values: ['Acme', 'ACME Corp.', 'Test'] }] });
    expect(accounts).toEqual({ customer_count: 1 });
  });
});
