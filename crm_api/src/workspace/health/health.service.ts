import { assessSlot, readSlotRow, slotStatement, type SlotRow } from 'crm_db';
import type { Knex } from 'knex';
import type { ApiConfig } from '../../config.js';
import { ProofReader, type ProofSummary } from '../../reporting/analytics/proof.repository.js';
import { WatermarkReader, type ObservedWatermark, type Watermark } from '../../reporting/analytics/watermark.repository.js';

/** The state of one part. */
export interface Component {
  status: 'ok' | 'down';
  detail?: string;
  latency_ms: number;
  /** What is about to go wrong although the part serves; absent while nothing is. */
  degraded?: string;
}

/** The health of the product. */
export interface Health {
  status: 'ok' | 'down';
  components: Record<'postgres' | 'warehouse' | 'cdc' | 'semantic' | 'jobs', Component>;
  watermark: Watermark | null;
  /** What the last comparison of all tables with Postgres found; null while nothing is proven and nothing is known to differ. */
  proof: ProofSummary | null;
}

// An idle stream speaks up every second and the worker every two; ten seconds of silence are no hiccup.
const silentAfterMs = 10_000;
const timeoutMs = 2000;

/** Asks all parts at once how they are. */
export class HealthService {
  private readonly warehouse: WatermarkReader | null;
  private readonly proofs: ProofReader | null;

  constructor(private readonly db: Knex, private readonly config: ApiConfig) {
    this.warehouse = config.clickhouseUrl === null ? null : new WatermarkReader(config.clickhouseUrl);
    this.proofs = this.warehouse && new ProofReader(this.warehouse);
  }

  /** The state of every part and the watermark, within about two seconds. */
  async check(): Promise<Health> {
    let watermark: ObservedWatermark | null = null;
    const [postgres, warehouse, cdc, semantic, jobs, proof, danger] = await Promise.all([
      probe(async () => { await this.db.raw('SELECT 1').timeout(timeoutMs); }),
      probe(async () => { await this.reader().ping(timeoutMs); }),
      probe(async () => {
        watermark = await this.reader().read(timeoutMs);
        if (!watermark) throw new Error('The stream has not delivered anything yet');
        const silence = Date.now() - watermark.observedAt;
        if (silence > silentAfterMs) throw new Error(`The stream has been silent for ${Math.round(silence / 1000)} s`);
      }),
      probe(() => this.semantic()),
      probe(() => this.jobs()),
      this.proof(),
      this.danger(),
    ]);
    if (danger !== null) cdc.degraded = danger;
    const components = { postgres, warehouse, cdc, semantic, jobs };
    const status = Object.values(components).every((one) => one.status === 'ok') ? 'ok' : 'down';
    return { status, components, watermark: watermark === null ? null : published(watermark), proof };
  }

  // A difference is told but takes no part down: the figures are there, and say of themselves that they are not proven.
  private async proof(): Promise<ProofSummary | null> {
    const proof = await this.proofs?.read(null);
    if (!proof || proof.equal === null) return null;
    const { lsn, committed_at, checked_at, rows, different } = proof;
    return { lsn, committed_at, checked_at, rows, different };
  }

  // Asked of Postgres, not of the stream: the slot is in danger above all when no stream is there to tell.
  private async danger(): Promise<string | null> {
    try {
      const { rows } = (await this.db.raw<{ rows: SlotRow[] }>(slotStatement('?'), [this.config.slot]).timeout(timeoutMs));
      return rows[0] === undefined ? null : assessSlot(readSlotRow(rows[0])).reason;
    } catch {
      return null; // A Postgres that does not answer is told above.
    }
  }

  private reader(): WatermarkReader {
    if (!this.warehouse) throw new Error('CRM_CLICKHOUSE_URL is not set');
    return this.warehouse;
  }

  private async semantic(): Promise<void> {
    if (this.config.cubeUrl === null) throw new Error('CRM_CUBE_URL is not set');
    const response = await fetch(`${this.config.cubeUrl}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The semantic layer answers ${response.status}`);
  }

  private async jobs(): Promise<void> {
    const row = await this.db('crm_core.crm_part_heartbeats').where({ part: 'jobs' })
      .first<{ silence: number } | undefined>(this.db.raw('(extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS silence')).timeout(timeoutMs);
    if (!row) throw new Error('The job worker has not started yet');
    if (row.silence > silentAfterMs) throw new Error(`The job worker has been silent for ${Math.round(row.silence / 1000)} s`);
  }
}

/** The part of a watermark that answers carry. */
export function published(watermark: ObservedWatermark): Watermark {
  return { lsn: watermark.lsn, committed_at: watermark.committed_at, lag_ms: watermark.lag_ms };
}

async function probe(ask: () => Promise<void>): Promise<Component> {
  const began = performance.now();
  const latency = (): number => Math.round(performance.now() - began);
  try {
    await ask();
    return { status: 'ok', latency_ms: latency() };
  } catch (error) {
    return { status: 'down', detail: explain(error), latency_ms: latency() };
  }
}

/** What may be said in public: no addresses or passwords, which drivers like to put into their messages. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'No answer';
  if (error.name === 'TimeoutError' || error.name === 'KnexTimeoutError') return `No answer within ${timeoutMs / 1000} s`;
  if (/^(The |CRM_)/.test(error.message)) return error.message;
  return 'Cannot be reached';
}
