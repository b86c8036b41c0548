import { setTimeout as pause } from 'node:timers/promises';
import { createWarehouse } from 'crm_warehouse';
import type { ProofConfig } from '../config.js';
import type { CubeAddress } from './cube.statement.js';
import { allTasks, proveKpis, type ProofReport, type WarehouseReader } from './kpi.prover.js';
import { recordProof } from './proof.store.js';

/** Rests at least this many times as long as the last run took, so that a large database gives at most a tenth of a core to its proof. */
const restFactor = 10;

/** A prover that runs beside the semantic layer until it is stopped. */
export interface ProofSchedule {
  stop(): Promise<void>;
}

/** Proves every KPI again and again at the configured pace, one question at a time, and records what it finds; a failure is a line and a later try. */
export function startProofs(config: ProofConfig, cube: CubeAddress, reader: WarehouseReader, log: (line: string) => void): ProofSchedule {
  const ending = new AbortController();
  const warehouse = createWarehouse(config.warehouseUrl, { maxConnections: 2 });
  const tasks = allTasks();
  let next = 0;
  let last = '';
  const say = (line: string): void => {
    // A stream that stands for an hour is one line, not twelve.
    if (line !== last) log(line);
    last = line;
  };

  const once = async (): Promise<void> => {
    // What the last run had no time for comes first.
    const turn = [...tasks.slice(next), ...tasks.slice(0, next)];
    const report = await proveKpis({ ...config, cube, reader, tasks: turn, signal: ending.signal });
    next = (next + report.done) % tasks.length;
    await recordProof(warehouse, report);
    say(summary(report));
  };

  const running = (async () => {
    let wait = config.firstMs;
    for (;;) {
      await pause(wait, undefined, { signal: ending.signal });
      const began = Date.now();
      try {
        await once();
      } catch (error) {
        if (ending.signal.aborted) return;
        say(`the KPIs could not be proved: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`);
      }
      wait = Math.max(config.everyMs, restFactor * (Date.now() - began));
    }
  })().catch(() => undefined); // Only the end of the waiting gets here.

  return {
    stop: async () => {
      ending.abort();
      await running;
      await warehouse.close();
    },
  };
}

/** Nothing to say while all is equal; else the KPIs that are not. */
function summary(report: ProofReport): string {
  const wrong = [...new Set(report.results.filter(({ equal }) => !equal).map(({ kpi }) => kpi))];
  return wrong.length === 0 ? '' : `KPIs differ from the ledger: ${wrong.join(', ')}; npm run proof:kpis shows how`;
}
