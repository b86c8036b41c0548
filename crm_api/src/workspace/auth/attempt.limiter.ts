// Five honest typing errors cost nothing; from then on each failure doubles the wait, up to a quarter of an hour.
const free = 5;
const longestSeconds = 15 * 60;
const forgetAfterMs = 60 * 60 * 1000;
const maxKnown = 20_000;

/** Seconds to wait after the given number of failures in a row; 0 while attempts are free. */
export function waitAfter(failures: number): number {
  return failures < free ? 0 : Math.min(2 ** (failures - free), longestSeconds);
}

/** Counts failures by network address in this process; the count by account lives in Postgres. Addresses get four times the patience, as offices share one. */
export class AddressLimiter {
  private readonly failures = new Map<string, { count: number; at: number }>();

  /** Seconds until the address may try again. */
  waitOf(address: string, now = Date.now()): number {
    const known = this.failures.get(address);
    if (!known || now - known.at > forgetAfterMs) return 0;
    const seconds = waitAfter(Math.floor(known.count / 4));
    return Math.max(0, Math.ceil((known.at + seconds * 1000 - now) / 1000));
  }

  /** Notes one failed attempt. */
  failed(address: string, now = Date.now()): void {
    if (this.failures.size >= maxKnown) this.failures.clear();
    const known = this.failures.get(address);
    this.failures.set(address, { count: known && now - known.at <= forgetAfterMs ? known.count + 1 : 1, at: now });
  }
}
