import type { Warehouse } from '../connection.js';
import type { TableState, Watermark } from './change.types.js';

/** Microseconds since 1970-01-01 UTC as the text that DateTime64(6) reads. */
export function microsText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(fraction).padStart(6, '0')}`;
}

/** Now, in microseconds since 1970-01-01 UTC. */
export function nowMicros(): bigint {
  return BigInt(Date.now()) * 1000n;
}

/** Keeps the watermark and the state of tables: small tables whose latest version counts. */
export class StateStore {
  private lastVersion = 0n;

  constructor(private readonly warehouse: Warehouse, private readonly timeoutMs?: number) {}

  // Grows with every write even when the clock is set back while the process runs.
  private version(): string {
    const now = nowMicros();
    this.lastVersion = now > this.lastVersion ? now : this.lastVersion + 1n;
    return String(this.lastVersion);
  }

  /** The watermark of a source, or of the one that is furthest when none is named; undefined before the first one. */
  async readWatermark(source?: string): Promise<Watermark | undefined> {
    const row = await this.warehouse.first<{ source: string; lsn: string; committed: string; observed: string; version: string }>(
      `SELECT source, lsn, toUnixTimestamp64Micro(committed_at) AS committed, toUnixTimestamp64Micro(observed_at) AS observed, _version AS version
       FROM crm_raw._watermark FINAL ${source === undefined ? '' : 'WHERE source = {source:String}'} ORDER BY lsn DESC LIMIT 1`,
      { params: source === undefined ? {} : { source }, timeoutMs: this.timeoutMs },
    );
    if (row === undefined) return undefined;
    if (BigInt(row.version) > this.lastVersion) this.lastVersion = BigInt(row.version);
    return { source: row.source, lsn: BigInt(row.lsn), committedAt: BigInt(row.committed), observedAt: BigInt(row.observed) };
  }

  /** Writes the watermark; the caller has written all rows up to it. */
  async writeWatermark(watermark: Watermark): Promise<void> {
    if (this.lastVersion === 0n) await this.readWatermark(watermark.source);
    const row = {
      source: watermark.source,
      lsn: String(watermark.lsn),
      committed_at: microsText(watermark.committedAt),
      observed_at: microsText(watermark.observedAt),
      _version: this.version(),
    };
    await this.warehouse.insert('crm_raw._watermark', [row], { idempotent: true, timeoutMs: this.timeoutMs });
  }

  /** The state of every table that was ever written. */
  async tableStates(): Promise<TableState[]> {
    const rows = await this.warehouse.rows<{ table_name: string; last_lsn: string; rows_applied: string; state: TableState['state']; version: string }>(
      'SELECT table_name, last_lsn, rows_applied, state, _version AS version FROM crm_raw._tables FINAL ORDER BY table_name',
      { timeoutMs: this.timeoutMs },
    );
    for (const row of rows) if (BigInt(row.version) > this.lastVersion) this.lastVersion = BigInt(row.version);
    return rows.map((row) => ({ table: row.table_name, lastLsn: BigInt(row.last_lsn), rowsApplied: BigInt(row.rows_applied), state: row.state }));
  }

  /** Makes the state of a table new without changing it, so that answers kept for the old one are not used again. A state written at the same time wins. */
  async touch(table: string): Promise<void> {
    await this.warehouse.command(
      `INSERT INTO crm_raw._tables SELECT table_name, last_lsn, rows_applied, state, now64(6, 'UTC'), _version + 1 FROM crm_raw._tables FINAL WHERE table_name = {table:String}`,
      { params: { table }, idempotent: true },
    );
  }

  /** Writes states. */
  async writeStates(states: readonly TableState[]): Promise<void> {
    await this.warehouse.insert(
      'crm_raw._tables',
      states.map((s) => ({ table_name: s.table, last_lsn: String(s.lastLsn), rows_applied: String(s.rowsApplied), state: s.state, updated_at: microsText(nowMicros()), _version: this.version() })),
      { idempotent: true, timeoutMs: this.timeoutMs },
    );
  }
}
