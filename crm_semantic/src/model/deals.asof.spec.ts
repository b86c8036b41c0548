import fc from 'fast-check';
import { ids, insertBusiness } from '../testing/business.data.js';
import { centsOf, history, moments, rowAt } from '../testing/deal.histories.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

type Answer = Record<string, unknown>;
const names = ['count', 'open_count', 'won_count', 'lost_count', 'open_amount', 'weighted_amount', 'won_amount', 'win_rate'];

describe('deals as of an instant', () => {
  let fixture: SemanticFixture;
  const stage = (probability: string, at: string, lsn: number): Row =>
    ({ id: ids.stages.lead, pipeline_id: uuid(40), name: probability === '0.1' ? 'Lead' : 'Prospect', position: 1, kind: 'open', probability, forecast_category: 'pipeline', _committed_at: at, _lsn: lsn });
  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    for (const table of ['crm_deals', 'crm_stages']) await fixture.beginHistory(table, '2026-01-10 00:00:00');
    await fixture.insertVersions('crm_stages', [stage('0.1', '2026-01-10 00:00:00', 1_000), stage('0.3', '2026-02-20 00:00:00', 1_001)]);
  }, 90_000);
  afterAll(() => fixture.stop());

  const tell = async (versions: readonly Row[]): Promise<void> => {
    for (const database of ['crm_history', 'crm_raw']) await fixture.sql(`TRUNCATE TABLE ${database}.crm_deals`);
    await fixture.insertVersions('crm_deals', versions);
    await fixture.settled();
  };
  const ask = (at: string, dimensions: readonly string[] = [], claims = {}): Promise<readonly Answer[]> => fixture.load({
    measures: names.map((name) => `deals_asof.${name}`), dimensions: dimensions.map((name) => `deals_asof.${name}`), filters: [{ member: 'deals_asof.as_of', operator: 'equals', values: [at] }],
  }, claims);
  const numbers = (row: Answer = {}): unknown[] => names.map((name) => (row[`deals_asof.${name}`] === null ? null : Number(row[`deals_asof.${name}`])));

  it('shows the stages, owners, amounts and probabilities of then, to the microsecond', async () => {
    const deal = (at: string, lsn: number, row: Row): Row => ({
      id: uuid(101), name: 'deal', pipeline_id: uuid(40), stage_id: ids.stages.lead, status: 'open', currency: 'USD', is_test: false, owner_id: ids.reps.sara, expected_value: '100.00', _committed_at: at, _lsn: lsn, ...row,
    });
    await tell([
      deal('2026-02-01 10:00:00', 2_000, {}), deal('2026-02-10 10:00:00.000001', 2_001, { expected_value: '250.00', owner_id: ids.reps.lena }),
      deal('2026-03-01 10:00:00', 2_002, { status: 'won', stage_id: ids.stages.won, closed_at: '2026-03-01 10:00:00', expected_value: '300.00' }),
    ]);
    expect(numbers((await ask('2026-01-31'))[0])).toEqual([0, 0, 0, 0, 0, 0, 0, null]);
    expect(numbers((await ask('2026-02-10T10:00:00Z'))[0])).toEqual([1, 1, 0, 0, 100, 10, 0, null]);
    const [changed] = await ask('2026-02-10T10:00:00.000001Z', ['owner', 'stage']);
    expect([changed?.['deals_asof.owner'], changed?.['deals_asof.stage'], ...numbers(changed)]).toEqual(['Lena', 'Lead', 1, 1, 0, 0, 250, 25, 0, null]);
    const [later] = await ask('2026-02-20', ['stage']);
    expect([later?.['deals_asof.stage'], ...numbers(later)]).toEqual(['Prospect', 1, 1, 0, 0, 250, 75, 0, null]);
    expect(numbers((await ask('2026-03-02'))[0])).toEqual([1, 0, 1, 0, 0, 0, 300, 1]);
    // Rows by who owned the deal then, and the tile of now is the same question of now.
    expect(numbers((await ask('2026-02-05', [], { scopes: { deals: 'own' }, user_id: ids.reps.lena }))[0])[0]).toBe(0);
    expect(numbers((await ask('2026-02-15', [], { scopes: { deals: 'own' }, user_id: ids.reps.lena }))[0])[0]).toBe(1);
    expect((await fixture.one({ measures: ['deals_asof.won_amount'] }))['deals_asof.won_amount']).toBe((await fixture.one({ measures: ['deals.won_amount'] }))['deals.won_amount']);
  });

  it('weighs by the scores in force then, none of which came later or lies before their history', async () => {
    const deal = (n: number, row: Row): Row => ({ id: uuid(n), name: 'deal', pipeline_id: uuid(40), stage_id: ids.stages.lead, status: 'open', currency: 'USD', is_test: false, owner_id: ids.reps.sara, expected_value: '100.00', _committed_at: '2026-02-01 10:00:00', _lsn: 3_000 + n, ...row });
    await tell([deal(101, {}), deal(102, { expected_value: '50.00' }), deal(103, { status: 'won', closed_at: '2026-02-01 10:00:00' }), deal(104, { expected_value: null })]);
    const score = (id: number, of: number, probability: string, at: string, lsn: number, row: Row = {}): Row => ({ id: uuid(id), deal_id: uuid(of), probability, scored_at: at, _committed_at: at, _lsn: lsn, ...row });
    await fixture.insertVersions('crm_deal_scores', [
      score(7_001, 101, '0.9', '2026-02-03 10:00:00', 4_000), score(7_001, 101, '0.4', '2026-02-06 10:00:00.000001', 4_001), score(7_001, 101, '0.8', '2026-02-20 10:00:00', 4_002), score(7_001, 101, '0.8', '2026-03-05 10:00:00', 4_003, { deleted_at: '2026-03-05 10:00:00' }),
      // A second row of the same deal, of an older model, doubles nothing; a won deal is scored, but not open; one without an amount weighs nothing.
      score(7_002, 101, '0.2', '2026-02-06 09:00:00', 4_004), score(7_003, 103, '1', '2026-02-06 10:00:00', 4_005), score(7_004, 104, '0.5', '2026-02-06 10:00:00', 4_006),
    ]);
    await fixture.settled();
    const at = async (instant: string, claims = {}): Promise<number[]> => {
      const [row = {}] = await fixture.load({ measures: ['scored_count', 'model_weighted_amount', 'open_count', 'open_amount', 'count'].map((name) => `deals_asof.${name}`), filters: [{ member: 'deals_asof.as_of', operator: 'equals', values: [instant] }] }, claims);
      return Object.values(row).map(Number);
    };
    expect(await at('2026-02-10')).withContext('no history of the scores has begun').toEqual([0, 0, 3, 150, 4]);
    await fixture.beginHistory('crm_deal_scores', '2026-02-05 00:00:00');
    await fixture.settled();
    expect(await at('2026-02-04')).withContext('there is a version, but its history begins later').toEqual([0, 0, 3, 150, 4]);
    expect(await at('2026-02-06T08:00:00Z')).toEqual([1, 90, 3, 150, 4]);
    expect(await at('2026-02-06T10:00:00Z')).withContext('a microsecond before the next score').toEqual([2, 20, 3, 150, 4]);
    expect(await at('2026-02-06T10:00:00.000001Z')).toEqual([2, 40, 3, 150, 4]);
    expect(await at('2026-02-19')).toEqual([2, 40, 3, 150, 4]);
    expect(await at('2026-02-21')).toEqual([2, 80, 3, 150, 4]);
    expect(await at('2026-03-06')).withContext('the newer row is deleted').toEqual([2, 20, 3, 150, 4]);
    expect(await at('2026-02-19', { scopes: { deals: 'own' }, user_id: ids.reps.lena })).toEqual([0, 0, 0, 0, 0]);
    const rows = await fixture.load({ measures: ['deals_asof.model_weighted_amount', 'deals_asof.scored_count', 'deals_asof.count'], dimensions: ['deals_asof.id'], filters: [{ member: 'deals_asof.as_of', operator: 'equals', values: ['2026-02-19'] }], order: { 'deals_asof.id': 'asc' } });
    expect(rows.map((row) => Object.values(row).slice(1).map(Number))).toEqual([[40, 1, 1], [0, 0, 1], [0, 0, 1], [0, 1, 1]]);
  });

  it('refuses a moment before history begins', async () => {
    const { status, body } = await fixture.call('/cubejs-api/v1/load', { query: { measures: ['deals_asof.count'], filters: [{ member: 'deals_asof.as_of', operator: 'equals', values: ['2026-01-09T23:59:59Z'] }] } });
    expect([status, body.error]).toEqual([400, jasmine.stringMatching(/the history of crm_(deals|stages) does not reach back to this moment/)]);
  });

  it('is what any history left by then', async () => {
    let lsn = 10_000;
    await fc.assert(fc.asyncProperty(history, moments, async (deals, instants) => {
      await tell(deals.flatMap((versions) => versions.map(({ row, at }) => ({ ...row, _committed_at: at, _lsn: (lsn += 1) }))));
      for (const at of instants) {
        const there = deals.flatMap((versions): Row[] => { const row = rowAt(versions, at); return row ? [row] : []; }).filter((row) => row['deleted_at'] === null && row['is_test'] === false);
        const of = (status: string): Row[] => there.filter((row) => row['status'] === status);
        const cents = (rows: readonly Row[]): number => Number(rows.reduce((sum, row) => sum + centsOf(row), 0n)) / 100;
        const [row] = await ask(`${at.replace(' ', 'T')}Z`);
        const [all, open, won, lost, openAmount, , wonAmount] = numbers(row);
        expect([all, open, won, lost, openAmount, wonAmount]).withContext(at).toEqual([there.length, of('open').length, of('won').length, of('lost').length, cents(of('open')), cents(of('won'))]);
      }
    }), { numRuns: 10 });
  }, 180_000);
});
