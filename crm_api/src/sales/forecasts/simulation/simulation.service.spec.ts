import { figureImpossible } from '../../../reporting/analytics/analytics.errors.js';
import type { AnalyticsService, Figures } from '../../../reporting/analytics/analytics.service.js';
import type { Actor } from '../../../kernel/context/actor.js';
import { readPeriod } from '../forecast.period.js';
import { decimalOf, mostDeals, readDeals } from './deal.list.js';
import { before, endedBefore, instantBefore } from './past.periods.js';
import { stream } from './random.js';
import { SimulationService, type Coverage } from './simulation.service.js';

interface Query { readonly measures: readonly string[]; readonly filters: readonly { member: string; values: readonly string[] }[]; readonly timeDimensions: readonly { dateRange: readonly string[] }[] }
/** What the model said of a deal from an instant on. */
interface Score { readonly from: string; readonly probability: number }
interface Deal { readonly id: string; readonly amount: number; readonly probability: number; readonly won: boolean; readonly quarter: string; readonly scores?: readonly Score[] }

const calendar = { fiscal_year_start_month: 1, time_zone: 'UTC' };
const now = new Date('2026-11-30T12:00:00Z');
const period = readPeriod('2026-Q4', calendar);
const actor: Actor = { kind: 'user', id: 'u', userId: 'u', name: 'U', email: null, locale: 'en', roles: [], permissions: { forecast: { read: 'own' }, deals: { read: 'own' } }, fields: {}, team: null, teamIds: [], region: null };
const watermark = { lsn: '1', committed_at: '2026-11-30T12:00:00.000Z', lag_ms: 5 };

/** Answers as the semantic layer does, of a past whose deals are known; history begins with `begins`. */
class Past {
  readonly asked: { query: Query; actor: Actor }[] = [];
  constructor(private readonly deals: readonly Deal[], private readonly begins = '2000') {}

  /** A row of the deals as of an instant, with the score in force then; deals.asof.spec.ts holds the semantic layer to it. */
  private then({ id, amount, probability, scores = [] }: Deal, asOf: string): Figures['rows'][number] {
    const score = scores.findLast(({ from }) => from <= asOf);
    return { 'deals_asof.id': id, 'deals_asof.open_amount': String(amount), 'deals_asof.weighted_amount': String(amount * probability), 'deals_asof.scored_count': score ? 1 : 0, 'deals_asof.model_weighted_amount': String(amount * (score?.probability ?? 0)) };
  }

  async load(who: Actor, query: object): Promise<Figures> {
    const asked = query as Query;
    this.asked.push({ query: asked, actor: who });
    const [first = ''] = asked.measures;
    const asOf = asked.filters.find(({ member }) => member === 'deals_asof.as_of')?.values[0];
    if (asOf !== undefined && asOf < this.begins) throw figureImpossible('the history of crm_deals does not reach back to this moment; crm_raw._history_begins says where it begins');
    const of = this.deals.filter(({ quarter }) => readPeriod(quarter, calendar).start === asked.timeDimensions[0]?.dateRange[0]);
    const rows = first === 'deals_asof.open_amount' ? of.map((deal) => this.then(deal, asOf ?? 'now'))
      : first === 'deals_asof.won_amount' ? [{ 'deals_asof.won_amount': '100.00' }]
      // One deal that nobody knew of then is in what came in the end.
      : first === 'deals.won_amount' && asOf === undefined && !asked.measures.includes('deals.reporting_currency') ? [...of.filter(({ won }) => won), { id: 'already won', amount: 100 }].map(({ id, amount }) => ({ 'deals.id': id, 'deals.won_amount': String(amount) }))
      : first === 'deals.won_amount' ? [{ 'deals.won_amount': '1000.10', 'deals.reporting_currency': 'EUR' }]
      : first === 'deals.open_amount' ? [
        { 'deals.id': 'a', 'deals.open_amount': '200.255', 'deals.weighted_amount': '100.1275', 'deals.model_weighted_amount': '0', 'deals.scored_count': 0, 'deals.stage_id': 's', 'deals.close_date': '2026-10-01T00:00:00.000' },
        { 'deals.id': 'b', 'deals.open_amount': '50.00', 'deals.weighted_amount': '25.00', 'deals.model_weighted_amount': '0', 'deals.scored_count': 1, 'deals.stage_id': null, 'deals.close_date': '2026-12-31T00:00:00.000' },
        { 'deals.id': 'c', 'deals.open_amount': '0', 'deals.weighted_amount': '0', 'deals.model_weighted_amount': '0', 'deals.scored_count': 1, 'deals.stage_id': 's', 'deals.close_date': '2026-12-31T00:00:00.000' },
      ]
      : [{ 'forecast.quota_amount': '1100.10' }];
    return { rows, watermark, proof: null };
  }
}
const over = (past: Past): SimulationService => new SimulationService(past as unknown as AnalyticsService);

/** Deals of the last so many quarters, which come true as their probability says. */
function deals(quarters: number, each: number): Deal[] {
  const next = stream(9, 'deals');
  const random = (): number => next() / 2 ** 32;
  return endedBefore(period, quarters, '2026-11-30', calendar).flatMap(({ key }) => Array.from({ length: each }, (_, index) => { const probability = 0.1 + 0.8 * random(); return { id: `${key} ${index}`, amount: Math.round(1 + 100 * random()), probability, won: random() < probability, quarter: key }; }));
}

describe('the simulation of a forecast', () => {
  it('takes the score of the model, else the probability of the stage, and counts which; money is exact', async () => {
    const past = new Past([]);
    const { list, drawn, factor, quotaCents, seed } = await over(past).simulate({ actor, period, calendar, filter: { owner_id: ['o'] }, now });
    expect(list.deals.map(({ id, cents, score, stageProbability, closeDate }) => [id, cents, score, stageProbability, closeDate])).toEqual([['a', 20_026, null, 0.5, '2026-10-01'], ['b', 5_000, 0, 0.5, '2026-12-31'], ['c', 0, 0, 0, '2026-12-31']]);
    expect([list.wonCents, list.currency, quotaCents, factor]).toEqual([100_010, 'EUR', 110_010, { correlation: 0, periods: 0, estimated: false }]);
    // Won for sure, and one deal by half; the other was scored 0 by the model, which its stage does not know.
    expect([...new Set(drawn.sorted)]).toEqual([100_010, 120_036]);
    expect(drawn.expectedCents).toBe(110_023);
    const again = await over(past).simulate({ actor, period, calendar, filter: {}, now, seed });
    expect([...again.drawn.sorted]).toEqual([...drawn.sorted]);
    expect(past.asked.filter(({ query }) => query.measures[0] === 'deals.open_amount')[0]?.query.filters).toContain(jasmine.objectContaining({ member: 'deals.owner_id', values: ['o'] }));
    expect([-5, 12_345, 0, -100.4].map(decimalOf)).toEqual(['-0.05', '123.45', '0.00', '-1.00']);
  });

  it('says of past periods what would have been said then, from nothing that was learned later', async () => {
    const past = new Past(deals(20, 40));
    const coverage = await over(past).coverage({ actor, period, calendar, filter: {}, now });
    expect(coverage?.periods.map(({ period: { key }, asOf }) => `${key} ${asOf}`).slice(0, 2)).toEqual(['2026-Q3 2026-08-30T00:00:00.000Z', '2026-Q2 2026-05-30T00:00:00.000Z']);
    expect([coverage?.days, coverage?.asked, coverage?.periods.length]).toEqual([32, 8, 8]);
    // The sample of 8 is drawn with a fixed seed: an interval of 80 % that covers fewer than 4 of them would be wrong.
    expect(coverage?.covered).toBeGreaterThanOrEqual(5);
    for (const { query: { measures, filters, timeDimensions }, actor: who } of past.asked.filter(({ query }) => query.measures[0]?.startsWith('deals_asof'))) {
      const asOf = String(filters.find(({ member }) => member === 'deals_asof.as_of')?.values[0]);
      expect(asOf.slice(0, 10) >= String(timeDimensions[0]?.dateRange[0]) && asOf.slice(0, 10) < String(timeDimensions[0]?.dateRange[1])).withContext(`${measures[0]} ${asOf}`).toBeTrue();
      expect(['own', 'all']).toContain(String(who.permissions.deals?.read));
    }
    // What comes later changes nothing of what was said: the last quarter all lost, the bands of those before are the same.
    const worse = await over(new Past(deals(20, 40).map((deal) => (deal.quarter === '2026-Q3' ? { ...deal, won: false } : deal)))).coverage({ actor, period, calendar, filter: {}, now });
    expect(worse?.periods.slice(1)).toEqual(coverage?.periods.slice(1) ?? []);
    expect(worse?.periods[0]).toEqual(jasmine.objectContaining({ inside: false, p10: coverage?.periods[0]?.p10 ?? 0, actual: 10_000 }));
  });

  it('judges the past by the scores in force then, by the stages where there was none, and never by what the model said later', async () => {
    const truth = deals(20, 40).map((deal) => ({ ...deal, hindsight: deal.won ? 0.99 : 0.01 }));
    const days = new Map(endedBefore(period, 20, '2026-11-30', calendar).map((one) => [one.key, instantBefore(one, 32, calendar)]));
    // The stages say of every deal that it is as good as lost; the model said the truth until then, to the instant, and the opposite a moment later.
    const scored = (from: string, later: (deal: (typeof truth)[number]) => number): Deal[] => truth.map((deal) => {
      const day = days.get(deal.quarter) ?? '';
      const after = new Date(Date.parse(day) + 1).toISOString();
      return { ...deal, probability: 0.02, scores: day < from ? [{ from: after, probability: later(deal) }] : [{ from: day, probability: deal.probability }, { from: after, probability: later(deal) }] };
    });
    const asked = async (list: readonly Deal[]): Promise<Coverage> => await over(new Past(list)).coverage({ actor, period, calendar, filter: {}, now }) as Coverage;
    const bands = ({ periods }: Coverage): number[][] => periods.map(({ p10, p50, p90 }) => [p10, p50, p90]);
    const [known, told] = [await asked(deals(20, 40)), await asked(scored('', ({ probability }) => 1 - probability))];
    expect([known.probabilities, told.probabilities]).toEqual(['stage', 'model']);
    expect([bands(told), told.covered, told.interval]).toEqual([bands(known), known.covered, known.interval]);
    expect(told.periods.map(({ scored: n, unscored }) => [n, unscored])).toEqual(Array<number[]>(8).fill([40, 0]));
    expect(told.covered).toBeGreaterThanOrEqual(5);
    // Whatever the model learned later, also what came of the deals, nothing of it is told.
    expect(await asked(scored('', ({ hindsight }) => hindsight))).toEqual(told);
    // Scores are known from 2026 on; before, the stages count, which are wrong here.
    const mixed = await asked(scored('2026', ({ hindsight }) => hindsight));
    expect([mixed.probabilities, ...mixed.periods.map(({ scored: n, unscored }) => `${n} ${unscored}`)]).toEqual(['mixed', '40 0', '40 0', '40 0', '0 40', '0 40', '0 40', '0 40', '0 40']);
    expect(mixed.periods.slice(3).map(({ inside }) => inside)).not.toContain(true);
    expect((await asked(scored('9', ({ hindsight }) => hindsight))).probabilities).toBe('stage');
  });

  it('knows no more than history does, tests no ended period, and reads the past of the business once a day', async () => {
    const past = new Past(deals(20, 40), '2026-01-01');
    const service = over(past);
    const coverage = await service.coverage({ actor, period, calendar, filter: {}, now });
    expect([coverage?.asked, coverage?.periods.map(({ period: { key } }) => key)]).toEqual([8, ['2026-Q3', '2026-Q2', '2026-Q1']]);
    const asked = past.asked.length;
    await service.factor(period, calendar, now);
    expect(past.asked.length).toBe(asked);
    expect(await service.coverage({ actor, period: readPeriod('2026-Q3', calendar), calendar, filter: {}, now })).toBeNull();
    expect(await service.factor(period, calendar, new Date('2026-12-01T00:00:00Z'))).toEqual(jasmine.objectContaining({ estimated: false }));
    expect(past.asked.length).toBeGreaterThan(asked);
    expect(['2026-11', '2026-Q1', '2026'].map((key) => before(readPeriod(key, calendar), calendar).key)).toEqual(['2026-10', '2025-Q4', '2025']);
    expect(before(readPeriod('2026-Q1', { fiscal_year_start_month: 4, time_zone: 'UTC' }), { fiscal_year_start_month: 4, time_zone: 'UTC' }).key).toBe('2025-Q4');
  });

  it('refuses a list that was cut off', async () => {
    const long = { load: async () => ({ rows: Array.from({ length: mostDeals }, (_, index) => ({ 'deals.id': String(index) })), watermark, proof: null }) };
    await expectAsync(readDeals(long, actor, { period, calendar, filter: {} })).toBeRejectedWith(jasmine.objectContaining({ status: 422, code: 'too_many_deals' }));
  });
});
