import { insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, uuid } from '../testing/semantic.fixture.js';

/** Instants at the edges of days, months and fiscal years, and around the changes of clocks of New York (8 March, 1 November 2026) and Auckland (5 April, 27 September 2026). */
const closings = [
  '2026-01-31 20:59:59.999999', '2026-01-31 21:00:00', '2026-03-08 06:59:59', '2026-03-08 07:00:00', '2026-03-31 22:30:00', '2026-04-04 13:59:59', '2026-04-04 14:00:00', '2026-04-30 12:00:00',
  '2026-09-26 13:59:59', '2026-09-26 14:00:00', '2026-11-01 03:59:59', '2026-11-01 04:00:00', '2026-11-01 05:30:00', '2027-01-31 10:59:59', '2027-01-31 11:00:00', '2027-02-01 04:59:59', '2027-02-01 05:00:00',
];
const zones = ['UTC', 'Asia/Riyadh', 'Pacific/Auckland', 'America/New_York'] as const;

/** The day of an instant in a zone by the calendar of JavaScript, which shares nothing with the warehouse. */
function localDay(instant: string, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(`${instant.replace(' ', 'T').slice(0, 19)}Z`));
}

/** First day of the fiscal period of so many months that a day lies in. */
function periodStart(day: string, months: number, startMonth: number): string {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - startMonth;
  const first = Math.floor(index / months) * months + startMonth - 1;
  return `${Math.floor(first / 12)}-${String((first % 12) + 1).padStart(2, '0')}-01`;
}

function counted(days: readonly string[]): Record<string, number> {
  return days.reduce<Record<string, number>>((all, day) => ({ ...all, [day]: (all[day] ?? 0) + 1 }), {});
}

describe('the calendar of the figures', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    await fixture.insert('crm_deals', closings.map((closed_at, n) => ({
      id: uuid(5_000 + n), name: 'calendar', status: 'won', stage_id: uuid(44), pipeline_id: uuid(40), expected_value: '1.00', currency: 'USD', is_test: false, source: 'calendar', created_at: '2026-01-01 00:00:00', closed_at, close_date: localDay(closed_at, 'UTC'),
    })));
  }, 90_000);
  afterAll(() => fixture.stop());

  const starting = async (month: number): Promise<void> => {
    await fixture.insert('crm_tenants', [{ id: uuid(1), reporting_currency: 'USD', fiscal_year_start_month: month }]);
    await fixture.settled();
  };
  const by = async (granularity: string, timezone: string, dateRange?: readonly string[]): Promise<Record<string, number>> => {
    const rows = await fixture.load({
      measures: ['deals.count'], timezone, filters: [{ member: 'deals.source', operator: 'equals', values: ['calendar'] }], timeDimensions: [{ dimension: 'deals.closed_at', granularity, ...(dateRange ? { dateRange } : {}) }],
    });
    return Object.fromEntries(rows.map((row) => {
      const value = String(row[`deals.closed_at.${granularity}`]);
      // A period begins at midnight where it is counted, whatever the clocks do that day.
      expect(value.slice(10)).withContext(`${granularity} in ${timezone}`).toBe('T00:00:00.000');
      return [value.slice(0, 10), Number(row['deals.count'])];
    }));
  };

  it('cuts days, months and fiscal periods in the zone of the question, across changes of clocks and at ends of months', async () => {
    // Quarters that are not those of the calendar, and a year that begins in its last month.
    for (const month of [2, 12]) {
      await starting(month);
      await Promise.all(zones.map(async (zone) => {
        const days = closings.map((instant) => localDay(instant, zone));
        if (month === 2) expect(await by('month', zone)).withContext(zone).toEqual(counted(days.map((day) => `${day.slice(0, 7)}-01`)));
        expect(await by('fiscal_quarter', zone)).withContext(`quarters from month ${month} in ${zone}`).toEqual(counted(days.map((day) => periodStart(day, 3, month))));
        expect(await by('fiscal_year', zone)).withContext(`years from month ${month} in ${zone}`).toEqual(counted(days.map((day) => periodStart(day, 12, month))));
      }));
    }
  });

  it('keeps a calendar date in its day where the clocks skip the midnight before it', async () => {
    // São Paulo on 15 October 2017: 23:59:59 was followed by 01:00:00.
    await fixture.insert('crm_deals', [{ id: uuid(5_900), name: 'skipped', status: 'open', stage_id: uuid(44), pipeline_id: uuid(40), expected_value: '1.00', currency: 'USD', is_test: false, source: 'skipped', created_at: '2017-01-01 00:00:00', close_date: '2017-10-15' }]);
    await fixture.settled();
    const on = async (timezone: string, day: string): Promise<number> => {
      const [row] = await fixture.load({ measures: ['deals.count'], timezone, filters: [{ member: 'deals.source', operator: 'equals', values: ['skipped'] }], timeDimensions: [{ dimension: 'deals.close_date', dateRange: [day, day] }] });
      return Number(row?.['deals.count']);
    };
    expect([await on('America/Sao_Paulo', '2017-10-14'), await on('America/Sao_Paulo', '2017-10-15'), await on('UTC', '2017-10-15')]).toEqual([0, 1, 1]);
  });

  it('takes whole days of the zone as a period, also the ones of 23 and 25 hours', async () => {
    await Promise.all(zones.map(async (zone) => {
      const days = closings.map((instant) => localDay(instant, zone));
      expect(await by('day', zone)).withContext(zone).toEqual(counted(days));
      for (const day of ['2026-01-31', '2026-03-08', '2026-04-05', '2026-09-27', '2026-11-01', '2027-02-01']) {
        expect(await by('day', zone, [day, day])).withContext(`${day} in ${zone}`).toEqual(counted(days.filter((one) => one === day)));
      }
    }));
  });

  it('counts what is won on the day of the zone in the forecast as well', async () => {
    for (const zone of ['Asia/Riyadh', 'Pacific/Auckland']) {
      const query = (view: string, dimension: string): object => ({ measures: [`${view}.won_amount`], timezone: zone, timeDimensions: [{ dimension: `${view}.${dimension}`, granularity: 'day', dateRange: ['2026-01-01', '2027-12-31'] }] });
      const amounts = async (view: string, dimension: string): Promise<Map<string, number>> =>
        new Map((await fixture.load(query(view, dimension))).map((row): [string, number] => [String(row[`${view}.${dimension}.day`]), Number(row[`${view}.won_amount`])]).filter(([, amount]) => amount !== 0));
      const won = await amounts('deals', 'closed_at');
      expect(won.size).toBeGreaterThan(8);
      expect(await amounts('forecast', 'close_date')).withContext(zone).toEqual(won);
    }
  });

  it('has fiscal years of the calendar while the feature is off, and names them in both languages', async () => {
    await starting(4);
    expect(Object.keys(await by('fiscal_year', 'UTC')).sort()).toEqual(['2025-04-01', '2026-04-01']);
    await fixture.insert('crm_feature_flags', [{ id: uuid(5_900), key: 'crm_feature_calendar', enabled: false }]);
    await fixture.settled();
    expect(Object.keys(await by('fiscal_year', 'UTC')).sort()).toEqual(['2026-01-01', '2027-01-01']);
    await fixture.insert('crm_feature_flags', [{ id: uuid(5_900), key: 'crm_feature_calendar', enabled: true }]);
    await fixture.settled();
    const { body } = await fixture.call('/cubejs-api/v1/meta');
    const deals = (body['cubes'] as { name: string; dimensions: { name: string; granularities?: { name: string; title: string }[]; meta: { granularities_ar?: object } }[] }[]).find(({ name }) => name === 'deals');
    const closed = deals?.dimensions.find(({ name }) => name === 'deals.closed_at');
    expect(closed?.granularities?.map(({ name, title }) => [name, title])).toEqual([['fiscal_quarter', 'Fiscal quarter'], ['fiscal_year', 'Fiscal year']]);
    expect(closed?.meta.granularities_ar).toEqual({ fiscal_quarter: 'الربع المالي', fiscal_year: 'السنة المالية' });
  });
});
