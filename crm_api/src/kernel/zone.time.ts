const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at an instant, as milliseconds that UTC would show it at. */
function wallAt(at: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    formats.set(zone, format);
  }
  const of = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(of.get('year') ?? 0, (of.get('month') ?? 1) - 1, of.get('day') ?? 1, of.get('hour') ?? 0, of.get('minute') ?? 0, of.get('second') ?? 0);
}

/** By how many milliseconds the clocks of a zone are ahead of UTC at an instant. */
const offsetAt = (at: number, zone: string): number => wallAt(at, zone) - Math.floor(at / 1000) * 1000;

/** The day that it is in a time zone (IANA name), as `YYYY-MM-DD`. */
export function dayIn(zone: string, now: Date): string {
  return new Date(wallAt(now.getTime(), zone)).toISOString().slice(0, 10);
}

/** The hour of the day in a time zone, with the minutes as `HH:MM`. */
export function clockIn(zone: string, now: Date): string {
  return new Date(wallAt(now.getTime(), zone)).toISOString().slice(11, 16);
}

/**
 * The instant at which the clocks of a zone show an hour of a day. An hour that occurs twice is meant the first time; one that is left out when clocks go forward
 * is as much later as they go (02:30 becomes 03:30), as in ISO 8601 arithmetic of java.time and RFC 5545.
 */
export function instantOf(day: string, hour: number, zone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
  const [before, after] = [offsetAt(wall - dayMs, zone), offsetAt(wall + dayMs, zone)];
  for (const offset of [before, after]) if (offsetAt(wall - offset, zone) === offset) return new Date(wall - offset);
  return new Date(wall - before);
}
