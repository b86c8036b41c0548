import { assessSlot, readSlotRow, slotStatement, type SlotHealth, type SlotReading, type SlotRow } from 'crm_db';
import { createWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';

/** What the warehouse knows of the stream. Times are milliseconds since 1970. */
export interface WarehouseSample {
  readonly lsn: bigint;
  readonly committedAt: number;
  readonly observedAt: number;
  readonly deadLetters: readonly { readonly table: string; readonly reason: string; readonly count: number }[];
  /** Of the last comparison of each table; null before the first. */
  readonly reconciliation: { readonly rows: number; readonly different: number; readonly unrepaired: number; readonly oldest: number } | null;
  /** Of the last proof of each KPI; null before the first. */
  readonly proof: { readonly unequal: number; readonly oldest: number } | null;
}

/** What somebody else's server of the distributed profile says. */
export interface BrokerSample {
  readonly connector: string;
  readonly task: string | null;
  /** Messages that the group has not confirmed, by topic. */
  readonly lag: ReadonlyMap<string, number>;
}

/** How the sampler looks. */
export interface SamplerOptions {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  readonly slot: string;
  /** Name of the change source whose watermark counts. */
  readonly source: string;
  /** Default 5,000 ms: one small query to each server. */
  readonly everyMs?: number;
  /** Asks the servers of the distributed profile; absent in the embedded one. */
  readonly broker?: () => Promise<BrokerSample>;
  readonly log: (message: string) => void;
}

/** A server that is asked again and again: the answer, as long as it is fresh. */
class Fresh<T> {
  private value: T | null = null;
  private at = 0;

  constructor(private readonly keepMs: number) {}

  set(value: T | null): void {
    this.value = value;
    this.at = performance.now();
  }

  /** Null when the server does not answer any more: an old answer would look like a healthy one. */
  get(): T | null {
    return performance.now() - this.at > this.keepMs ? null : this.value;
  }
}

const askMs = 4_000;

const warehouseQuery = `SELECT lsn, toUnixTimestamp64Milli(committed_at) AS committed, toUnixTimestamp64Milli(observed_at) AS observed FROM crm_raw._watermark FINAL WHERE source = {source:String}`;
const lettersQuery = `SELECT table_name AS table, reason, count() AS count FROM crm_cdc.dead_letter FINAL WHERE replayed_at IS NULL GROUP BY table_name, reason`;
const reconciliationQuery = `SELECT count() AS tables, sum(rows) AS rows, sum(different) AS different, sum(unrepaired) AS unrepaired, toUnixTimestamp64Milli(min(checked)) AS oldest FROM (
  SELECT table_name, max(checked_at) AS checked, argMax(r.rows, checked_at) AS rows, argMax(r.different, checked_at) AS different, argMax(r.unrepaired, checked_at) AS unrepaired
  FROM crm_cdc.reconciliation AS r GROUP BY table_name)`;
const proofQuery = `SELECT count() AS kpis, countIf(NOT ok) AS unequal, toUnixTimestamp64Milli(min(checked)) AS oldest FROM (
  SELECT kpi, grouping, max(checked_at) AS checked, argMax(equal, checked_at) AS ok FROM crm_cdc.kpi_proof GROUP BY kpi, grouping)`;

/** Looks at the slot and at the warehouse every few seconds, outlives the loss of either, and says in the log when the slot gets into danger. */
export class StateSampler {
  private readonly slots: Fresh<SlotReading>;
  private readonly warehouses: Fresh<WarehouseSample>;
  private readonly brokers: Fresh<BrokerSample>;
  private readonly warehouse: Warehouse;
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private told = '';
  private seen = false;
  private stopped = false;

  constructor(private readonly options: SamplerOptions) {
    // A look may last as long as its slowest question.
    const keepMs = (options.everyMs ?? 5_000) * 3 + askMs;
    this.slots = new Fresh(keepMs);
    this.warehouses = new Fresh(keepMs);
    this.brokers = new Fresh(keepMs);
    this.warehouse = createWarehouse(options.warehouseUrl, { retryForMs: 0, requestTimeoutMs: askMs, maxConnections: 1 });
  }

  /** The slot as Postgres last told; null while Postgres does not answer. */
  get slot(): SlotReading | null { return this.slots.get(); }
  /** What the warehouse last told; null while it does not answer. */
  get state(): WarehouseSample | null { return this.warehouses.get(); }
  /** What Connect and the broker last told; null in the embedded profile, or while they do not answer. */
  get broker(): BrokerSample | null { return this.brokers.get(); }
  /** Whether there is a broker to ask. */
  get distributed(): boolean { return this.options.broker !== undefined; }
  /** How the slot is; null while nobody knows. */
  get health(): SlotHealth | null { return this.slot === null ? null : assessSlot(this.slot); }

  /** Looks now, and then again and again until `stop()`. */
  start(): void {
    const round = (): void => {
      this.running = this.look().finally(() => {
        if (!this.stopped) this.timer = setTimeout(round, this.options.everyMs ?? 5_000).unref();
      });
    };
    round();
  }

  /** One look at each server; never rejects. */
  async look(): Promise<void> {
    await Promise.all([
      this.lookAtPostgres().catch(() => { this.slots.set(null); this.forgetClient(); }),
      this.lookAtWarehouse().catch(() => this.warehouses.set(null)),
      this.options.broker?.().then((sample) => this.brokers.set(sample), () => this.brokers.set(null)),
    ]);
    this.warn();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
    this.forgetClient();
    await this.warehouse.close();
  }

  private async lookAtPostgres(): Promise<void> {
    if (!this.client) {
      const client = new pg.Client({ connectionString: this.options.postgresUrl, application_name: 'crm_cdc_metrics', connectionTimeoutMillis: askMs, query_timeout: askMs, keepAlive: true });
      client.on('error', () => this.forgetClient());
      this.client = client;
      await client.connect();
    }
    const { rows } = await this.client.query<SlotRow>(slotStatement('$1'), [this.options.slot]);
    this.slots.set(readSlotRow(rows[0]!));
  }

  private async lookAtWarehouse(): Promise<void> {
    // A table that is not there yet, or has changed, must not hide the watermark; a server that is gone fails the first question already.
    const optional = <T>(query: string): Promise<T[]> => this.warehouse.rows<T>(query).catch(() => []);
    const mark = await this.warehouse.first<{ lsn: string; committed: string; observed: string }>(warehouseQuery, { params: { source: this.options.source } });
    const letters = await optional<{ table: string; reason: string; count: string }>(lettersQuery);
    const [compared] = await optional<{ tables: string; rows: string; different: string; unrepaired: string; oldest: string }>(reconciliationQuery);
    const [proved] = await optional<{ kpis: string; unequal: string; oldest: string }>(proofQuery);
    this.warehouses.set({
      lsn: BigInt(mark?.lsn ?? 0), committedAt: Number(mark?.committed ?? 0), observedAt: Number(mark?.observed ?? 0),
      deadLetters: letters.map(({ table, reason, count }) => ({ table, reason, count: Number(count) })),
      reconciliation: compared === undefined || compared.tables === '0' ? null
        : { rows: Number(compared.rows), different: Number(compared.different), unrepaired: Number(compared.unrepaired), oldest: Number(compared.oldest) },
      proof: proved === undefined || proved.kpis === '0' ? null : { unequal: Number(proved.unequal), oldest: Number(proved.oldest) },
    });
  }

  /** Says each new state of the slot once, not every five seconds. */
  private warn(): void {
    const { health } = this;
    if (health === null) return;
    this.seen ||= this.slot?.exists === true;
    // Before the first slot there is nothing to lose; why a new one is made is told by whoever makes it.
    if (!this.seen) return;
    const kind = health.reason === null ? '' : health.reason.replaceAll(/\d+/g, '#');
    if (kind === this.told) return;
    if (health.reason !== null) this.options.log(`slot ${this.options.slot}: ${health.level === 'lost' ? 'lost' : 'in danger'}: ${health.reason}`);
    else if (this.told !== '') this.options.log(`slot ${this.options.slot}: fine again`);
    this.told = kind;
  }

  private forgetClient(): void {
    const { client } = this;
    this.client = null;
    void client?.end().catch(() => undefined);
  }
}
