const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Waits in ms after the first, second, … failed attempt, as Standard Webhooks advises: a deploy is over in minutes, a weekend's outage is not. After the last one (29 hours) the message is dead. */
export const defaultSchedule: readonly number[] = [5 * seconds, minutes, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 12 * hours];

// An endpoint may ask for patience, but not for as long as it likes.
const longestAsked = 6 * hours;

/** The wait in ms after the attempt of this number (from 1), or null where it was the last. Up to a fifth is added by chance, so that what failed together does not return together. */
export function waitAfter(attempt: number, schedule: readonly number[], asked: number | null, random: () => number = Math.random): number | null {
  const base = schedule[attempt - 1];
  if (base === undefined) return null;
  return Math.round(Math.max(base * (1 + random() / 5), Math.min(asked ?? 0, longestAsked)));
}
