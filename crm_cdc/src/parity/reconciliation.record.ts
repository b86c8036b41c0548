import { randomUUID } from 'node:crypto';
import { microsText, nowMicros, type Warehouse } from 'crm_warehouse';
import type { UnrepairedRow } from './row.repair.js';

/** Result of comparing a table, or a range of its keys. */
export interface Reconciliation {
  readonly table: string;
  /** All rows, or those of one range of keys. */
  readonly kind: 'full' | 'sample';
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly lsn: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
  readonly rows: number;
  readonly different: number;
  readonly repaired: number;
  /** Rows that stay wrong. */
  readonly unrepaired: number;
  /** Why, at most ten. */
  readonly reasons: readonly UnrepairedRow[];
  readonly removed: number;
  readonly durationMs: number;
}

/** Writes results to `crm_cdc.reconciliation`; without a newer one they count for `goodForMs`. */
export async function recordReconciliations(warehouse: Warehouse, results: readonly Reconciliation[], goodForMs: number): Promise<void> {
  const now = nowMicros();
  const common = { run_id: randomUUID(), checked_at: microsText(now), good_until: microsText(now + BigInt(Math.round(goodForMs)) * 1000n) };
  await warehouse.insert('crm_cdc.reconciliation', results.map((result) => ({
    ...common, table_name: result.table, kind: result.kind, range_from: result.from ?? null, range_to: result.to ?? null,
    lsn: String(result.lsn), committed_at: microsText(result.committedAt), rows: result.rows, different: result.different, repaired: result.repaired,
    unrepaired: result.unrepaired, removed: result.removed, reasons: JSON.stringify(result.reasons), duration_ms: result.durationMs,
  })), { idempotent: true });
}
