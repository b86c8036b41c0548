import { createSecretKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import express from 'express';
import type { CubejsServerCore, CreateOptions } from '@cubejs-backend/server-core';
import type { SemanticConfig } from '../config.js';
import { applyCubeEnvironment } from '../config.js';
import { KeptRelations } from '../kept/kept.relations.js';
import { levelsRoute } from '../levels/levels.routes.js';
import { proofRoute } from '../proof/proof.routes.js';
import { startProofs } from '../proof/proof.schedule.js';
import { rowsRoute, stateRoute } from '../rows/rows.routes.js';
import type { RowsSource } from '../rows/rows.service.js';
import { streamRoute } from '../rows/stream.routes.js';
import { installNativeStandIn } from '../native/native.standin.js';
import { authenticate, groupsOf, parseClaims } from './access.context.js';
import { KeptAnswers } from './kept.answers.js';
import { keepLoads, keptRoute, type KeptSource } from './kept.routes.js';
import { LiveModel } from './live.model.js';
import { readAsked } from './asked.guard.js';
import { refuseHiddenMembers } from './member.guard.js';
import { nameTables } from './read.tables.js';
import { TableVersions } from './table.versions.js';
import { WarehouseDriver } from './warehouse.driver.js';

/** A running semantic layer. */
export interface SemanticServer {
  readonly url: string;
  /** Whether the TypeScript stand-in serves in place of Cube's native add-on. */
  readonly standIn: boolean;
  close(): Promise<void>;
}

/** Queries that run in the warehouse at once; more wait in Cube's queue. */
const concurrency = 8;
const sweepEveryMs = 30_000;

interface VersionRow {
  readonly table: string;
  readonly version: string;
}

/** Starts Cube's REST protocol on the loopback address of the configuration; rejects when the port is taken. */
export async function startSemanticServer(config: SemanticConfig): Promise<SemanticServer> {
  applyCubeEnvironment(config.cubeStoreHost);
  const standIn = installNativeStandIn();
  if (standIn && config.cubeStoreHost) {
    throw new Error('CRM_CUBESTORE_HOST needs the native add-on of Cube, which is missing: install @cubejs-backend/native with its scripts, or unset it');
  }
  const require = createRequire(import.meta.url);
  const { CubejsServerCore: Core } = require('@cubejs-backend/server-core') as { CubejsServerCore: typeof CubejsServerCore };
  // These load Cube at import, so they must follow the environment above.
  const { FreshOrchestrator } = await import('./fresh.orchestrator.js');
  const { CachingCompiler } = await import('./caching.compiler.js');
  const { CrmClickHouseQuery } = await import('./clickhouse.dialect.js');

  const driver = new WarehouseDriver(config.warehouse, concurrency);
  const versions = new TableVersions(async () => {
    const rows = await driver.query<VersionRow>(`SELECT table_name AS table, concat(toString(last_lsn), '/', toString(_version)) AS version FROM crm_raw._tables FINAL`, []);
    return new Map(rows.map(({ table, version }) => [table, version]));
  }, config.freshnessMs);

  const model = new LiveModel(driver, versions);
  const keeper = config.kept ? new WarehouseDriver(config.kept.warehouse, 2) : null;
  const keptRows = keeper && config.kept ? new KeptRelations({ command: (sql) => keeper.change(sql), query: (sql, values) => keeper.query(sql, values) }, versions, async () => (await model.current()).kept, config.kept.bytes) : null;
  if (keptRows) driver.reads(keptRows);

  let orchestrator: InstanceType<typeof FreshOrchestrator> | null = null;
  class SemanticCore extends Core {
    protected override createOrchestratorApi(...[drivers, options]: Parameters<CubejsServerCore['createOrchestratorApi']>): InstanceType<typeof FreshOrchestrator> {
      orchestrator = new FreshOrchestrator(versions, drivers, this.logger, options);
      return orchestrator;
    }

    protected override createCompilerApi(...[repository, options]: Parameters<CubejsServerCore['createCompilerApi']>): InstanceType<typeof CachingCompiler> {
      return new CachingCompiler(model, repository, (options?.['dbType'] ?? this.options.dbType) as ConstructorParameters<typeof CachingCompiler>[2], this.createCompilerApiOptions(options));
    }
  }
  // Made once: a key from text for each request would cost half a millisecond.
  const key = createSecretKey(Buffer.from(config.secret));
  const core = new SemanticCore({
    devServer: false,
    telemetry: false,
    basePath: '/cubejs-api',
    apiSecret: config.secret,
    cacheAndQueueDriver: config.cubeStoreHost ? 'cubestore' : 'memory',
    logger: (message: string, params: Record<string, unknown>) => logError(message, params),
    driverFactory: () => driver,
    dialectFactory: () => CrmClickHouseQuery,
    repositoryFactory: () => ({ localPath: () => '.', dataSchemaFiles: async () => [...(await model.current()).files] }),
    // Another version compiles anew, at the next question: fields that people define are figures without a restart.
    schemaVersion: async () => (await model.current()).version,
    scheduledRefreshTimer: false,
    orchestratorOptions: {
      continueWaitTimeout: config.continueWaitSeconds,
      queryCacheOptions: { queueOptions: { concurrency, continueWaitTimeout: config.continueWaitSeconds } },
    },
    checkAuth: (_request: unknown, token?: string) => ({ security_context: authenticate(key, token) }),
    contextToGroups: (context: { securityContext?: unknown }) => Promise.resolve(groupsOf(parseClaims(context.securityContext))),
    contextToApiScopes: () => Promise.resolve(['meta', 'data', 'sql']),
    queryRewrite: async (query: Parameters<typeof refuseHiddenMembers>[0]) => {
      const { members, asked } = await model.current();
      return readAsked(refuseHiddenMembers(query, members), asked);
    },
  } as unknown as CreateOptions);

  // Compiled before the part is ready: the first reader of the morning must not wait for it, and a broken model must not start.
  const compiler = await core.getCompilerApi({ securityContext: {}, requestId: 'start' } as unknown as Parameters<CubejsServerCore['getCompilerApi']>[0]);
  await compiler.metaConfig({ securityContext: {}, requestId: 'start' } as unknown as Parameters<typeof compiler.metaConfig>[0], {});
  const app = express();
  app.disable('x-powered-by');
  app.use(nameTables);
  app.get('/proof', proofRoute(key, driver));
  const source = (): RowsSource => ({ url, versions, model: () => model.current(), query: (sql, values) => driver.query(sql, values) });
  app.post('/rows', rowsRoute(key, source));
  app.post('/stream', streamRoute(key, () => ({ url, versions, rowBytes: (sql, values) => driver.rowBytes(sql, values) })));
  app.get('/state', stateRoute(key, source));
  const kept: KeptSource = { key, versions, answers: new KeptAnswers(), version: async () => (await model.current()).version };
  app.post('/kept', keptRoute(kept));
  app.post('/levels', levelsRoute(kept, source));
  app.post('/cubejs-api/v1/load', keepLoads(kept));
  await core.initApp(app);
  app.use(answerError);
  const server = createServer(app);
  await listen(server, config.listen.host, config.listen.port);
  const sweeper = setInterval(() => {
    orchestrator?.sweep();
    // A warehouse that does not answer now is asked again by the next sweep.
    void keptRows?.sweep().catch(() => undefined);
  }, sweepEveryMs);
  sweeper.unref();
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : config.listen.port;
  const url = `http://${config.listen.host}:${port}`;
  const proofs = config.proof ? startProofs(config.proof, { url, secret: config.secret }, driver, (line) => void (line && process.stderr.write(`semantic: ${line}\n`))) : null;
  return {
    url,
    standIn,
    close: async () => {
      clearInterval(sweeper);
      await proofs?.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await core.shutdown();
      server.closeAllConnections();
      await closed;
      await driver.release();
      await keptRows?.close();
      await keeper?.release();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = error.code === 'EADDRINUSE' ? `Port ${port} is taken: stop what listens there or change CRM_CUBE_URL` : error.message;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, host, () => resolve());
  });
}

/** What Cube leaves to Express becomes JSON too; Express tells an error handler by its four parameters. */
function answerError(error: Error & { status?: number }, _request: express.Request, response: express.Response, _next: express.NextFunction): void {
  // The gateway has usually answered by then and only passes the error on for the log.
  if (!response.headersSent) response.status(error.status ?? 500).json({ error: error.message });
}

/** Cube logs each step of each query, and one failure on every level: these are the lines worth having, once each. */
const worthALine: ReadonlySet<string> = new Set(['Error querying db', 'Internal Server Error', 'Compiling schema error', 'Orchestrator connection error']);

function logError(message: string, params: Record<string, unknown>): void {
  if (!worthALine.has(message)) return;
  process.stderr.write(`semantic: ${message}: ${(String(params['error']).split('\n')[0] ?? '').slice(0, 500)}\n`);
}
