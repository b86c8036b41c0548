import { setTimeout as delay } from 'node:timers/promises';
import { createWarehouse, type Warehouse } from 'crm_warehouse';
import { errorCode } from '../outcomes/error.classifier.js';
import { absentColumns, openMoment, type Moment, type MomentOptions } from './moment.service.js';
import { readAnewBehind } from './parity.service.js';
import { RangePlan, type RangeUnit } from './range.plan.js';
import { recordReconciliations, type Reconciliation } from './reconciliation.record.js';
import { repairRows } from './row.repair.js';
import { compareRows, type ParityDifference, type RowComparison } from './table.comparison.js';

/** How the rolling reconciler runs. */
export interface ReconcilerOptions {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  readonly publication?: string;
  /** Name of the stream's watermark; the furthest one when none is given. */
  readonly source?: string;
  /** A round over all tables begins at most this often, ms; 0 turns the reconciler off. */
  readonly everyMs: number;
  /** Longest share of the time in which it works. Default 0.03: a few percent of a core. */
  readonly share?: number;
  /** Rows of one range of keys. Default 50,000: less than a second on either server. */
  readonly rangeRows?: number;
  /** Rows compared at one moment, which bounds how long a snapshot is held. Default 100,000. */
  readonly stepRows?: number;
  readonly log?: (message: string) => void;
}

/** What a reconciler has done since it started. */
export interface ReconcilerStatistics {
  rounds: number;
  moments: number;
  rows: number;
  different: number;
  repaired: number;
  unrepaired: number;
  /** Moments that could not be opened or compared to the end. */
  interrupted: number;
}

/** A running reconciler. */
export interface Reconciler {
  readonly statistics: ReconcilerStatistics;
  /** Resolves after `stop()`; never rejects. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

// A moment is given up rather than kept: the next one is a minute away.
const waitMs = 20_000;
const slotTimeoutMs = 5_000;
// Nothing that the reconciler asks of Postgres may stand in somebody's way for longer.
const statementTimeoutMs = 30_000;
const firstGuessMs = 600_000;
const shownReasons = 10;

/** Compares table after table with Postgres for as long as it runs, repairs what differs and records the results. It waits out the loss of either server. */
export function startReconciler(options: ReconcilerOptions): Reconciler {
  const runner = new RollingReconciler(options);
  const ended = runner.run();
  return { statistics: runner.statistics, ended, stop: () => runner.stop(ended) };
}

interface Wrong { readonly unit: RangeUnit; readonly differences: readonly ParityDifference[]; readonly result: Reconciliation; readonly settledLsn: bigint }

class RollingReconciler {
  readonly statistics: ReconcilerStatistics = { rounds: 0, moments: 0, rows: 0, different: 0, repaired: 0, unrepaired: 0, interrupted: 0 };
  private readonly abort = new AbortController();
  private readonly warehouse: Warehouse;
  private readonly plan: RangePlan;
  private readonly log: (message: string) => void;
  private readonly moment: MomentOptions & { readonly warehouse: Warehouse };
  /** Ranges of the table that is being gone through, one behind the other. */
  private parts: Reconciliation[] = [];
  private roundBegan = performance.now();
  private roundMs = firstGuessMs;
  private failures = 0;

  constructor(private readonly options: ReconcilerOptions) {
    const { postgresUrl, publication, source } = options;
    this.log = options.log ?? (() => undefined);
    this.warehouse = createWarehouse(options.warehouseUrl, { retryForMs: 0, maxConnections: 2 });
    this.plan = new RangePlan(options.rangeRows ?? 50_000);
    this.moment = { postgresUrl, warehouse: this.warehouse, waitMs, slotTimeoutMs, signal: this.abort.signal, ...(publication === undefined ? {} : { publication }), ...(source === undefined ? {} : { source }) };
  }

  async run(): Promise<void> {
    while (this.options.everyMs > 0 && !this.abort.signal.aborted) {
      let pauseMs: number;
      try {
        const busyMs = await this.step();
        this.failures = 0;
        const share = this.options.share ?? 0.03;
        const rest = busyMs * (1 / share - 1);
        if (this.plan.isRoundDone) pauseMs = Math.max(rest, this.endRound(rest));
        else pauseMs = rest;
      } catch (error) {
        if (this.abort.signal.aborted) break;
        this.statistics.interrupted++;
        // Servers come and go and transactions stay open for a while; the first time is worth a line, then now and then.
        if (this.failures++ % 20 === 0) this.log(`the comparison with Postgres waits: ${error instanceof Error ? error.message : String(error)}`);
        pauseMs = Math.min(this.options.everyMs, 10_000);
      }
      await delay(pauseMs, undefined, { signal: this.abort.signal }).catch(() => undefined);
    }
    await this.warehouse.close();
  }

  async stop(ended: Promise<void>): Promise<void> {
    this.abort.abort();
    await ended;
  }

  /** Notes how long a round takes and answers how long to wait until the next one may begin, ms. */
  private endRound(rest: number): number {
    this.statistics.rounds++;
    const took = performance.now() - this.roundBegan;
    this.roundMs = Math.max(this.options.everyMs, took + rest);
    return this.options.everyMs - took;
  }

  /** Compares what fits into one moment; answers how long the servers worked, ms. */
  private async step(): Promise<number> {
    const results: Reconciliation[] = [];
    let busyMs = 0;
    const wrong: Wrong[] = [];
    const moment = await openMoment(this.moment);
    this.statistics.moments++;
    const begun = performance.now();
    const cut = (): void => void moment.close();
    this.abort.signal.addEventListener('abort', cut, { once: true });
    try {
      await moment.client.query(`SET LOCAL statement_timeout = ${statementTimeoutMs}; SET LOCAL lock_timeout = 2000`);
      if (this.plan.isRoundDone) {
        this.roundBegan = begun;
        this.plan.begin(moment.shapes.map((shape) => shape.name));
      }
      const streaming = await this.streaming();
      for (let rows = 0; rows < (this.options.stepRows ?? 100_000) && !this.abort.signal.aborted;) {
        const unit = await this.plan.next(moment);
        if (!unit) break;
        const found = streaming.has(unit.shape.name) ? await this.compare(moment, unit) : null;
        if (!found) {
          this.plan.skip(); // Being read anew or reshaped: nothing can be said of it at this moment.
          continue;
        }
        rows += found.comparison.rows;
        const { comparison: { differences }, result } = found;
        if (differences.length > 0) wrong.push({ unit, differences, result, settledLsn: moment.position.settledLsn });
        results.push(result);
        this.plan.done(unit);
      }
    } finally {
      this.abort.signal.removeEventListener('abort', cut);
      await moment.close();
      busyMs += performance.now() - begun;
    }
    return busyMs + await this.settle(results, wrong);
  }

  private async streaming(): Promise<ReadonlySet<string>> {
    const rows = await this.warehouse.rows<{ name: string }>(`SELECT table_name AS name FROM crm_raw._tables FINAL WHERE state = 'streaming'`);
    return new Set(rows.map((row) => row.name));
  }

  /** Compares a unit; null when its table changes under the comparison. */
  private async compare(moment: Moment, unit: RangeUnit): Promise<{ comparison: RowComparison; result: Reconciliation } | null> {
    const { shape, from, to } = unit;
    const begun = performance.now();
    if ((await absentColumns(this.warehouse, shape)).length > 0) return null;
    try {
      // After an error the transaction would be of no use to the tables that follow.
      await moment.client.query('SAVEPOINT unit');
      const comparison = await compareRows(moment, shape, { from, to });
      await moment.client.query('RELEASE SAVEPOINT unit');
      if (comparison.differences.length > 0 && (!(await this.streaming()).has(shape.name) || await readAnewBehind(this.warehouse, shape.name, moment.lsn))) return null;
      const different = comparison.differences.length;
      return {
        comparison,
        result: {
          table: shape.name, kind: from === undefined && to === undefined ? 'full' : 'sample', from, to, lsn: moment.lsn, committedAt: moment.committedAt,
          rows: comparison.rows, different, repaired: 0, unrepaired: different, reasons: [], removed: 0, durationMs: Math.round(performance.now() - begun),
        },
      };
    } catch (error) {
      // A column or table that is gone, a lock that is held, a statement that took too long.
      if (!['42703', '42P01', '55P03', '57014'].includes(errorCode(error) ?? '')) throw error;
      await moment.client.query('ROLLBACK TO SAVEPOINT unit');
      return null;
    }
  }

  /** Result of a whole table, once its last range is compared. */
  private whole(result: Reconciliation): Reconciliation[] {
    if (result.kind === 'full') return [];
    if (result.from === undefined) this.parts = [];
    // After an interruption a range may be missing: then only the next round can speak for the table.
    const last = this.parts.at(-1);
    if (result.from !== undefined && (last?.table !== result.table || last.to !== result.from)) return [];
    this.parts.push(result);
    if (result.to !== undefined) return [];
    const { parts } = this;
    const sum = (of: (part: Reconciliation) => number): number => parts.reduce((total, part) => total + of(part), 0);
    const oldest = parts.reduce((first, part) => (part.lsn < first.lsn ? part : first));
    return [{
      table: result.table, kind: 'full', lsn: oldest.lsn, committedAt: oldest.committedAt, rows: sum((part) => part.rows), different: sum((part) => part.different),
      repaired: sum((part) => part.repaired), unrepaired: sum((part) => part.unrepaired), reasons: parts.flatMap((part) => part.reasons).slice(0, shownReasons),
      removed: sum((part) => part.removed), durationMs: sum((part) => part.durationMs),
    }];
  }

  /** Repairs what differs, then records. */
  private async settle(results: Reconciliation[], wrong: readonly Wrong[]): Promise<number> {
    const begun = performance.now();
    for (const { unit: { shape }, differences, result, settledLsn } of wrong) {
      const { repaired, unrepaired, removed } = await repairRows({ ...this.moment, settledLsn }, shape, differences);
      results[results.indexOf(result)] = { ...result, repaired, unrepaired: unrepaired.length, removed, reasons: unrepaired.slice(0, shownReasons) };
      this.log(`${shape.name}: ${result.different} rows were different from Postgres, ${repaired} repaired${unrepaired[0] ? `; ${unrepaired[0].key} stays different: ${unrepaired[0].reason}, ${unrepaired[0].detail}` : ''}`);
    }
    await recordReconciliations(this.warehouse, results.flatMap((result) => [result, ...this.whole(result)]), 3 * this.roundMs + 60_000);
    for (const { rows, different, repaired, unrepaired } of results) {
      this.statistics.rows += rows;
      this.statistics.different += different;
      this.statistics.repaired += repaired;
      this.statistics.unrepaired += unrepaired;
    }
    return performance.now() - begun;
  }
}
