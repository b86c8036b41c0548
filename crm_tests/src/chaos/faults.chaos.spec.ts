import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareParity } from 'crm_cdc';
import { readConfig } from '../config.js';
import { planFaults } from '../support/faults/fault.plan.js';
import { runFaults } from '../support/faults/fault.runner.js';
import { FaultStack } from '../support/faults/fault.stack.js';
import { checkHistory } from '../support/faults/history.check.js';
import { processTable } from '../support/faults/process.table.js';
import { WatermarkWatch } from '../support/faults/watermark.watch.js';
import { WriteLedger } from '../support/faults/write.ledger.js';
import { FaultWriter, WriteLoad } from '../support/faults/write.load.js';
import { until } from '../support/product.client.js';

const config = readConfig();

for (const profile of config.faultProfiles) {
  for (let round = 0; round < config.faultRounds; round++) {
    const seed = config.seed + round;
    describe(`faults of the ${profile} stream under a steady load (CRM_TEST_SEED=${seed})`, () => {
      const kills = config.faultKills[profile];
      const steps = planFaults(seed, profile, kills);
      const done: string[] = [];
      let starting: Promise<FaultStack> | undefined;
      let stack: FaultStack;

      beforeAll(async () => {
        process.stdout.write(`fault suite: ${profile}, seed ${seed}, ${steps.length} steps\n`);
        starting = FaultStack.start(profile);
        stack = await starting;
      }, 300_000);
      afterAll(async () => {
        // A start that took too long goes on without us: wait for its end, so that nothing of it stays.
        await starting?.then((one) => one.stop(), () => undefined);
      }, 200_000);

      it('loses nothing, doubles nothing and never says too much', async () => {
        const ledger = new WriteLedger();
        const load = { url: stack.urls.app, seed, pauseMs: 40, ledger };
        const writers = new WriteLoad({ ...load, writers: 4 });
        const shaper = new FaultWriter({ ...load, url: stack.urls.admin }, 9);
        const watch = new WatermarkWatch(stack.warehouse, profile, ledger);
        const memory = new MemoryWatch(() => stack.parts.get('cdc')?.pid);
        const context = (): string => `seed ${seed}\n${done.slice(-12).join('\n')}\n${stack.lines.slice(-12).join('\n')}\n${logTail(stack.folder, 'cdc')}`;
        const begun = performance.now();
        writers.start();
        watch.start();
        memory.start();
        try {
          const report = await runFaults(steps, { stack, watch, shaper, seed, log: (line) => done.push(`${Math.round((performance.now() - begun) / 100) / 10} s ${line}`) });
          await writers.stop();
          const seconds = (performance.now() - begun) / 1000;

          const parity = await compareParity({ postgresUrl: stack.urls.stream, warehouseUrl: stack.urls.warehouse, source: profile, waitMs: 180_000, log: (line) => stack.lines.push(line) });
          expect(parity.different).withContext(`parity: ${JSON.stringify(parity.tables.filter((table) => table.different > 0), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n${context()}`).toBe(0);
          expect(parity.rows).toBeGreaterThan(2_000);
          await until(() => Promise.resolve(ledger.takeUntil(0n).length === 0 && watch.highest >= parity.lsn), (yes) => yes, 20_000);
          await watch.stop();
          const history = await checkHistory(stack.warehouse, ledger);
          expect(history.problems.slice(0, 20)).withContext(context()).toEqual([]);
          expect(watch.violations.slice(0, 20)).withContext(context()).toEqual([]);
          expect(watch.checked).toBeGreaterThan(0.5 * ledger.counts.versions);
          expect(ledger.problems.slice(0, 10)).withContext(context()).toEqual([]);
          expect(ledger.counts.committed).withContext('a load worth the name').toBeGreaterThan(steps.length * 5);
          const [letters] = await stack.warehouse.rows<{ n: string }>('SELECT count() AS n FROM crm_cdc.dead_letter');
          expect(letters?.n).withContext('no row was unstorable, so there is no cause for a dead letter').toBe('0');
          const repaired = await stack.warehouse.rows('SELECT * FROM crm_cdc.reconciliation WHERE different > 0 OR repaired > 0 LIMIT 5');
          expect(repaired).withContext(`the reconciler of the stream found differences\n${context()}`).toEqual([]);
          const kept = await keptLog(stack);
          expect(kept).withContext('log kept by the slot after recovery, bytes').toBeLessThan(64 * 1024 * 1024);
          expect(memory.highest).withContext('memory of the stream, bytes').toBeLessThan(768 * 1024 * 1024);
          expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBe(kills);
          process.stdout.write(`fault suite: ${profile}, seed ${seed}, ${seconds.toFixed(0)} s: kills ${JSON.stringify(report.kills)}; ledger ${JSON.stringify(ledger.counts)}; ${history.repeated} repeated deliveries merged; `
            + `${watch.checked} versions checked in ${watch.looks} looks at the watermark; caught up in ${report.recoveries.join(', ')} ms; stream at most ${Math.round(memory.highest / 1048576)} MB; ${Math.round(kept / 1024)} KB of log kept; `
            + `spoiled inserts ${JSON.stringify(stack.gate.spoiled)}; ${stack.disk ? 'real' : 'simulated'} full disk\n`);
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : String(error)}\n${context()}`, { cause: error });
        } finally {
          await writers.stop();
          await shaper.close();
          await watch.stop();
          memory.stop();
        }
      }, kills * (profile === 'kafka' ? 30_000 : 12_000) + 600_000);
    });
  }
}

/** Highest resident memory of a process that dies and comes back. */
class MemoryWatch {
  highest = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly pid: () => number | undefined) {}

  start(): void {
    this.timer = setInterval(() => {
      const pid = this.pid();
      if (pid !== undefined) this.highest = Math.max(this.highest, processTable().find((entry) => entry.pid === pid)?.memory ?? 0);
    }, 1_000);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }
}

/** Bytes of log that the slot keeps once it is idle; the server moves it on only when it writes down who is running, which a checkpoint does. */
async function keptLog(stack: FaultStack): Promise<number> {
  const ask = async (): Promise<number> => Number((await stack.run<{ kept: string }>(`SELECT max(pg_current_wal_lsn() - restart_lsn)::text AS kept FROM pg_replication_slots WHERE NOT temporary`))[0]?.kept);
  return until(ask, (kept) => kept < 64 * 1024 * 1024, 60_000).catch(ask);
}

function logTail(folder: string, part: string): string {
  try {
    return readFileSync(join(folder, 'logs', `${part}.log`), 'utf8').trim().split('\n').slice(-25).join('\n');
  } catch {
    return '';
  }
}
