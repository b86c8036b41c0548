/** Reads the state of every mirrored table: its name and the position of its last change. */
export type VersionReader = () => Promise<ReadonlyMap<string, string>>;

/** One reading of the warehouse's state and when it began. */
interface Reading {
  readonly startedAt: number;
  readonly versions: Promise<ReadonlyMap<string, string>>;
}

/**
 * Knows how far each table of the warehouse is, never from before `freshnessMs` ago. Requests that come together share one
 * reading, so that a busy dashboard costs one small query per `freshnessMs`, not one per tile.
 */
export class TableVersions {
  private last: Reading | null = null;
  private running: Promise<unknown> | null = null;
  private following: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(
    private readonly read: VersionReader,
    private readonly freshnessMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The fingerprint of the state of `tables` now. */
  async fingerprint(tables: readonly string[]): Promise<string> {
    return fingerprintOf(tables, await this.current(), this.now());
  }

  /** The state of one table; the same text means the same rows. */
  async stateOf(table: string): Promise<string> {
    return (await this.current()).get(table) ?? 'empty';
  }

  /** The state of every table read anew, from now on; those who ask while a reading runs, which may be older than they want, share the one after it. */
  renewed(): Promise<ReadonlyMap<string, string>> {
    if (this.running === null) return this.begin();
    this.following ??= this.running.catch(() => undefined).then(() => {
      this.following = null;
      return this.begin();
    });
    return this.following;
  }

  private current(): Promise<ReadonlyMap<string, string>> {
    const now = this.now();
    return this.last && now - this.last.startedAt <= this.freshnessMs ? this.last.versions : this.begin();
  }

  private begin(): Promise<ReadonlyMap<string, string>> {
    const reading: Reading = { startedAt: this.now(), versions: this.read() };
    this.last = reading;
    this.running = reading.versions;
    const ended = (): void => { if (this.running === reading.versions) this.running = null; };
    reading.versions.then(ended, () => {
      ended();
      // A failed reading must not be the answer to the next request.
      if (this.last === reading) this.last = null;
    });
    return reading.versions;
  }
}

/** A fingerprint of the state of `tables` in a reading, at a time in milliseconds; equal fingerprints mean equal data. */
export function fingerprintOf(tables: readonly string[], versions: ReadonlyMap<string, string>, now: number): string {
  // Some measures look at today (open pipeline, the last 90 days): a new day is a new state.
  const day = new Date(now).toISOString().slice(0, 10);
  return [day, ...tables.map((table) => `${table}@${versions.get(table) ?? 'empty'}`)].join(' ');
}

// A table's history moves with the table: both are written by one insert.
const tableName = /\bcrm_(?:raw|history)\.`?(crm_[a-z0-9_]+)/g;

/** The mirrored tables that a statement reads, as they are or as they were, sorted, each once. */
export function tablesRead(sql: string): string[] {
  return [...new Set([...sql.matchAll(tableName)].map((match) => match[1] ?? ''))].sort();
}
