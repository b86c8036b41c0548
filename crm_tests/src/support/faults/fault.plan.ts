import type { FaultProfile } from '../../config.js';
import { createRandom } from '../random.js';
import type { Toxic } from './tcp.proxy.js';
import type { GateMode } from './warehouse.gate.js';

/** What SIGKILL hits: a part with all it started, Postgres' own first process, or one of its server processes (which crashes them all). */
export type KillTarget = 'postgres' | 'postmaster' | 'backend' | 'walsender' | 'warehouse' | 'cdc' | 'kafka' | 'connect';

/** A line between two processes that goes through a proxy. */
export type Link = 'stream-postgres' | 'stream-warehouse' | 'stream-kafka' | 'connect-postgres';

/** One fault. What lasts (`lastsMs`) goes on beside the next steps. */
export type FaultStep = {
  /** Pause before the step, ms. */
  readonly afterMs: number;
} & (
  | { readonly kind: 'kill'; readonly target: KillTarget }
  | { readonly kind: 'restart'; readonly target: 'warehouse' | 'cdc' | 'kafka' | 'connect' }
  | { readonly kind: 'shutdown'; readonly mode: 'smart' | 'fast' | 'immediate' }
  | { readonly kind: 'freeze'; readonly target: 'cdc' | 'warehouse'; readonly lastsMs: number }
  | { readonly kind: 'line'; readonly link: Link; readonly toxic: Toxic; readonly lastsMs: number }
  | { readonly kind: 'gate'; readonly mode: Exclude<GateMode, 'open'>; readonly lastsMs: number }
  | { readonly kind: 'disk_full'; readonly lastsMs: number }
  | { readonly kind: 'ddl'; readonly sql: string; readonly column: string | null }
  /** No fault: everything must be caught up with before the next step. */
  | { readonly kind: 'calm' }
);

const targets: Readonly<Record<FaultProfile, readonly (readonly [KillTarget, number])[]>> = {
  embedded: [['cdc', 16], ['warehouse', 14], ['postgres', 7], ['postmaster', 5], ['backend', 4], ['walsender', 4]],
  kafka: [['cdc', 12], ['warehouse', 10], ['kafka', 8], ['connect', 8], ['postgres', 5], ['postmaster', 3], ['walsender', 4]],
};
const links: Readonly<Record<FaultProfile, readonly Link[]>> = {
  embedded: ['stream-postgres', 'stream-warehouse'],
  kafka: ['stream-warehouse', 'stream-kafka', 'connect-postgres', 'stream-postgres'],
};

type Body<T> = T extends FaultStep ? Omit<T, 'afterMs'> : never;

// What once was not recovered from comes first in each run, alone: chance draws it seldom, and a later death may hide it.
const once: Readonly<Record<FaultProfile, readonly Body<FaultStep>[]>> = {
  embedded: [],
  kafka: [{ kind: 'line', link: 'connect-postgres', toxic: { kind: 'blackhole' }, lastsMs: 1_000 }, { kind: 'calm' }],
};

/** Composes the faults of a run: a pure function of its arguments. When they hit depends on the machine, which no seed can fix. */
export function planFaults(seed: number, profile: FaultProfile, kills: number): FaultStep[] {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const between = (low: number, high: number): number => Math.round(low + random() * (high - low));
  const toxics: readonly (() => Toxic)[] = [
    () => ({ kind: 'cut' }), () => ({ kind: 'blackhole' }), () => ({ kind: 'latency', ms: between(50, 300) }),
    () => ({ kind: 'bandwidth', bytesPerSecond: between(5_000, 100_000) }), () => ({ kind: 'slow_close', ms: between(200, 1_000) }),
    () => ({ kind: 'reset_after', bytes: between(100, 60_000) }),
  ];

  const others: Body<FaultStep>[] = [];
  // Every toxic on every line, as far as the number of kills asks for so many.
  const lines = links[profile].flatMap((link) => toxics.map((toxic): Body<FaultStep> => ({ kind: 'line', link, toxic: toxic(), lastsMs: between(400, 2_000) })));
  const few = kills < 40;
  others.push(...shuffled(lines, random).slice(0, Math.max(3, Math.min(lines.length, Math.round(kills / 4)))));
  for (const mode of ['smart', 'fast', 'immediate'] as const) others.push({ kind: 'shutdown', mode });
  for (const mode of ['no_space', 'half_written', 'lost_answer', 'torn_answer'] as const) others.push({ kind: 'gate', mode, lastsMs: between(500, 2_000) });
  others.push({ kind: 'restart', target: 'warehouse' }, { kind: 'restart', target: 'cdc' });
  if (profile === 'kafka') others.push({ kind: 'restart', target: 'kafka' }, { kind: 'restart', target: 'connect' });
  others.push({ kind: 'freeze', target: 'cdc', lastsMs: between(500, 1_500) }, { kind: 'freeze', target: 'warehouse', lastsMs: between(500, 1_500) });
  others.push({ kind: 'disk_full', lastsMs: between(500, 1_500) });
  if (!few) others.push({ kind: 'disk_full', lastsMs: between(1_000, 2_500) });
  const all = targets[profile].reduce((sum, [, weight]) => sum + weight, 0);
  const killSteps = targets[profile].flatMap(([target, weight]) => Array.from({ length: Math.floor((weight * kills) / all) }, (): Body<FaultStep> => ({ kind: 'kill', target })));
  while (killSteps.length < kills) killSteps.push({ kind: 'kill', target: pick(targets[profile])[0] });

  // Changes of shape follow from each other: chance draws their places, their order stays.
  const ddl = planDdl(random, few ? 5 : 10);
  const mixed = shuffled<Body<FaultStep> | 'ddl'>([...killSteps, ...others, ...ddl.map(() => 'ddl' as const)], random).map((step) => (step === 'ddl' ? ddl.shift()! : step));
  // A death while a shape changes is worth more than one at any other moment.
  for (let at = 0; at < mixed.length; at++) {
    if (mixed[at]!.kind !== 'ddl' || random() < 0.4) continue;
    const death = mixed.findIndex((step, place) => place > at && step.kind === 'kill' && step.target === 'cdc');
    if (death > at + 1) mixed.splice(at + 1, 0, ...mixed.splice(death, 1));
  }
  const every = Math.max(8, Math.ceil(mixed.length / 6));
  const drawn = mixed.flatMap((step, index): Body<FaultStep>[] => ((index + 1) % every === 0 && index + 1 < mixed.length ? [step, { kind: 'calm' }] : [step]));
  const steps = [...once[profile], ...drawn];
  return steps.map((step, index) => ({ ...step, afterMs: steps[index - 1]?.kind === 'ddl' ? between(0, 400) : between(50, 900) }) as FaultStep);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
  }
  return mixed;
}

/** One line for a person. */
export function describeStep(step: FaultStep): string {
  const { afterMs, kind, ...rest } = step;
  return `+${afterMs} ms ${kind} ${Object.keys(rest).length === 0 ? '' : JSON.stringify(rest)}`.trim();
}

/** Adds, renames and drops columns of the table that is written to most; each statement fits the ones before it. */
function planDdl(random: () => number, count: number): Body<FaultStep>[] {
  const columns: string[] = [];
  const table = 'crm_core.crm_fault_rows';
  return Array.from({ length: count }, (_, number): Body<FaultStep> => {
    const choice = columns.length === 0 ? 0 : random();
    const at = Math.floor(random() * columns.length);
    const fresh = `extra_${number + 1}`;
    if (choice < 0.45) {
      columns.push(fresh);
      const withDefault = random() < 0.5;
      return { kind: 'ddl', sql: `ALTER TABLE ${table} ADD COLUMN ${fresh} integer${withDefault ? ` NOT NULL DEFAULT ${Math.floor(random() * 1000)}` : ''}`, column: fresh };
    }
    const [old = ''] = columns.splice(at, 1);
    if (choice < 0.75) {
      columns.push(fresh);
      return { kind: 'ddl', sql: `ALTER TABLE ${table} RENAME COLUMN ${old} TO ${fresh}`, column: fresh };
    }
    return { kind: 'ddl', sql: `ALTER TABLE ${table} DROP COLUMN ${old}`, column: null };
  });
}
