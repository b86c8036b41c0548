import { addBusinessMinutes, addMonths, dateText, dayNumber, dayOf, isRamadan, officeMoment, quarterOf, quarterStart, timeText, weekday } from './calendar.js';
import { netOf, taxOf } from './deal.lines.js';
import { Random, uuidV7 } from './random.js';
import { copyLine } from './rows.js';
import { Allotment } from './world.js';

const at = (text: string): number => Date.parse(`${text}Z`);

describe('the calendar of the sample', () => {
  it('counts days, months and quarters', () => {
    expect(dateText(dayNumber(2024, 2, 29))).toBe('2024-02-29');
    expect(dateText(addMonths(dayNumber(2024, 1, 31), 1))).toBe('2024-02-29');
    expect(dateText(addMonths(dayNumber(2026, 3, 31), -36))).toBe('2023-03-31');
    expect(dateText(quarterStart(quarterOf(dayNumber(2025, 11, 22)) + 1))).toBe('2026-01-01');
    expect(weekday(dayNumber(2026, 11, 22))).toBe(0);
    expect(timeText(at('2026-01-02T03:04:05.006'))).toBe('2026-01-02 03:04:05.006+00');
    expect([isRamadan(dayNumber(2025, 3, 15)), isRamadan(dayNumber(2025, 6, 15))]).toEqual([true, false]);
  });

  it('adds business minutes over nights and weekends', () => {
    expect(addBusinessMinutes(at('2026-11-20T16:30:00'), 60)).toBe(at('2026-11-23T09:30:00')); // Friday to Monday
    expect(addBusinessMinutes(at('2026-11-22T12:00:00'), 30)).toBe(at('2026-11-23T09:30:00')); // from a Sunday
    expect(addBusinessMinutes(at('2026-11-23T05:00:00'), 480)).toBe(at('2026-11-23T17:00:00'));
    expect(addBusinessMinutes(at('2026-11-23T18:00:00'), 481)).toBe(at('2026-11-25T09:01:00'));
  });

  it('works in office hours only', () => {
    const random = new Random('office');
    for (let round = 0; round < 200; round += 1) {
      const moment = officeMoment(dayNumber(2026, 1, 1) + round, { offset: 3, weekend: [5, 6] }, random);
      expect([5, 6]).not.toContain(weekday(dayOf(moment)));
      expect(new Date(moment + 3 * 3_600_000).getUTCHours()).toBeGreaterThanOrEqual(8);
      expect(new Date(moment + 3 * 3_600_000).getUTCHours()).toBeLessThan(18);
    }
  });
});

describe('the numbers of the sample', () => {
  it('are one sequence for one seed', () => {
    const draw = (seed: string): number[] => Array.from({ length: 5 }, ((random) => () => random.bits())(new Random(seed).fork('a')));
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('two'));
  });

  it('are spread as they should be', () => {
    const random = new Random('spread');
    const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    const many = (make: () => number): number[] => Array.from({ length: 20_000 }, make);
    expect(mean(many(() => random.next()))).toBeCloseTo(0.5, 1);
    expect(mean(many(() => random.normal()))).toBeCloseTo(0, 1);
    expect(mean(many(() => random.poisson(2.5)))).toBeCloseTo(2.5, 1);
    expect(Math.abs(mean(many(() => random.poisson(100))) - 100)).toBeLessThan(0.5);
    expect(() => random.pick([])).toThrowError();
  });

  it('give ids of UUIDv7 with the given time', () => {
    const id = uuidV7(at('2026-11-22T10:00:00.123'), new Random('id'));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(at('2026-11-22T10:00:00.123'));
  });

  it('round money as Postgres does', () => {
    expect(netOf(3, 35, 10)).toBe(95); // 0.945
    expect(netOf(1, 1001, 50)).toBe(501); // 5.005
    expect(taxOf(1010, 1900)).toBe(192); // 1.919
  });

  it('spread a total exactly', () => {
    const weights = [0.3, 2, 0.1, 5, 1.7];
    const shares = new Allotment(1000, 9.1);
    expect(weights.map((weight) => shares.take(weight)).reduce((sum, part) => sum + part, 0)).toBe(1000);
  });

  it('escape what COPY would misread', () => {
    const line = copyLine('crm_tags', { id: 'i', created_at: 'c', updated_at: 'u', name: 'a\tb\\c\nd\re', color: null });
    expect(line).toBe('i\tc\tu\ta\\tb\\\\c\\nd\\re\t\\N\n');
  });
});
