import type { Server, ServerInjectOptions, ServerInjectResponse } from '@hapi/hapi';
import { createKnex, startTestCluster, testPassword, type TestCluster, type TestDatabase } from 'crm_db';
import { startTelemetry } from 'crm_telemetry';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { createServer } from '../app.js';
import { readConfig, type ApiConfig } from '../config.js';
import { openDatabase } from '../kernel/database.js';
import { FeatureFlags } from '../kernel/flags.js';
import { JobQueue } from '../kernel/jobs.js';
import { measureApi } from '../kernel/telemetry/api.telemetry.js';
import { openLog } from '../kernel/telemetry/part.log.js';

let cluster: Promise<TestCluster> | null = null;

// One server process for all specs of a run, each spec file with a database of its own.
afterAll(async () => {
  if (cluster) await (await cluster).stop();
  cluster = null;
}, 30_000);

/** A JSON document whose shape the spec knows. */
export type Json = Record<string, unknown> & { id: string };

/** An answer with its body parsed. */
export interface Answer<T = Json> {
  readonly status: number;
  readonly headers: ServerInjectResponse['headers'];
  readonly body: T;
  readonly text: string;
  readonly bytes: Buffer;
}

/** A signed-in caller. */
export interface Caller {
  readonly token: string;
  call<T = Json>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  get<T = Json>(path: string): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown): Promise<Answer<T>>;
  /** Makes one by POST, which must answer 201; gives its body. */
  make(path: string, body: unknown): Promise<Json>;
  patch<T = Json>(path: string, body: unknown): Promise<Answer<T>>;
  del(path: string): Promise<Answer>;
}

/** The whole API on a database of its own; every answer is checked against its declared schema. */
export interface TestApi {
  readonly server: Server;
  readonly db: Knex;
  readonly admin: Knex;
  readonly database: TestDatabase;
  readonly logged: Record<string, unknown>[];
  readonly jobs: JobQueue;
  inject(options: ServerInjectOptions | string): Promise<Answer>;
  /** Signs in as a demo user: admin, exec, manager, rep, analyst or finance. */
  as(role: string): Promise<Caller>;
  stop(): Promise<void>;
}

/** Starts it; stop it in `afterAll`. */
export async function startApi(env: Record<string, string> = {}, connect?: (config: ApiConfig) => Knex): Promise<TestApi> {
  cluster ??= startTestCluster();
  const database = await (await cluster).createDatabase();
  const config = readConfig({ CRM_PG_URL: database.appUrl, CRM_PORT: '0', CRM_DEMO_PASSWORD: testPassword, CRM_SECRETS_KEY: 'c'.repeat(64), ...env });
  const telemetry = await startTelemetry(config.telemetry);
  const measures = measureApi(telemetry);
  const db = connect?.(config) ?? openDatabase(database.appUrl, { max: 8, applicationName: 'crm_api_spec', onStatement: measures.statement });
  const admin = createKnex(database.adminUrl, { max: 2, applicationName: 'crm_api_spec_owner' });
  const logged: Record<string, unknown>[] = [];
  const log: Logger = openLog('api', 'warn', { write: (line) => { logged.push(JSON.parse(line) as Record<string, unknown>); } });
  const jobs = new JobQueue(database.appUrl, (error) => log.warn({ err: error }, 'queue'));
  const server = await createServer(config, { db, jobs, log, flags: new FeatureFlags(db), measures }, { checkResponses: true });
  const inject = async (options: ServerInjectOptions | string): Promise<Answer> => {
    const response = await server.inject(options);
    const json = /json/.test(String(response.headers['content-type'])) && response.headers['content-encoding'] === undefined && response.payload !== '';
    return { status: response.statusCode, headers: response.headers, text: response.payload, bytes: response.rawPayload, body: (json ? JSON.parse(response.payload) : {}) as Json };
  };
  return {
    server, db, admin, database, logged, jobs, inject,
    async as(role) {
      const answer = await inject({
        method: 'POST', url: '/crm/v1/auth/token', headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ grant_type: 'password', username: `${role}@crm.test`, password: testPassword }).toString(),
      });
      if (answer.status !== 200) throw new Error(`Signing in failed: ${answer.text}`);
      return caller(inject, String(answer.body['access_token']));
    },
    async stop() {
      await server.stop({ timeout: 2000 });
      await jobs.stop();
      await db.destroy();
      await admin.destroy();
      await telemetry.stop();
      await database.drop();
    },
  };
}

function caller(inject: TestApi['inject'], token: string): Caller {
  const call = async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> => {
    const answer = await inject({
      method, url: `/crm/v1${path}`,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return answer as unknown as Answer<T>;
  };
  return {
    token, call,
    get: (path) => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
    async make(path, body) {
      const answer = await call<Json>('POST', path, body);
      expect(answer.status).withContext(answer.text).toBe(201);
      return answer.body;
    },
    patch: (path, body) => call('PATCH', path, body),
    del: (path) => call('DELETE', path),
  };
}
