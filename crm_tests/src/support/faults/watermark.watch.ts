import { setTimeout as delay } from 'node:timers/promises';
import { formatLsn } from 'crm_cdc';
import type { Warehouse } from 'crm_warehouse';
import { warehouseKey } from './history.check.js';
import type { FaultTable, Version, WriteLedger } from './write.ledger.js';

/** Reads the watermark again and again and holds it to its promise: it never goes back, and what it covers can be read. */
export class WatermarkWatch {
  readonly violations: string[] = [];
  /** Highest position seen. */
  highest = 0n;
  /** Versions that were found readable when the watermark covered them. */
  checked = 0;
  looks = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly warehouse: Warehouse, private readonly source: string, private readonly ledger: WriteLedger) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.look().catch(() => undefined); // The warehouse is dead at the moment: a fault of the run.
      await delay(100);
    }
  }

  private async look(): Promise<void> {
    const row = await this.warehouse.first<{ lsn: string }>('SELECT lsn FROM crm_raw._watermark FINAL WHERE source = {source:String}', { params: { source: this.source } });
    if (row === undefined) return;
    const lsn = BigInt(row.lsn);
    this.looks++;
    if (lsn < this.highest) this.violations.push(`the watermark went back from ${formatLsn(this.highest)} to ${formatLsn(lsn)}`);
    else this.highest = lsn;
    const byTable = new Map<FaultTable, Version[]>();
    for (const version of this.ledger.takeUntil(lsn)) byTable.set(version.table, [...(byTable.get(version.table) ?? []), version]);
    for (const [table, versions] of byTable) {
      for (;;) {
        try {
          this.violations.push(...await this.check(table, versions, lsn));
          this.checked += versions.length;
          break;
        } catch {
          if (this.stopped) return;
          await delay(100); // What was taken out of the ledger must be checked, however often the warehouse dies.
        }
      }
    }
  }

  private async check(table: FaultTable, versions: readonly Version[], lsn: bigint): Promise<string[]> {
    const violations: string[] = [];
    for (let at = 0; at < versions.length; at += 500) {
      const some = versions.slice(at, at + 500);
      const history = await this.warehouse.rows<{ k: string; op: string; stamp: string; at: string }>(
        `SELECT ${warehouseKey(table)} AS k, toString(_op) AS op, toString(stamp) AS stamp, toString(_lsn) AS at FROM crm_history.${table} WHERE stamp IN (${some.map(({ stamp }) => stamp).join(', ')}) AND _op != 'r'`);
      const raw = new Map((await this.warehouse.rows<{ k: string; newest: string }>(
        `SELECT ${warehouseKey(table)} AS k, toString(max(_version)) AS newest FROM crm_raw.${table} WHERE k IN (${some.map(({ key }) => `'${key}'`).join(', ')}) GROUP BY k`)).map((row) => [row.k, BigInt(row.newest)]));
      const found = new Map(history.map((row) => [`${row.k} ${row.op} ${row.stamp}`, BigInt(row.at)]));
      for (const { key, op, stamp } of some) {
        const at = found.get(`${key} ${op} ${stamp}`);
        if (at === undefined) violations.push(`the watermark said ${formatLsn(lsn)}, but ${op} of ${table} ${key} (${stamp}) could not be read in the history`);
        else if ((raw.get(key) ?? 0n) < at) violations.push(`the watermark said ${formatLsn(lsn)}, but crm_raw.${table} ${key} is older than ${formatLsn(at)}`);
      }
    }
    return violations;
  }
}
