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

  constructor(
    private readonly read: VersionReader,
    private readonly freshnessMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** A fingerprint of the state of `tables`; equal fingerprints mean equal data. */
  async fingerprint(tables: readonly string[]): Promise<string> {
    const versions = await this.current();
    // Some measures look at today (open pipeline, the last 90 days): a new day is a new state.
    const day = new Date(this.now()).toISOString().slice(0, 10);
    return [day, ...tables.map((table) => `${table}@${versions.get(table) ?? 'empty'}`)].join(' ');
  }

  /** The state of one table; the same text means the same rows. */
  async stateOf(table: string): Promise<string> {
    return (await this.current()).get(table) ?? 'empty';
  }

  /** The state of every table read anew; what is asked from now on is at least as new. */
  renewed(): Promise<ReadonlyMap<string, string>> {
    this.last = null;
    return this.current();
  }

  private current(): Promise<ReadonlyMap<string, string>> {
    const now = this.now();
    if (this.last && now - this.last.startedAt <= this.freshnessMs) return this.last.versions;
    const reading: Reading = { startedAt: now, versions: this.read() };
    this.last = reading;
    reading.versions.catch(() => {
      // A failed reading must not be the answer to the next request.
      if (this.last === reading) this.last = null;
    });
    return reading.versions;
  }
}

// A table's history moves with the table: both are written by one insert.
const tableName = /\bcrm_(?:raw|history)\.`?(crm_[a-z0-9_]+)/g;

/** The mirrored tables that a statement reads, as they are or as they were, sorted, each once. */
export function tablesRead(sql: string): string[] {
  return [...new Set([...sql.matchAll(tableName)].map((match) => match[1] ?? ''))].sort();
}
