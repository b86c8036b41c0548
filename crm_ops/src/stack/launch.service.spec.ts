import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PartSpec } from '../parts/part.process.js';
import { events, isAlive, program, type PROGRAMS, temporaryFolder, until } from '../testing/programs.testing.js';
import { launch, readRun, type LaunchOptions, type Product } from './launch.service.js';
import type { productPlan } from './product.plan.js';

type Planner = typeof productPlan;
type ProgramName = keyof typeof PROGRAMS;

describe('launch', () => {
  let folder: string;
  let dataDir: string;
  let lines: string[];
  let products: Product[];

  beforeEach(() => {
    folder = temporaryFolder();
    dataDir = path.join(folder, 'data');
    lines = [];
    products = [];
  });
  afterEach(async () => {
    await Promise.all(products.map((product) => product.stop()));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A product of small programs: one store, the given tasks, one service beside the one that serves the health check. */
  function planner(tasks: ProgramName[] = ['task'], store: ProgramName = 'plain', service: ProgramName = 'plain'): Planner {
    return ({ port, dataDir: CRM_DATA_DIR }) => {
      const part = (PART: string, name: ProgramName): PartSpec => ({
        name: PART,
        entry: program(folder, name),
        env: { PART, CRM_DATA_DIR, CRM_PORT: String(port) },
      });
      return {
        stores: [part('store', store)],
        early: [part('early', 'plain')],
        beside: [],
        tasks: tasks.map((name) => ({ ...part('task', name), args: ['up'] })),
        services: [part('api', 'api'), part('service', service)],
        env: { CRM_PORT: String(port), CRM_CUBE_SECRET: 'x' },
        demo: true,
        demoPassword: 'p',
      };
    };
  }

  async function start(options: Partial<LaunchOptions> = {}): Promise<Product> {
    const product = await launch({ dataDir, port: 0, print: (line) => lines.push(line), planner: planner(), ...options });
    products.push(product);
    return product;
  }

  it('starts stores, tasks and services in order and stops them in reverse', async () => {
    const product = await start();
    expect((await fetch(`${product.url}/crm/v1/health`)).status).toBe(200);
    expect(product.parts.map(({ name }) => name)).toEqual(['store', 'early', 'api', 'service']);
    const pids = product.parts.map(({ pid }) => pid);
    await product.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    const noted = events(dataDir);
    expect(noted.indexOf('task up')).toBeGreaterThan(noted.indexOf('store start'));
    expect(noted.indexOf('service start')).toBeGreaterThan(noted.indexOf('early start'));
    expect(noted.slice(-2)).toEqual(['early stop', 'store stop']);
    expect(lines).toContain('task: done (12 rows written)');
    expect(fs.readdirSync(dataDir).sort()).toEqual(['events', 'logs', 'secrets.json']);
  });

  it('is healthy where the API speaks TLS itself, whatever name its certificate has', async () => {
    const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=crm.example.com', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const secured: Planner = (inputs) => {
      const plan = planner()(inputs);
      return {
        ...plan, env: { ...plan.env, CRM_URL: `https://127.0.0.1:${inputs.port}` },
        services: plan.services.map((part) => ({ ...part, env: { ...part.env, CRM_TLS_CERT: cert, CRM_TLS_KEY: key } })),
      };
    };
    expect((await start({ planner: secured, healthyMs: 20_000 })).url).toMatch(/^https:/);
  });

  it('says in run.json, to its owner only, what commands beside it need', async () => {
    const product = await start();
    const run = readRun(dataDir);
    expect(run?.pid).toBe(process.pid);
    expect(product.url).toBe(`http://127.0.0.1:${run?.port ?? 0}`);
    expect(run?.env['CRM_CUBE_SECRET']).toBe('x');
    expect(fs.statSync(path.join(dataDir, 'run.json')).mode & 0o777).toBe(0o600);
    await product.stop();
    expect(readRun(dataDir)).toBeNull();
  });

  it('starts a killed part again', async () => {
    const product = await start();
    const before = product.parts.find(({ name }) => name === 'service')?.pid;
    await product.kill('service');
    const after = await until(() => (lines.includes('service serves again') ? product.parts.find(({ name }) => name === 'service')?.pid : undefined));
    expect(after).not.toBe(before);
    await expectAsync(product.kill('nothing')).toBeRejectedWithError('There is no part nothing: use one of store, early, api, service.');
  });

  it('refuses a second launch on the same folder', async () => {
    await start();
    await expectAsync(start()).toBeRejectedWithError(/The product already runs on .*CRM_DATA_DIR/);
    expect(readRun(dataDir)).not.toBeNull();
  });

  it('refuses a busy port before anything is started', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    await expectAsync(start({ port })).toBeRejectedWithError(new RegExp(`Port ${port} is in use by another program: .*CRM_PORT=`));
    server.close();
    expect(events(dataDir)).toEqual([]);
    await start(); // The folder is free again.
  });

  it('leaves nothing running when a part or a task cannot start', async () => {
    await expectAsync(start({ planner: planner(['task'], 'plain', 'refuses') })).toBeRejectedWithError('service cannot start: the folder is damaged: delete it');
    await expectAsync(start({ planner: planner(['failingTask']) })).toBeRejectedWithError(/task failed: relation x exists: run down first \(more in .*task.log\)/);
    expect(events(dataDir).filter((event) => event === 'store start').length).toBe(2);
    expect(events(dataDir).filter((event) => event === 'store stop').length).toBe(2);
  });

  it('can be interrupted during a task', async () => {
    const interrupt = new AbortController();
    const launched = start({ planner: planner(['slowTask']), signal: interrupt.signal });
    await until(() => lines.includes('task: running'));
    interrupt.abort();
    await expectAsync(launched).toBeRejectedWithError('The start was interrupted; nothing is left running.');
    expect(events(dataDir).filter((event) => event.startsWith('store'))).toEqual(['store start', 'store stop']);
  });

  it('waits for work that must be done before the services start', async () => {
    let release = (): void => undefined;
    const beforeServices = new Promise<void>((resolve) => (release = resolve));
    const launched = start({ beforeServices });
    await until(() => events(dataDir).includes('task up'));
    expect(events(dataDir)).not.toContain('api start');
    release();
    await launched;
  });

  it('leaves nothing running when the launcher itself is killed, and the next launch works', async () => {
    const entry = path.join(folder, 'launcher.mjs');
    const here = fileURLToPath(new URL('./launch.service.js', import.meta.url));
    const programs = { plain: program(folder, 'plain'), api: program(folder, 'api'), parent: program(folder, 'parent') };
    fs.writeFileSync(entry, `import { launch } from ${JSON.stringify(here)};
      const part = (name, entry, port) => ({ name, entry, env: { PART: name, CRM_DATA_DIR: ${JSON.stringify(dataDir)}, CRM_PORT: String(port) } });
      const product = await launch({ dataDir: ${JSON.stringify(dataDir)}, port: 0, planner: ({ port }) => ({
        stores: [part('store', ${JSON.stringify(programs.parent)}, port)], early: [], beside: [], tasks: [],
        services: [part('api', ${JSON.stringify(programs.api)}, port)], env: {}, demo: false, demoPassword: '' }) });
      console.log(JSON.stringify(product.parts.map(({ pid }) => pid)));`);
    const launcher = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(launcher.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(said.toString()) as number[];
    const child = Number(/child (\d+)/.exec(events(dataDir).join('\n'))?.[1]);
    expect(pids.length).toBe(2);
    launcher.kill('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)));
    expect(events(dataDir).filter((event) => event.endsWith('disconnect')).sort()).toEqual(['api disconnect', 'store disconnect']);
    const product = await start();
    await until(() => !isAlive(child));
    expect(product.parts.length).toBe(4);
  });
});
