import fc from 'fast-check';
import { ids, insertBusiness } from '../testing/business.data.js';
import { bridgeOf, history, moments, windows, type Bridge } from '../testing/deal.histories.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

type Answer = Record<string, unknown>;
const parts = ['opening', 'new', 'reopened', 'increased', 'decreased', 'slipped_out', 'pulled_in', 'won', 'lost', 'removed', 'closing'];
const groupings = fc.constantFrom(['owner_id'], ['from_stage_id', 'to_stage_id'], ['change', 'region'], ['came_as', 'went_as', 'amount_change'], ['team', 'to_status']);
const [first, second] = ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'];

/** Fourteen deals, each with another fate between the two instants. */
function fourteen(): Row[] {
  let lsn = 100;
  const version = (n: number, at: string, row: Row): Row => ({
    id: uuid(100 + n), name: `deal ${n}`, pipeline_id: uuid(40), stage_id: ids.stages.lead, status: 'open', currency: 'USD', is_test: false, owner_id: ids.reps.sara, account_id: ids.accounts.acme,
    expected_value: '100.00', close_date: '2026-03-15', _lsn: (lsn += 1), _committed_at: at, ...row,
  });
  const [before, between, after] = ['2026-01-15 10:00:00', '2026-02-10 10:00:00.123456', '2026-03-05 00:00:00'];
  return [
    version(1, before, {}), version(1, between, { expected_value: '130.10', stage_id: ids.stages.offer, owner_id: ids.reps.lena }), version(1, after, { expected_value: '999.00' }),
    version(2, before, {}), version(2, between, { status: 'won', stage_id: ids.stages.won, expected_value: '90.00', closed_at: '2026-02-10 10:00:00' }),
    version(3, before, {}), version(3, between, { status: 'lost', stage_id: ids.stages.lost, closed_at: '2026-02-10 10:00:00' }),
    version(4, before, {}), version(4, between, { close_date: '2026-05-01', expected_value: '150.00' }),
    version(5, before, { close_date: '2026-05-01' }), version(5, between, { expected_value: '70.00' }),
    version(6, between, { currency: 'SAR', expected_value: '1000.00' }),
    version(7, before, { status: 'lost', stage_id: ids.stages.lost, closed_at: '2026-01-12 00:00:00' }), version(7, between, { expected_value: '60.00' }),
    version(8, before, {}), version(8, between, { deleted_at: '2026-02-10 10:00:00' }),
    version(9, before, {}), version(9, between, { _op: 'd' }),
    version(10, before, {}), version(10, between, { is_test: true }),
    version(11, between, { status: 'won', stage_id: ids.stages.won, expected_value: '40.00', closed_at: '2026-02-11 10:00:00' }),
    version(12, before, { deleted_at: '2026-01-12 00:00:00' }), version(12, between, { expected_value: '25.00' }),
    version(13, before, { account_id: ids.accounts.test }),
    version(14, before, { currency: 'SAR', expected_value: '100.00' }),
  ];
}

describe('change of the pipeline', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    await fixture.beginHistory('crm_deals', '2026-01-10 00:00:00');
  }, 90_000);
  afterAll(() => fixture.stop());
  beforeEach(() => tell(fourteen()));

  /** History becomes this and nothing else. */
  const tell = async (versions: readonly Row[]): Promise<void> => {
    for (const database of ['crm_history', 'crm_raw']) await fixture.sql(`TRUNCATE TABLE ${database}.crm_deals`);
    await fixture.insertVersions('crm_deals', versions);
    await fixture.settled();
  };

  const equals = (values: Record<string, string>): Answer[] => Object.entries(values).map(([name, value]) => ({ member: `pipeline_change.${name}`, operator: 'equals', values: [value] }));
  const ask = async (filters: Record<string, string>, dimensions: readonly string[] = [], claims = {}): Promise<readonly Answer[]> =>
    fixture.load({ measures: ['count', ...parts].map((name) => `pipeline_change.${name}`), dimensions: dimensions.map((name) => `pipeline_change.${name}`), filters: equals(filters) }, claims);
  const numbers = (row: Answer = {}): Record<string, number> => Object.fromEntries(parts.map((name) => [name, Number(row[`pipeline_change.${name}`])]));

  it('adds up by hand, at the rate of the second instant for both', async () => {
    const [row] = await ask({ from: first, until: second });
    expect(numbers(row)).toEqual({ opening: 726, new: 260 + 60 + 40 + 25, reopened: 85, increased: 30.1 + 50, decreased: 10 + 30, slipped_out: 0, pulled_in: 0, won: 90 + 40, lost: 100, removed: 200, closing: 721.1 });
    expect(row?.['pipeline_change.count']).toBe('12');
  });

  it('tells slips from gains within a window, and what became of each deal', async () => {
    const window = { from: first, until: second, close_from: '2026-01-01', close_until: '2026-03-31' };
    const [row] = await ask(window);
    expect(numbers(row)).toEqual({ opening: 626, new: 385, reopened: 85, increased: 30.1, decreased: 10, slipped_out: 100, pulled_in: 70, won: 130, lost: 100, removed: 200, closing: 571.1 });
    const kinds = await ask(window, ['name', 'change', 'came_as', 'went_as', 'owner', 'from_stage', 'to_stage', 'from_amount', 'to_amount']);
    const told = Object.fromEntries(kinds.map((one) => [one['pipeline_change.name'], ['change', 'came_as', 'went_as', 'owner', 'from_stage', 'to_stage'].map((name) => one[`pipeline_change.${name}`]).concat(
      ['from_amount', 'to_amount'].map((name) => (one[`pipeline_change.${name}`] === null ? null : Number(one[`pipeline_change.${name}`]))))]));
    expect(told['deal 1']).toEqual(['increased', 'open', 'open', 'Lena', 'Lead', 'Offer', 100, 130.1]);
    expect(told['deal 2']).toEqual(['won', 'open', 'won', 'Sara', 'Lead', 'Won', 100, 90]);
    expect(told['deal 4']).toEqual(['slipped_out', 'open', 'slipped_out', 'Sara', 'Lead', 'Lead', 100, 150]);
    expect(told['deal 6']).toEqual(['new', 'new', 'open', 'Sara', null, 'Lead', null, 260]);
    expect(told['deal 7']).toEqual(['reopened', 'reopened', 'open', 'Sara', 'Lost', 'Lead', 100, 60]);
    expect(told['deal 9']).toEqual(['removed', 'open', 'removed', 'Sara', 'Lead', null, 100, null]);
    expect(told['deal 11']).toEqual(['won', 'new', 'won', 'Sara', null, 'Won', null, 40]);
    const [late] = await ask({ from: first, until: second, close_from: '2026-04-01' });
    expect(numbers(late)).toEqual({ opening: 100, new: 0, reopened: 0, increased: 0, decreased: 0, slipped_out: 100, pulled_in: 150, won: 0, lost: 0, removed: 0, closing: 150 });
  });

  it('without instants is the month so far, or where history begins', async () => {
    const instants = async (filters: Record<string, string>): Promise<unknown[]> => {
      const [row] = await ask(filters, ['from', 'until']);
      return ['from', 'until'].map((name) => String(row?.[`pipeline_change.${name}`]).slice(0, 19).replace(' ', 'T'));
    };
    const month = new Date().toISOString().slice(0, 7);
    expect((await instants({}))[0]).toBe(`${month}-01T00:00:00`);
    expect(await instants({ until: '2026-03-20T15:00:00+02:00' })).toEqual(['2026-03-01T00:00:00', '2026-03-20T13:00:00']);
    expect(await instants({ until: '2026-01-20' })).toEqual(['2026-01-10T00:00:00', '2026-01-20T00:00:00']);
  });

  it('refuses what history does not know and what is asked in any other way', async () => {
    const refusals: [object, RegExp][] = [
      [{ filters: equals({ from: '2026-01-09' }) }, /the history of crm_deals does not reach back to this moment/],
      [{ filters: equals({ from: second, until: first }) }, /the first instant lies after the second/],
      [{ filters: equals({ from: 'yesterday' }) }, /pipeline_change\.from is no instant: write it as/],
      [{ filters: equals({ close_from: '2026-02-30' }) }, /pipeline_change\.close_from is no date/],
      [{ filters: [...equals({ from: first }), ...equals({ from: second })] }, /takes one filter "equals" with one value/],
      [{ filters: [{ member: 'pipeline_change.from', operator: 'afterDate', values: [first] }] }, /takes one filter "equals"/],
      [{ filters: [{ or: [...equals({ from: first }), ...equals({ change: 'won' })] }] }, /must hold for the whole question/],
      [{ timeDimensions: [{ dimension: 'pipeline_change.until', dateRange: ['2026-02-01', '2026-02-02'] }] }, /take it out of timeDimensions/],
    ];
    for (const [query, words] of refusals) {
      const { status, body } = await fixture.call('/cubejs-api/v1/load', { query: { measures: ['pipeline_change.opening'], ...query } });
      expect([status, body.error]).withContext(JSON.stringify(query)).toEqual([400, jasmine.stringMatching(words)]);
    }
  });

  it('shows a rep what the rep owned at the second instant, and names the tables it read', async () => {
    const [row] = await ask({ from: first, until: second }, [], { scopes: { deals: 'own' }, user_id: ids.reps.lena });
    expect(numbers(row)).toEqual(jasmine.objectContaining({ opening: 100, increased: 30.1, closing: 130.1 }));
    const response = await fetch(`${fixture.server.url}/cubejs-api/v1/load?query=${encodeURIComponent(JSON.stringify({ measures: ['pipeline_change.count'] }))}`, { headers: { authorization: `Bearer ${fixture.token()}` } });
    expect((response.headers.get('x-crm-tables') ?? '').split(',')).toEqual(jasmine.arrayContaining(['crm_deals', 'crm_accounts']));
  });

  it('holds to the cent on any history, in the whole and in every group', async () => {
    let lsn = 1_000;
    const seen = new Set<string>();
    await fc.assert(fc.asyncProperty(history, moments, windows, groupings, async (deals, [from, until], window, group) => {
      await tell(deals.flatMap((versions) => versions.map((version) => ({ ...version.row, _committed_at: version.at, _lsn: (lsn += 1) }))));
      const expected = bridgeOf(deals, from, until, window);
      for (const [name, cents] of Object.entries(expected)) if (cents > 0n) seen.add(name);
      const filters = { from: `${from.replace(' ', 'T')}Z`, until: `${until.replace(' ', 'T')}Z`, ...window };
      for (const groups of [[], ['id'], group]) {
        const found = await ask(filters, groups);
        const total: Bridge = Object.fromEntries(parts.map((name) => [name, 0n]));
        for (const row of found) {
          const cents = Object.fromEntries(parts.map((name) => [name, toCents(String(row[`pipeline_change.${name}`]))])) as Record<string, bigint>;
          for (const name of parts) total[name] = (total[name] ?? 0n) + (cents[name] ?? 0n);
          const { opening = 0n, new: came = 0n, increased = 0n, decreased = 0n, slipped_out = 0n, pulled_in = 0n, won = 0n, lost = 0n, removed = 0n, closing } = cents;
          expect(opening + came + increased - decreased - slipped_out + pulled_in - won - lost - removed).withContext(JSON.stringify(row)).toBe(closing ?? -1n);
        }
        expect(total).withContext(groups.join()).toEqual(expected);
      }
    }), { numRuns: 8 });
    // A part that never happens would prove nothing.
    expect([...seen].sort()).toEqual([...parts].sort());
  }, 240_000);
});

function toCents(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
}
