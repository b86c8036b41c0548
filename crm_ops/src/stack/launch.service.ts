import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from 'crm_db';
import { readConfig, type SampleSize } from '../config.js';
import { prepareFolder } from '../data/folder.check.js';
import { readJson, writeJson } from '../data/json.file.js';
import { FolderLock } from '../data/lock.file.js';
import { loadSecrets } from '../data/secrets.file.js';
import { readHealth } from '../net/health.probe.js';
import { assertPortFree } from '../net/port.probe.js';
import { LaunchError } from './launch.error.js';
import { productPlan, sampleFor, SAMPLE_MARK, type Plan } from './product.plan.js';
import { StackRunner, type RunningPart } from './stack.runner.js';

/** What to launch; what is missing is read from the environment (see README). */
export interface LaunchOptions {
  /** Folder that holds everything the product keeps; made when missing. */
  readonly dataDir?: string;
  /** Port of the product; 0 takes a free one. */
  readonly port?: number;
  readonly sample?: SampleSize;
  /** Added to the environment of the launcher; `CRM_*_URL` point at servers of one's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes the progress lines; silent when missing. */
  readonly print?: (line: string) => void;
  /** Work that must be done before the API starts, such as the build of the UI. */
  readonly beforeServices?: Promise<void>;
  /** Stops the launch, and what has been started, when it fires. */
  readonly signal?: AbortSignal;
  /** How long all parts together may take to become healthy, milliseconds (900,000: a full snapshot into the warehouse takes minutes). */
  readonly healthyMs?: number;
  /** Other parts than the product's, for the supervisor's own tests. */
  readonly planner?: typeof productPlan;
}

/** A running product. */
export interface Product {
  /** `http://127.0.0.1:<port>`, https where the API speaks TLS itself */
  readonly url: string;
  readonly dataDir: string;
  /** The parts' current processes; the number of one that died changes. */
  readonly parts: readonly RunningPart[];
  /** Settings of the parts: connection URLs and keys, as in `run.json`. */
  readonly env: Readonly<Record<string, string>>;
  /** True when password logins exist. */
  readonly demo: boolean;
  readonly demoPassword: string;
  /** `kill -9` of one part; the supervisor starts it again. */
  kill(part: string): Promise<void>;
  /** Stops all parts in reverse order; resolves when nothing is left running. */
  stop(): Promise<void>;
  /** Ends all parts at once. */
  killAll(): void;
}

/** Starts the product and waits until it is healthy. @throws LaunchError with one line that names the cure; nothing is left running. */
export async function launch(options: LaunchOptions = {}): Promise<Product> {
  const config = readConfig();
  const env = { ...config.env, ...options.env };
  const dataDir = path.resolve(options.dataDir ?? config.dataDir);
  const print = options.print ?? ((): void => undefined);
  const sample = sampleFor(options.sample ?? config.sample, env);

  prepareFolder(dataDir, sample);
  const lock = await FolderLock.claim(dataDir);
  const runner = new StackRunner(lock, { logDir: path.join(dataDir, 'logs'), print });
  const runFile = path.join(dataDir, 'run.json');
  const stop = async (): Promise<void> => {
    // First, so that no command starts to use what is about to go.
    fs.rmSync(runFile, { force: true });
    await runner.stop();
    lock.release();
  };
  const interrupted = new LaunchError('The start was interrupted; nothing is left running.');
  let interrupt: () => void = () => undefined;
  const aborted = new Promise<void>((_resolve, reject) => {
    interrupt = () => {
      reject(interrupted);
      stop().catch(() => undefined); // Awaited below, where its error is seen.
    };
  });
  aborted.catch(() => undefined); // Nobody waits for it except the steps that can last.
  try {
    options.signal?.throwIfAborted();
    options.signal?.addEventListener('abort', interrupt, { once: true });
    const secrets = loadSecrets(dataDir);
    const asked = options.port ?? config.port;
    if (asked !== 0) await assertPortFree(asked);
    const [postgres = 0, warehouse = 0, semantic = 0, kafka = 0, connect = 0, metrics = 0, own = 0] = await freePorts(7);
    const port = asked === 0 ? own : asked;
    const plan = (options.planner ?? productPlan)({ dataDir, port, sample, env, secrets, ports: { postgres, warehouse, semantic, kafka, connect, metrics } });

    await startAll(plan, runner, dataDir, print, options.beforeServices && Promise.race([options.beforeServices, aborted]));
    const url = plan.env['CRM_URL'] ?? `http://127.0.0.1:${port}`;
    await untilHealthy(url, print, options.healthyMs ?? 900_000, options.signal);
    writeJson(runFile, { pid: process.pid, port, url, env: plan.env });
    return {
      url,
      dataDir,
      env: plan.env,
      demo: plan.demo,
      demoPassword: plan.demoPassword,
      get parts() {
        return runner.parts;
      },
      kill: (part) => runner.kill(part),
      stop,
      killAll: () => runner.killAll(),
    };
  } catch (error) {
    await stop();
    if (options.signal?.aborted) throw interrupted;
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
  }
}

async function startAll(plan: Plan, runner: StackRunner, dataDir: string, print: (line: string) => void, before: Promise<void> | undefined): Promise<void> {
  const ready = (name: string): void => print(`${name} is ready`);
  const first = [...plan.stores, ...plan.early, ...(plan.relays ?? []), ...plan.beside].map(({ name }) => name);
  if (first.length > 0) print(`starting ${first.join(', ')}`);
  const stores = runner.startGroup(plan.stores, ready);
  // Groups of their own, because each is stopped before the one that it writes to.
  const early = Promise.all([runner.startGroup(plan.early, ready), runner.startGroup(plan.relays ?? [], ready)]);
  const beside = runner.startGroup(plan.beside, ready);
  for (const each of [early, beside]) each.catch(() => undefined); // Awaited below, unless something else fails first.
  await stores;
  for (const task of plan.tasks) {
    print(task.name === 'sample' ? `writing the sample business (${plan.env['CRM_SAMPLE'] ?? ''}); this happens once` : `${task.name}: running`);
    let last = '';
    let shown = 0;
    const own = `${task.name}: `;
    await runner.runTask(task, (said) => {
      const line = said.startsWith(own) ? said.slice(own.length) : said;
      last = line;
      // One line a second is progress, more is noise.
      if (Date.now() - shown < 1000) return;
      shown = Date.now();
      print(`${task.name}: ${line}`);
    });
    print(last === '' ? `${task.name}: done` : `${task.name}: done (${last})`);
    if (task.name === 'sample') writeJson(path.join(dataDir, SAMPLE_MARK), { sample: plan.env['CRM_SAMPLE'], completed_at: new Date().toISOString() });
  }
  await early;
  await before;
  print(`starting ${plan.services.map(({ name }) => name).join(', ')}`);
  const waiting = new Set(plan.services.map(({ name }) => name));
  // A first copy into the warehouse can last minutes; silence would look like a fault.
  const reminder = setInterval(() => print(`waiting for ${[...waiting].join(', ')}${waiting.has('cdc') ? ' (the first start copies every row into the warehouse)' : ''}`), 15_000);
  const served = (name: string): void => {
    waiting.delete(name);
    ready(name);
  };
  try {
    await Promise.all([runner.startGroup(plan.services, served), beside]);
  } finally {
    clearInterval(reminder);
  }
}

async function untilHealthy(url: string, print: (line: string) => void, withinMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + withinMs;
  let told = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const { ok, down } = await readHealth(url);
    if (ok) return;
    const waiting = down.length > 0 ? `waiting for ${down.join(', ')}` : 'waiting for the API to answer';
    if (Date.now() > deadline) {
      throw new LaunchError(`The product is not healthy after ${Math.round(withinMs / 1000)} s (${waiting}): read the files in the folder logs of the data folder.`);
    }
    if (Date.now() - told > 5000) {
      told = Date.now();
      print(waiting);
    }
    await pause(50);
  }
}

/** What a running product on `dataDir` was given, or null when none runs there. */
export function readRun(dataDir: string): { readonly pid: number; readonly port: number; readonly env: Readonly<Record<string, string>> } | null {
  const run = readJson(path.join(dataDir, 'run.json'));
  if (run === null || run === 'damaged' || typeof run['pid'] !== 'number' || typeof run['port'] !== 'number') return null;
  return { pid: run['pid'], port: run['port'], env: run['env'] as Readonly<Record<string, string>> };
}
