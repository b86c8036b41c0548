import { setTimeout as delay } from 'node:timers/promises';
import { formatLsn, parseLsn } from 'crm_cdc';
import { createRandom } from '../random.js';
import { until } from '../product.client.js';
import { describeStep, type FaultStep } from './fault.plan.js';
import type { FaultStack } from './fault.stack.js';
import { signal, strike } from './process.signal.js';
import type { WatermarkWatch } from './watermark.watch.js';
import type { FaultWriter } from './write.load.js';

/** What a run works with. */
export interface RunOptions {
  readonly stack: FaultStack;
  readonly watch: WatermarkWatch;
  /** Writes the rows that come with a change of shape. */
  readonly shaper: FaultWriter;
  readonly seed: number;
  readonly log: (line: string) => void;
}

/** What happened in a run. */
export interface RunReport {
  readonly kills: Readonly<Record<string, number>>;
  /** How long it took to catch up with everything committed, each time it was asked, ms. */
  readonly recoveries: readonly number[];
}

// A part that died is back within a second; on a busy machine a crash recovery takes longer.
const patienceMs = 180_000;
// An orderly shutdown takes a second or two; an operator whose Postgres does not end asks for the immediate one.
const shutdownMs = 20_000;
// Broker, Connect and its task come back one after the other, each with programs of Java to load.
const distributedPatienceMs = 240_000;

const first = (pids: readonly number[]): number => pids[0] ?? 0;

/** Runs the steps one after the other; faults that last go on beside the next ones. */
export async function runFaults(steps: readonly FaultStep[], options: RunOptions): Promise<RunReport> {
  const kills: Record<string, number> = {};
  const recoveries: number[] = [];
  const lasting = new Set<Promise<void>>();
  const random = createRandom(options.seed + 1);
  const last = (lastsMs: number, end: () => void | Promise<void>): void => {
    const one = delay(lastsMs).then(end).finally(() => lasting.delete(one));
    lasting.add(one);
  };
  for (const [index, step] of steps.entries()) {
    await delay(step.afterMs);
    options.log(`${index + 1}/${steps.length} ${describeStep(step)}`);
    if (step.kind === 'calm') {
      await Promise.all(lasting);
      recoveries.push(await caughtUp(options));
      continue;
    }
    await apply(step, options, random, last);
    if (step.kind === 'kill') kills[step.target] = (kills[step.target] ?? 0) + 1;
  }
  await Promise.all(lasting);
  recoveries.push(await caughtUp(options));
  return { kills, recoveries };
}

async function apply(step: Exclude<FaultStep, { kind: 'calm' }>, { stack, shaper }: RunOptions, random: () => number, last: (lastsMs: number, end: () => void | Promise<void>) => void): Promise<void> {
  switch (step.kind) {
    case 'kill':
      await strike(() => stack.victims(step.target), 'SIGKILL', (pids) => pids[Math.floor(random() * pids.length)]!, patienceMs);
      return;
    case 'restart':
      await strike(() => stack.victims(step.target), 'SIGTERM', first, patienceMs);
      return;
    case 'shutdown': {
      const pid = await strike(() => stack.victims('postmaster'), step.mode === 'smart' ? 'SIGTERM' : step.mode === 'fast' ? 'SIGINT' : 'SIGQUIT', first, patienceMs);
      // Smart waits for clients to leave, and ours do not: like an operator, it loses patience and asks for the fast one.
      if (step.mode === 'smart') last(1_000, () => { if (first(stack.victims('postmaster')) === pid) signal(pid, 'SIGINT'); });
      // Postgres 18.4 never ends a fast shutdown that meets it while it starts anew after the death of a server process: its checkpointer waits for ever.
      if (step.mode !== 'immediate') last(0, () => until(() => Promise.resolve(first(stack.victims('postmaster')) !== pid), (over) => over, shutdownMs).then(() => undefined, () => { signal(pid, 'SIGQUIT'); }));
      return;
    }
    case 'freeze': {
      const pid = await strike(() => stack.victims(step.target), 'SIGSTOP', first, patienceMs);
      last(step.lastsMs, () => { signal(pid, 'SIGCONT'); });
      return;
    }
    case 'line': {
      const proxy = stack.proxies.get(step.link);
      if (!proxy) throw new Error(`there is no line ${step.link}`);
      last(step.lastsMs, proxy.poison(step.toxic));
      return;
    }
    case 'gate': {
      const { gate } = stack;
      const before = gate.spoiled[step.mode];
      const open = gate.spoil(step.mode);
      // A gate that nothing meets spoils nothing: wait for the first INSERT, within reason; then it stays beside the next steps.
      await until(() => Promise.resolve(gate.spoiled[step.mode]), (count) => count > before, 15_000).catch(() => undefined);
      last(step.lastsMs, open);
      return;
    }
    case 'disk_full': {
      // Where no small filesystem can be mounted, the answers of a full disk are all there is.
      last(step.lastsMs, stack.disk ? stack.disk.fill() : stack.gate.spoil('no_space'));
      return;
    }
    case 'ddl':
      await shaper.insist((script) => {
        script.insertWith(step.column);
        return [{ sql: step.sql, values: [] }];
      });
  }
}

/** Waits until the watermark has reached everything written so far; answers how long that took, ms. */
export async function caughtUp({ stack, watch }: Pick<RunOptions, 'stack' | 'watch'>): Promise<number> {
  const begun = performance.now();
  const position = async (): Promise<bigint> => parseLsn((await stack.run<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn'))[0]!.lsn);
  let goal = 0n;
  await until(async () => (goal = await position().catch(() => 0n)) > 0n, (known) => known, patienceMs);
  const limit = stack.profile === 'kafka' ? distributedPatienceMs : patienceMs;
  await until(() => Promise.resolve(watch.highest >= goal), (reached) => reached, limit).catch(() => {
    throw new Error(`not caught up with ${formatLsn(goal)} within ${limit} ms; the watermark is ${formatLsn(watch.highest)}`);
  });
  return Math.round(performance.now() - begun);
}
