import fc from 'fast-check';
import { ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

/** The first day of a month, `back` months ago. */
function month(back: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 10);
}

let rowNumber = 5_000;
const change = (account: string, kind: string, back: number, delta: string, currency = 'USD'): Row => ({
  id: uuid(rowNumber++), subscription_id: uuid(1), account_id: account, kind, effective_on: month(back), mrr_delta: delta, currency,
});
const during = (member: string, from: number, to: number): object => ({ timeDimensions: [{ dimension: member, dateRange: [month(from), month(to)] }] });
const movements = ['opening_mrr', 'new_mrr', 'expansion_mrr', 'reactivation_mrr', 'contraction_mrr', 'churn_mrr', 'closing_mrr'] as const;

/** An account's life as the ledger records it: amounts in cents, kinds as they come, several a month. */
const life = fc.array(fc.record({
  back: fc.integer({ min: 0, max: 8 }), kind: fc.constantFrom('new', 'expansion', 'reactivation', 'contraction', 'churn', 'trial'), cents: fc.integer({ min: 0, max: 999_999 }), currency: fc.constantFrom('USD', 'SAR'),
}), { minLength: 1, maxLength: 8 });

describe('KPIs of recurring revenue', () => {
  let fixture: SemanticFixture;
  const one = async (names: readonly string[], rest: object = {}): Promise<(number | null)[]> => {
    const row = await fixture.one({ measures: names, ...rest });
    return names.map((name) => (row[name] === null ? null : Number(row[name])));
  };
  const of = (...accounts: readonly string[]): object => ({ filters: [{ member: 'mrr_bridge.account_id', operator: 'equals', values: accounts }] });
  const cohortOf = (...accounts: readonly string[]): object => ({ filters: [{ member: 'retention.account_id', operator: 'equals', values: accounts }] });

  // What grew, shrank, left, came back, began later, and what more than came back was lost again.
  const [acme, nile, rhein, oldAcme] = [ids.accounts.acme, ids.accounts.nile, ids.accounts.rhein, ids.accounts.oldAcme];
  const [late, mayfly] = [uuid(4_001), uuid(4_002)];
  const known = of(acme, nile, rhein, late, mayfly);

  beforeAll(async () => {
    // Two cores may be busy with other suites.
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    await fixture.insert('crm_accounts', [late, mayfly].map((id) => ({ id, legal_name: id, is_test: false, lifecycle: 'customer' })));
    await fixture.insert('crm_subscription_changes', [
      change(acme, 'new', 6, '60.00'), change(oldAcme, 'new', 6, '40.00'), change(acme, 'expansion', 3, '50.00'), change(acme, 'contraction', 2, '-30.00'),
      change(nile, 'new', 6, '200.00'), change(nile, 'churn', 3, '-200.00'), change(nile, 'reactivation', 2, '80.00'),
      change(rhein, 'new', 5, '100.00'), change(rhein, 'expansion', 3, '300.00'), change(rhein, 'churn', 2, '-400.00'),
      change(late, 'new', 3, '500.00'), change(late, 'contraction', 2, '-100.00'), change(mayfly, 'new', 4, '10.00'), change(mayfly, 'churn', 4, '-10.00'),
      change(ids.accounts.test, 'new', 4, '7.00'),
    ]);
  }, 180_000);
  afterAll(() => fixture.stop());

  it('keeps gross and net retention to the accounts that paid at the start, each capped, whatever the split', async () => {
    const names = ['mrr_bridge.grr', 'mrr_bridge.nrr', 'mrr_bridge.paying_accounts', 'mrr_bridge.arpa'];
    // Opening 100 + 200 + 100. Acme lost 30 of 100 and won 50; Nile lost all and what came back is new; Rhein lost 400 of 100, no less than nothing is left.
    expect(await one(names, { ...known, ...during('mrr_bridge.month', 3, 2) })).toEqual([70 / 400, 120 / 400, 3, (120 + 80 + 400) / 3]);
    expect(await one(names, { ...known, ...during('mrr_bridge.month', 3, 3) })).toEqual([200 / 400, 550 / 400, 3, 1050 / 3]);
    // In the month that nobody had paid before there is nothing to keep.
    expect(await one(names, { ...known, ...during('mrr_bridge.month', 6, 6) })).toEqual([null, null, 2, 150]);
    expect(await one(names, { ...of(rhein), ...during('mrr_bridge.month', 2, 1) })).toEqual([0, 0, 0, null]);
    expect(await one(['mrr_bridge.closing_mrr'], { ...of(rhein), ...during('mrr_bridge.month', 3, 1) })).toEqual([0]);
    const rows = await fixture.load({ measures: names, dimensions: ['mrr_bridge.account'], order: { 'mrr_bridge.account': 'asc' }, ...of(acme, nile), ...during('mrr_bridge.month', 3, 2) });
    expect(rows.map((row) => names.map((name) => (row[name] === null ? null : Number(row[name]))))).toEqual([[0.7, 1.2, 1, 120], [0, 0, 1, 80]]);
  });

  it('follows cohorts from the month they first end with revenue and masks the month that has not ended', async () => {
    const names = ['account_retention', 'mrr_retention', 'cohort_accounts', 'active_accounts'].map((name) => `retention.${name}`);
    const cell = (cohort: number, since: number): object => ({
      ...during('retention.cohort', cohort, cohort), filters: [{ member: 'retention.months_since', operator: 'equals', values: [String(since)] }, { member: 'retention.account_id', operator: 'equals', values: [acme, nile, rhein, late, mayfly] }],
    });
    expect(await one(names, cell(6, 0))).toEqual([1, 1, 2, 2]);
    expect(await one(names, cell(6, 3))).toEqual([1 / 2, 150 / 300, 2, 1]);
    expect(await one(names, cell(6, 4))).toEqual([1, 200 / 300, 2, 2]);
    expect(await one(names, cell(5, 3))).toEqual([0, 0, 1, 0]);
    // The month that is under way, and those to come.
    expect(await one(names, cell(6, 6))).toEqual([null, null, null, null]);
    expect(await one(names, cell(6, 7))).toEqual([null, null, null, null]);
    // Who began and left within a month never ended one with revenue.
    expect(await one(['retention.count'], cohortOf(mayfly))).toEqual([0]);
    // A click on a cell lists its accounts.
    const listed = await fixture.load({ dimensions: ['retention.account', 'retention.state'], order: { 'retention.account': 'asc' }, ...cell(6, 3) });
    expect(listed.map((row) => [row['retention.account'], row['retention.state']])).toEqual([['Acme', 'active'], ['Nile', 'gone']]);
    const own = await fixture.load({ measures: ['retention.cohort_accounts'] }, { scopes: { subscriptions: 'own' }, user_id: ids.reps.lena, hidden: {} });
    expect(Number(own[0]?.['retention.cohort_accounts'])).toBe(5);
  });

  it('weighs what a customer costs against what it is worth, once there is a gross margin', async () => {
    const [stay, gone, begun] = [uuid(4_011), uuid(4_012), uuid(4_013)];
    await fixture.insert('crm_accounts', [stay, gone, begun].map((id) => ({ id, legal_name: id, region: 'Mars', is_test: false, lifecycle: 'customer' })));
    await fixture.insert('crm_subscription_changes', [change(stay, 'new', 5, '100.00'), change(gone, 'new', 5, '70.00'), change(gone, 'churn', 3, '-70.00'), change(begun, 'new', 3, '500.00')]);
    await fixture.insert('crm_marketing_spend', [{ id: uuid(4_014), spent_on: month(3), channel: 'fair', kind: 'marketing', region: 'Mars', amount: '1000.00', currency: 'USD' }]);
    const names = ['count', 'cac', 'arpa', 'logo_churn', 'gross_margin', 'cac_payback', 'ltv', 'ltv_to_cac'].map((name) => `unit_economics.${name}`);
    const onMars = { filters: [{ member: 'unit_economics.region', operator: 'equals', values: ['Mars'] }], ...during('unit_economics.day', 3, 3) };
    expect(await one(names, onMars)).toEqual([1, 1000, 300, 0.5, null, null, null, null]);
    const [paying, silent, younger] = [uuid(4_021), uuid(4_022), uuid(4_023)];
    const cohort = (id: string, back: number): Row => ({ id, legal_name: id, region: 'Venus', is_test: false, lifecycle: 'customer', became_customer_at: `${month(back)} 12:00:00` });
    await fixture.insert('crm_accounts', [cohort(paying, 3), cohort(silent, 3), cohort(younger, 2)]);
    const invoice = (n: number, account: string, back: number, net: string, rest: Row = {}): Row => ({ id: uuid(4_030 + n), number: `V-${n}`, account_id: account, status: 'paid', currency: 'USD', net_total: net, gross_total: net, paid_total: net, issued_on: month(back), ...rest });
    await fixture.insert('crm_invoices', [
      invoice(1, paying, 4, '50.00'), invoice(2, paying, 3, '100.00'), invoice(3, paying, 1, '200.00', { currency: 'SAR' }), invoice(4, paying, 2, '999.00', { status: 'draft' }), invoice(5, paying, 0, '1000.00'),
      invoice(6, younger, 2, '60.00'),
    ]);
    const observed = ['customers', 'revenue_to_date', 'profit_to_date', 'observed_ltv'].map((name) => `customer_cohorts.${name}`);
    const onVenus = (filters: readonly object[] = [], rest: object = {}): object => ({ filters: [{ member: 'customer_cohorts.region', operator: 'equals', values: ['Venus'] }, ...filters], ...rest });
    const since = (k: number, back?: number): object => onVenus([{ member: 'customer_cohorts.months_since', operator: 'equals', values: [String(k)] }], back === undefined ? {} : during('customer_cohorts.cohort', back, back));
    expect(await one(observed, since(0, 3))).toEqual([2, 150, null, null]);
    await fixture.insert('crm_tenants', [{ id: uuid(1), reporting_currency: 'USD', gross_margin: '0.5' }]);
    await fixture.settled();
    // What was invoiced before counts in month 0, what is a draft never; 200 SAR at 0.27; who has paid nothing is a customer all the same.
    expect(await one(observed, since(0, 3))).toEqual([2, 150, 75, 37.5]);
    expect(await one(observed, since(2, 3))).toEqual([2, 204, 102, 51]);
    // The month that is under way is masked, for the younger cohort one month earlier, and a sum over cohorts has only those that came so far.
    expect(await one(observed, since(3, 3))).toEqual([null, null, null, null]);
    expect(await one(observed, since(2, 2))).toEqual([null, null, null, null]);
    expect(await one(observed, since(1))).toEqual([3, 210, 105, 35]);
    expect(await one(observed, since(2))).toEqual([2, 204, 102, 51]);
    // Of all months it is what each has brought to date.
    expect(await one(['customer_cohorts.count', ...observed], onVenus())).toEqual([3, 3, 264, 132, 44]);
    expect(await one(names, onMars)).toEqual([1, 1000, 300, 0.5, 0.5, 4, 300, 0.3]);
    // Nobody left and nobody came: no lifetime, no payback, no cost of a customer.
    expect(await one(names, { ...onMars, ...during('unit_economics.day', 2, 2) })).toEqual([0, null, 300, 0, 0.5, null, null, null]);
    expect((await fixture.call('/cubejs-api/v1/load', { query: { measures: ['unit_economics.ltv'] } }, { scopes: { subscriptions: 'all', acquisition: 'team' } })).status).toBe(403);
  });

  it('bridges from month to month to the cent, whatever happened to whom', async () => {
    const seed = Date.now() % 2 ** 31;
    const lives = fc.sample(life, { numRuns: 250, seed });
    const accounts = lives.map((_, index) => uuid(10_000 + index));
    await fixture.insert('crm_accounts', accounts.map((id) => ({ id, legal_name: id, is_test: false, lifecycle: 'customer' })));
    await fixture.insert('crm_subscription_changes', lives.flatMap((changes, index) => changes.map(({ back, kind, cents, currency }) =>
      change(accounts[index] ?? '', kind, back, `${kind === 'contraction' || kind === 'churn' ? '-' : ''}${(cents / 100).toFixed(2)}`, currency))));
    const among = of(...accounts);
    const measures = movements.map((name) => `mrr_bridge.${name}`);
    for (const split of [[], ['mrr_bridge.account_id']]) for (const granularity of ['month', 'quarter', undefined]) {
      const rows = await fixture.load({ measures, dimensions: split, ...among, timeDimensions: [{ dimension: 'mrr_bridge.month', ...(granularity ? { granularity } : { dateRange: [month(5), month(1)] }) }], limit: 50_000 });
      expect(rows.length).withContext(`seed ${seed}`).toBeGreaterThan(0);
      const broken = rows.filter((row) => {
        const [opening = 0, begun = 0, grown = 0, back = 0, shrunk = 0, left = 0, closing = 0] = measures.map((name) => Math.round(Number(row[name]) * 100));
        return opening + begun + grown + back - shrunk - left !== closing;
      });
      expect(broken.slice(0, 3)).withContext(`seed ${seed}`).toEqual([]);
    }
  });
});
