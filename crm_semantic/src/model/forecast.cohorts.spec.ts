import fc from 'fast-check';
import { ids, insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid, type Row } from '../testing/semantic.fixture.js';

const outcomes = ['won', 'lost', 'slipped_1', 'slipped_2', 'slipped_3', 'open', 'undecided'] as const;
type Outcome = (typeof outcomes)[number];
interface Version { readonly close: string | null; readonly status: 'open' | 'won' | 'lost'; readonly closed: string; readonly cents: number; readonly fate: 'there' | 'bin' | 'test' | 'gone' }

/** The day of an instant in a zone by the calendar of JavaScript, which shares nothing with the warehouse. */
const localDay = (instant: Date, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
const monthOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
const shifted = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const within = (min: number, max: number): fc.Arbitrary<number> => fc.noBias(fc.integer({ min, max }));

const version: fc.Arbitrary<Version> = fc.record({
  close: fc.option(within(-190, 80).map(shifted), { freq: 8 }), status: fc.constantFrom('open', 'open', 'open', 'won', 'lost'), closed: within(-190 * 24, -1).map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')),
  cents: within(0, 9_999_999), fate: fc.constantFrom('there', 'there', 'there', 'there', 'there', 'there', 'bin', 'test', 'gone'),
});
const histories = fc.array(fc.array(version, { minLength: 1, maxLength: 4 }), { minLength: 120, maxLength: 160, size: 'max' });

/** Which cohort a deal is of and what became of it, from the words of the definition; undefined for what counts nowhere. */
function storyOf(versions: readonly Version[], zone: string): { month: number | null; outcome: Outcome; cents: bigint } | undefined {
  const now = versions.at(-1);
  if (!now || now.fate !== 'there') return undefined;
  // A delete has no date to tell; otherwise the first date that was ever written.
  const first = versions.find(({ close, fate }) => close !== null && fate !== 'gone')?.close ?? null;
  const end = now.status === 'open' ? now.close : localDay(new Date(`${now.closed.replace(' ', 'T')}Z`), zone);
  const cents = BigInt(now.cents);
  if (first === null) return { month: null, outcome: 'undecided', cents };
  const slip = end === null ? 0 : Math.max(0, monthOf(end) - monthOf(first));
  const ended = (month: number): boolean => monthOf(localDay(new Date(), zone)) > month;
  if (!ended(monthOf(first) + Math.min(slip, 2))) return { month: monthOf(first), outcome: 'undecided', cents };
  return { month: monthOf(first), outcome: slip === 0 ? now.status : (`slipped_${Math.min(slip, 3)}` as Outcome), cents };
}

describe('cohorts of the forecast', () => {
  let fixture: SemanticFixture;
  let lsn = 1_000;
  beforeAll(async () => {
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    await fixture.beginHistory('crm_deals', '2020-01-01 00:00:00');
  }, 120_000);
  afterAll(() => fixture.stop());

  const tell = async (deals: readonly (readonly Version[])[]): Promise<void> => {
    for (const database of ['crm_history', 'crm_raw']) await fixture.sql(`TRUNCATE TABLE ${database}.crm_deals`);
    await fixture.insertVersions('crm_deals', deals.flatMap((versions, n) => versions.map(({ close, status, closed, cents, fate }, at): Row => ({
      id: uuid(5_000 + n), name: `deal ${n}`, pipeline_id: uuid(40), stage_id: ids.stages.lead, status, owner_id: Object.values(ids.reps)[n % 3], account_id: ids.accounts.nile, currency: 'USD', close_date: close,
      closed_at: status === 'open' ? null : closed, expected_value: (cents / 100).toFixed(2), is_test: fate === 'test', deleted_at: fate === 'bin' ? closed : null, _op: fate === 'gone' ? 'd' : 'u', _committed_at: `2026-01-0${at + 1} 00:00:00`, _lsn: (lsn += 1),
    }))));
    await fixture.settled();
  };
  const measures = ['count', 'amount', ...outcomes.flatMap((name) => [`${name}_count`, `${name}_amount`])];
  const ask = (query: object, zone = 'UTC'): Promise<readonly Record<string, unknown>[]> => fixture.load({ measures: measures.map((name) => `forecast_cohorts.${name}`), timezone: zone, ...query });
  const byMonth = { timeDimensions: [{ dimension: 'forecast_cohorts.cohort', granularity: 'month' }] };
  const cents = (value: unknown): bigint | null => (value === null ? null : BigInt(Math.round(Number(value) * 100)));

  it('tell of any history what became of each cohort, masked until the months that decide it have ended, and sum to all deals to the cent', async () => {
    const seen = new Set<string>();
    await fc.assert(fc.asyncProperty(histories, fc.constantFrom('UTC', 'Pacific/Auckland', 'America/New_York'), async (deals, zone) => {
      await tell(deals);
      const stories = deals.flatMap((versions) => storyOf(versions, zone) ?? []);
      const today = monthOf(localDay(new Date(), zone));
      const expected = new Map([...new Set(stories.map(({ month }) => month))].map((month) => {
        const own = stories.filter((story) => story.month === month);
        const part = (name: Outcome): [string, unknown][] => {
          const met = own.filter(({ outcome }) => outcome === name);
          const needed = { won: 0, lost: 0, open: 0, slipped_1: 1, slipped_2: 2, slipped_3: 2, undecided: null }[name];
          if (met.length > 0) seen.add(name);
          if (needed !== null && (month === null || today <= month + needed)) { seen.add('masked'); return [[`${name}_count`, null], [`${name}_amount`, null]]; }
          return [[`${name}_count`, met.length], [`${name}_amount`, met.reduce((sum, story) => sum + story.cents, 0n)]];
        };
        return [month, { count: own.length, amount: own.reduce((sum, story) => sum + story.cents, 0n), ...Object.fromEntries(outcomes.flatMap(part)) }] as const;
      }));
      const told = (row: Record<string, unknown>): object => Object.fromEntries(measures.map((name) => { const value = row[`forecast_cohorts.${name}`] as string | null; return [name, name.endsWith('amount') ? cents(value) : value === null ? null : Number(value)]; }));
      const rows = await ask(byMonth, zone);
      const found = new Map(rows.map((row) => { const at = row['forecast_cohorts.cohort.month'] as string | null; return [at === null ? null : monthOf(at), told(row)] as const; }));
      expect(found).toEqual(expected as never);
      // Whatever is asked, the outcomes are all of it.
      for (const query of [{}, byMonth, { dimensions: ['forecast_cohorts.owner_id', 'forecast_cohorts.outcome'] }]) for (const row of await ask(query, zone)) {
        const all = told(row) as Record<string, bigint | number | null>;
        expect(outcomes.reduce((sum, name) => sum + BigInt(all[`${name}_amount`] ?? 0), 0n)).withContext(JSON.stringify(row)).toBe(all['amount'] as bigint);
        expect(outcomes.reduce((sum, name) => sum + Number(all[`${name}_count`] ?? 0), 0)).toBe(all['count'] as number);
      }
    }), { numRuns: 5 });
    expect([...seen].sort()).toEqual([...outcomes, 'masked'].sort());
  }, 240_000);

  it('are led from a cell to its deals, which sum to it, and shown to nobody beyond their rows', async () => {
    const [now] = [Date.now()];
    const first = new Date(Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth() - 4, 10));
    const later = (months: number): string => new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 10)).toISOString();
    const deal = (end: number, status: Version['status'], amount: number): Version[] => [{ close: later(0).slice(0, 10), status: 'open', closed: '', cents: 1, fate: 'there' }, { close: later(end).slice(0, 10), status, closed: later(end).slice(0, 19).replace('T', ' '), cents: amount, fate: 'there' }];
    await tell([deal(0, 'won', 100_00), deal(1, 'won', 200_00), deal(1, 'open', 300_01), deal(2, 'lost', 400_00), deal(3, 'open', 500_00), deal(-1, 'lost', 600_00), deal(0, 'open', 700_00)]);
    const query = { measures: ['forecast_cohorts.slipped_1_amount'], ...byMonth };
    const { status, body } = await fixture.call('/rows', { query, measure: 'forecast_cohorts.slipped_1_amount', point: { 'forecast_cohorts.cohort.month': `${later(0).slice(0, 7)}-01T00:00:00.000` }, limit: 10 });
    expect(status).withContext(JSON.stringify(body)).toBe(200);
    const { value, items } = body as unknown as { value: string; items: { resource: string; record_id: string; parts: Record<string, string> }[] };
    expect([Number(value), items.map(({ resource, record_id, parts }) => [resource, record_id, Number(parts['forecast_cohorts.slipped_1_amount'])])]).toEqual([500.01, [['deals', uuid(5_002), 300.01], ['deals', uuid(5_001), 200]]]);
    const [all] = await ask({});
    expect(['won', 'lost', 'slipped_1', 'slipped_2', 'slipped_3', 'open', 'undecided'].map((name) => Number(all?.[`forecast_cohorts.${name}_count`]))).toEqual([1, 1, 2, 1, 1, 1, 0]);
    const [own] = await fixture.load({ measures: ['forecast_cohorts.count'] }, { scopes: { forecast: 'own' }, user_id: ids.reps.omar });
    expect(own?.['forecast_cohorts.count']).toBe('2');
  });
});
