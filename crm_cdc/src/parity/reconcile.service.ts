import { createWarehouse } from 'crm_warehouse';
import { compareTables, type ParityOptions } from './parity.service.js';
import { recordReconciliations, type Reconciliation } from './reconciliation.record.js';
import { repairRows } from './row.repair.js';

/** What is reconciled. */
export interface ReconcileOptions extends ParityOptions {
  /** Repairs what differs; without it differences are only found. */
  readonly repair: boolean;
}

/** Results by table at one position. */
export interface ReconcileReport {
  readonly lsn: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
  readonly rows: number;
  readonly different: number;
  readonly repaired: number;
  readonly unrepaired: number;
  readonly tables: readonly Reconciliation[];
}

// The proof of a comparison by hand counts for ten minutes: the rolling one has long been there again by then.
const goodForMs = 600_000;
const shownReasons = 10;

/** Compares whole tables at one position, repairs on request, and records the result in `crm_cdc.reconciliation`. */
export async function reconcileTables(options: ReconcileOptions): Promise<ReconcileReport> {
  const { log = () => undefined } = options;
  const warehouse = createWarehouse(options.warehouseUrl);
  try {
    const { moment: { lsn, committedAt, position }, tables: compared } = await compareTables({ ...options, warehouse });
    const tables: Reconciliation[] = [];
    for (const { table, shape, rows, different, differences, absent, durationMs } of compared) {
      const found = { table, kind: 'full' as const, lsn, committedAt, rows, different, durationMs };
      if (!options.repair || differences.length === 0) {
        const reasons = absent.length === 0 ? [] : [{ key: '', reason: 'shape_changes' as const, detail: `the warehouse lacks ${absent.join(', ')}` }];
        tables.push({ ...found, repaired: 0, unrepaired: different, reasons, removed: 0 });
        continue;
      }
      const { repaired, unrepaired, removed } = await repairRows({ ...options, warehouse, settledLsn: position.settledLsn }, shape, differences);
      log(`${table}: ${repaired} of ${different} rows repaired${removed > 0 ? `, ${removed} versions taken out` : ''}`);
      for (const { key, reason, detail } of unrepaired.slice(0, shownReasons)) log(`${table}: ${key} stays different: ${reason}, ${detail}`);
      tables.push({ ...found, repaired, unrepaired: unrepaired.length, reasons: unrepaired.slice(0, shownReasons), removed });
    }
    await recordReconciliations(warehouse, tables, goodForMs);
    const sum = (of: (table: Reconciliation) => number): number => tables.reduce((total, table) => total + of(table), 0);
    return { lsn, committedAt, rows: sum((one) => one.rows), different: sum((one) => one.different), repaired: sum((one) => one.repaired), unrepaired: sum((one) => one.unrepaired), tables };
  } finally {
    await warehouse.close();
  }
}
