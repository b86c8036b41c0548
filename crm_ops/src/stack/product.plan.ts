import fs from 'node:fs';
import path from 'node:path';
import { readerUrl } from 'crm_warehouse';
import { ROOT, type SampleSize } from '../config.js';
import type { Secrets } from '../data/secrets.file.js';
import type { PartSpec } from '../parts/part.process.js';
import type { TaskSpec } from '../parts/task.process.js';
import { LaunchError } from './launch.error.js';

/** Everything the launcher starts. Whatever does not wait for another part starts at once: most of a start is loading programs. */
export interface Plan {
  /** Needed by the tasks. */
  readonly stores: readonly PartSpec[];
  /** Started with the stores and needed by the services. */
  readonly early: readonly PartSpec[];
  /** Like `early`, but stopped before those: Connect writes to the broker until its end. */
  readonly relays?: readonly PartSpec[];
  /** Started with the stores; nothing waits for them but the end of the start. */
  readonly beside: readonly PartSpec[];
  /** Run one after the other once the stores serve. */
  readonly tasks: readonly TaskSpec[];
  /** Started side by side after the tasks. */
  readonly services: readonly PartSpec[];
  /** Settings as `run.json` hands them to commands beside the product. */
  readonly env: Readonly<Record<string, string>>;
  /** True when the password logins of the sample business exist. */
  readonly demo: boolean;
  readonly demoPassword: string;
}

/** Known to everyone who reads the README: it only opens a product on the loopback address with made-up people in it. */
export const DEMO_PASSWORD = 'crm-demo-2026';

/** People of the sample business, one for each role. */
export const DEMO_USERS: readonly string[] = ['admin', 'exec', 'manager', 'rep', 'analyst', 'finance'].map((name) => `${name}@crm.test`);

/** The size of the sample: the default is small, but nothing is ever put into somebody's own database unasked. */
export function sampleFor(asked: SampleSize | undefined, env: Readonly<Record<string, string>>): SampleSize {
  return asked ?? (env['CRM_PG_URL'] ? 'none' : 'small');
}

/** True when the parts that use `name` are served by somebody else. */
function given(env: Readonly<Record<string, string>>, name: string): boolean {
  return Boolean(env[name]);
}

/** Composes the product from the settings, the folder's secrets and free ports. */
export function productPlan(inputs: {
  readonly dataDir: string;
  readonly port: number;
  readonly sample: SampleSize;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  readonly ports: Readonly<Record<'postgres' | 'warehouse' | 'semantic' | 'kafka' | 'connect' | 'metrics', number>>;
}): Plan {
  const { dataDir, port, sample, env, secrets, ports } = inputs;
  const ownPostgres = !given(env, 'CRM_PG_URL');
  const ownWarehouse = !given(env, 'CRM_CLICKHOUSE_URL');
  const ownCube = !given(env, 'CRM_CUBE_URL');
  const profile = env['CRM_PROFILE'] || (ownPostgres ? 'demo' : 'production');
  const demoPassword = env['CRM_DEMO_PASSWORD'] || DEMO_PASSWORD;
  const pg = (user: string, password: string): string => `postgres://${user}:${password}@127.0.0.1:${ports.postgres}/crm`;

  const settings: Record<string, string> = {
    CRM_PROFILE: profile,
    CRM_PORT: String(port),
    CRM_URL: `${env['CRM_TLS_CERT'] ? 'https' : 'http'}://127.0.0.1:${port}`,
    CRM_DATA_DIR: dataDir,
    CRM_SAMPLE: sample,
    CRM_DEMO_PASSWORD: demoPassword,
    ...(env['CRM_SEED'] ? { CRM_SEED: env['CRM_SEED'] } : {}),
    ...(ownPostgres
      ? {
          CRM_PG_URL: pg('crm_app', secrets.pg_app),
          CRM_PG_ADMIN_URL: pg('crm_owner', secrets.pg_owner),
          CRM_PG_STREAM_URL: pg('crm_stream', secrets.pg_stream),
        }
      : pick(env, ['CRM_PG_URL', 'CRM_PG_ADMIN_URL', 'CRM_PG_STREAM_URL'])),
    CRM_CLICKHOUSE_URL: ownWarehouse ? `http://crm:${secrets.clickhouse}@127.0.0.1:${ports.warehouse}` : (env['CRM_CLICKHOUSE_URL'] ?? ''),
    CRM_CUBE_URL: ownCube ? `http://127.0.0.1:${ports.semantic}` : (env['CRM_CUBE_URL'] ?? ''),
    // Where the stream can be watched; known from run.json to whoever wants to look.
    CRM_CDC_METRICS_PORT: env['CRM_CDC_METRICS_PORT'] || String(ports.metrics),
    // Somebody's own semantic layer has its own key, which only they can tell us.
    CRM_CUBE_SECRET: env['CRM_CUBE_SECRET'] || secrets.cube,
    // With brokers given the stream reads from Kafka; commands beside the product must find the same servers, group and slot.
    ...pick(env, [...Object.keys(env).filter((name) => name.startsWith('CRM_KAFKA_')), 'CRM_CDC_SLOT']),
  };
  const full = { ...env, ...settings };
  const part = (name: string, entry: string, more: Record<string, string> = {}): PartSpec => ({ name, entry: compiled(entry), env: { ...full, ...more } });
  const task = (name: string, entry: string, args: readonly string[]): TaskSpec => ({ name, entry: compiled(entry), args, env: full });
  const sampleDone = fs.existsSync(path.join(dataDir, SAMPLE_MARK));

  return {
    stores: [
      // The superuser's password goes to the one part that needs it and into no file but secrets.json.
      // After a crash it replays up to 4 GB of log first: ended before that, it would begin from the start, for ever.
      ...(ownPostgres ? [{ ...part('postgres', 'crm_db/dist/server.main.js', { CRM_PG_SUPERUSER_PASSWORD: secrets.pg_superuser }), readyMs: 1_800_000 }] : []),
    ],
    early: [
      // Read by libuv before the part's own code runs: queries of the engine wait on its threads, and four would be too few.
      ...(ownWarehouse ? [part('warehouse', 'crm_warehouse/dist/server.main.js', { UV_THREADPOOL_SIZE: '24' })] : []),
    ],
    beside: [
      // Compiles its models for seconds before it first asks the warehouse anything.
      // Cube only ever reads, so it gets the user that can do no more; what its proof of the KPIs finds is written with the rights of the sink.
      ...(ownCube ? [part('semantic', 'crm_semantic/dist/server.main.js', ownWarehouse ? { CRM_CUBE_CLICKHOUSE_URL: readerUrl(settings['CRM_CLICKHOUSE_URL'] ?? '') } : {})] : []),
    ],
    tasks: [
      task('migrations', 'crm_db/dist/migrate.cli.js', ['up']),
      ...(sample === 'none' || sampleDone ? [] : [task('sample', 'crm_db/dist/sample.cli.js', [])]),
    ],
    services: [
      // Ready means streaming, and before the first stream stands a copy of every row: minutes for the full sample.
      { ...part('cdc', 'crm_cdc/dist/stream.main.js'), readyMs: 3_600_000 },
      part('api', 'crm_api/dist/server.main.js'),
      part('jobs', 'crm_api/dist/worker.main.js'),
      part('ml', 'crm_ml/dist/worker.main.js'),
    ],
    env: settings,
    demo: profile === 'demo',
    demoPassword,
  };
}

/** Written when the sample is complete; a start after an interrupted one repeats it. */
export const SAMPLE_MARK = 'sample.json';

/** Absolute path of a compiled program. @throws LaunchError when it was not built. */
export function compiled(entry: string): string {
  const file = path.join(ROOT, entry);
  if (!fs.existsSync(file)) throw new LaunchError(`${entry} is missing: run npm run build, then npm start.`);
  return file;
}

function pick(env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value) found[name] = value;
  }
  return found;
}
