import { dayIn, instantOf } from '../../kernel/zone.time.js';

/** When a schedule runs, by the clocks of the reporting time zone. Days of the week by ISO 8601: 1 is Monday. */
export type Cadence =
  | { readonly every: 'day'; readonly hour: number }
  | { readonly every: 'week'; readonly weekday: number; readonly hour: number }
  | { readonly every: 'month'; readonly day: number; readonly hour: number };

const dayMs = 86_400_000;
/** Longer than any cadence leaves between two runs. */
const farthestDays = 70;

/** Whether a day is one of a cadence; the last day of a shorter month stands in for one that it lacks. */
function falls(cadence: Cadence, day: Date): boolean {
  if (cadence.every === 'day') return true;
  if (cadence.every === 'week') return (day.getUTCDay() || 7) === cadence.weekday;
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  return day.getUTCDate() === Math.min(cadence.day, last);
}

/**
 * The first run after an instant. Each day of the cadence has exactly one, also when clocks change: an hour that occurs twice is meant the first time, one that is
 * left out is as much later as the clocks go forward.
 */
export function nextRun(cadence: Cadence, zone: string, after: Date): Date {
  // From the day before: where a day's clocks go back over midnight, its run can still be to come.
  const first = Date.parse(`${dayIn(zone, after)}T00:00:00Z`) - dayMs;
  for (let index = 0; index <= farthestDays; index += 1) {
    const day = new Date(first + index * dayMs);
    if (!falls(cadence, day)) continue;
    const run = instantOf(day.toISOString().slice(0, 10), cadence.hour, zone);
    if (run > after) return run;
  }
  throw new Error(`No run of ${JSON.stringify(cadence)} within ${farthestDays} days in ${zone}`);
}
