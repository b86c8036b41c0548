import type { Knex } from 'knex';

/** One switch of the product. */
export interface FlagRow {
  id: string;
  key: string;
  enabled: boolean;
  description: string;
  updated_at: Date;
}

// A switch that an administrator turns is in force everywhere within a second.
const freshForMs = 1000;

/** The `crm_feature_*` switches of the tenant, read at most once a second. An unknown key counts as on. */
export class FeatureFlags {
  private off: ReadonlySet<string> = new Set();
  private readAt = 0;
  private reading: Promise<void> | null = null;

  constructor(private readonly db: Knex) {}

  /** Makes sure that what `isOn` says is at most a second old. */
  async refresh(): Promise<void> {
    if (Date.now() - this.readAt < freshForMs) return;
    this.reading ??= this.read().finally(() => { this.reading = null; });
    await this.reading;
  }

  /** Whether the feature is on, by the last reading. */
  isOn(key: string): boolean {
    return !this.off.has(key);
  }

  /** Forgets the last reading, after a change in this process. */
  forget(): void {
    this.readAt = 0;
  }

  private async read(): Promise<void> {
    const rows = await this.db('crm_core.crm_feature_flags').where({ enabled: false }).whereNull('deleted_at').select<{ key: string }[]>('key');
    this.off = new Set(rows.map((row) => row.key));
    this.readAt = Date.now();
  }
}
