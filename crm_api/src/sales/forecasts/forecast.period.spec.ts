import fc from 'fast-check';
import { dayIn } from '../../kernel/zone.time.js';
import { quartersFrom, readPeriod } from './forecast.period.js';

const instants = fc.date({ min: new Date('2019-12-25T00:00:00Z'), max: new Date('2031-01-05T00:00:00Z'), noInvalidDate: true });
const calendars = fc.record({ fiscal_year_start_month: fc.integer({ min: 1, max: 12 }), time_zone: fc.constantFrom('UTC', 'Asia/Riyadh', 'Pacific/Auckland', 'America/New_York', 'Asia/Kathmandu') });

describe('periods of the forecast', () => {
  it('are the fiscal quarters one after the other, the first of which holds the day that it is in the zone', () => {
    fc.assert(fc.property(instants, calendars, (at, calendar) => {
      const [day, [first, second, third]] = [dayIn(calendar.time_zone, at), quartersFrom(at, 3, calendar)];
      return first !== undefined && first.start <= day && day < first.end && second?.start === first.end && third?.start === second.end && readPeriod(second.key, calendar).start === second.start;
    }), { numRuns: 500 });
  });

  it('make a year of four quarters and of twelve months, which bears the number of the calendar year it ends in', () => {
    fc.assert(fc.property(fc.integer({ min: 2000, max: 2100 }), calendars, (year, calendar) => {
      const [whole, quarters] = [readPeriod(String(year), calendar), [1, 2, 3, 4].map((n) => readPeriod(`${year}-Q${n}`, calendar))];
      const last = new Date(Date.parse(whole.end) - 86_400_000).toISOString();
      return whole.start === quarters[0]?.start && whole.end === quarters[3]?.end && quarters.every(({ start }, n) => n === 0 || start === quarters[n - 1]?.end) && last.startsWith(String(year))
        && whole.start.slice(5) === `${String(calendar.fiscal_year_start_month).padStart(2, '0')}-01`;
    }), { numRuns: 200 });
  });

  it('know the day of an instant in each zone, and refuse what is no period', () => {
    const at = new Date('2026-06-30T12:30:00Z');
    expect(['UTC', 'Pacific/Auckland', 'America/New_York'].map((zone) => dayIn(zone, at))).toEqual(['2026-06-30', '2026-07-01', '2026-06-30']);
    for (const key of ['2026-Q5', '2026-13', '26', 'now', '']) expect(() => readPeriod(key, { fiscal_year_start_month: 4, time_zone: 'UTC' })).withContext(key).toThrowError(/could not be understood|period|query/i);
  });
});
