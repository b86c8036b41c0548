import fc from 'fast-check';
import { clockIn, dayIn, instantOf } from '../../kernel/zone.time.js';
import { nextRun, type Cadence } from './schedule.time.js';

const zones = ['UTC', 'Asia/Riyadh', 'Europe/Berlin', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Apia', 'Asia/Kathmandu', 'Africa/Cairo', 'America/Havana', 'Asia/Beirut'];
const hour = fc.integer({ min: 0, max: 23 });
const cadences = fc.oneof<fc.Arbitrary<Cadence>[]>(
  fc.record({ every: fc.constant('day' as const), hour }), fc.record({ every: fc.constant('week' as const), weekday: fc.integer({ min: 1, max: 7 }), hour }), fc.record({ every: fc.constant('month' as const), day: fc.integer({ min: 1, max: 31 }), hour }),
);
const instants = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
const iso = (date: Date): string => date.toISOString().slice(0, 16);

describe('the time of a schedule', () => {
  it('is after now, on the right day at the right hour, and leaves none out, in every zone across every change of clocks', () => {
    fc.assert(fc.property(cadences, fc.constantFrom(...zones), instants, (cadence, zone, start) => {
      let at = start;
      let before: string | null = null;
      for (let count = 0; count < 12; count += 1) {
        const run = nextRun(cadence, zone, at);
        const day = dayIn(zone, run);
        const date = new Date(`${day}T00:00:00Z`);
        expect(run > at).toBeTrue();
        // The hour that the clocks show; where they leave it out, at most two hours later.
        const clock = clockIn(zone, run);
        if (clock !== `${String(cadence.hour).padStart(2, '0')}:00`) {
          const missing = Date.parse(`${day}T${clock}:00Z`) - Date.parse(`${day}T00:00:00Z`) - cadence.hour * 3_600_000;
          expect(missing > 0 && missing <= 7_200_000).withContext(`${zone} ${day} ${clock} for ${cadence.hour}`).toBeTrue();
          // With the day: where midnight is left out, it is the evening before.
          const earlier = new Date(run.getTime() - missing - 60_000);
          expect(`${dayIn(zone, earlier)} ${clockIn(zone, earlier)}` < `${day} ${String(cadence.hour).padStart(2, '0')}:00`).withContext(`${zone} ${day}`).toBeTrue();
        }
        if (cadence.every === 'week') expect(date.getUTCDay() || 7).toBe(cadence.weekday);
        if (cadence.every === 'month') expect(date.getUTCDate()).toBe(Math.min(cadence.day, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()));
        const days = before === null ? null : (date.getTime() - Date.parse(`${before}T00:00:00Z`)) / 86_400_000;
        if (days !== null) expect(cadence.every === 'day' ? days === 1 : cadence.every === 'week' ? days === 7 : days >= 28 && days <= 31).withContext(`${zone}: ${before} → ${day}`).toBeTrue();
        // Asked a moment before a run, the answer is that run: nothing lies between.
        expect(nextRun(cadence, zone, new Date(run.getTime() - 1)).getTime()).toBe(run.getTime());
        [at, before] = [run, day];
      }
    }), { numRuns: 300 });
  });

  it('is what the clocks say where they change', () => {
    const berlin = (day: string, at: number): string => iso(instantOf(day, at, 'Europe/Berlin'));
    expect([berlin('2026-03-28', 2), berlin('2026-03-29', 2), berlin('2026-03-29', 3), berlin('2026-03-30', 2)]).toEqual(['2026-03-28T01:00', '2026-03-29T01:00', '2026-03-29T01:00', '2026-03-30T00:00']);
    expect([berlin('2026-10-25', 2), berlin('2026-10-25', 3)]).withContext('02:00 occurs twice; the first one counts').toEqual(['2026-10-25T00:00', '2026-10-25T02:00']);
    expect(iso(nextRun({ every: 'month', day: 31, hour: 9 }, 'UTC', new Date('2026-02-01T00:00:00Z')))).toBe('2026-02-28T09:00');
    expect(iso(nextRun({ every: 'day', hour: 8 }, 'Asia/Riyadh', new Date('2026-06-01T05:00:00Z')))).withContext('the run itself is over').toBe('2026-06-02T05:00');
  });
});
