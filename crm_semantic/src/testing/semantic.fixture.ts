import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { applyTable, createDialect, createWarehouse, migrateWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse } from 'crm_warehouse';
import { readConfig } from '../config.js';
import type { SecurityContext } from '../server/access.context.js';
import { startSemanticServer, type SemanticServer } from '../server/cube.server.js';
import { publishedTables } from './raw.tables.js';

/** The key that the specs sign tokens with. */
export const testSecret = 'a secret of the specs, long enough to be taken';

/** Default of CRM_CUBE_FRESHNESS_MS, which the specs use too. */
const freshness = 50;

/** A row to insert; what is left out takes its default. */
export type Row = Readonly<Record<string, unknown>>;

/** An answer of the semantic layer as it came. */
export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly data?: readonly Record<string, unknown>[]; readonly error?: string };
}

/** A number to make readable ids: `uuid(7)` is the same row everywhere. */
export function uuid(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** Claims of someone who may read everything, changed by `claims`. */
export function claimsOf(claims: Partial<SecurityContext> = {}): SecurityContext {
  const resources = ['deals', 'accounts', 'contacts', 'leads', 'activities', 'tickets', 'subscriptions', 'invoices', 'campaigns', 'acquisition', 'forecast'];
  return { sub: 'someone', roles: ['admin'], scopes: Object.fromEntries(resources.map((name) => [name, 'all'])), user_id: uuid(1), team_ids: [], region: null, hidden: {}, ...claims };
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The semantic layer over a real engine with empty tables of the mirror, in a folder of its own. */
export class SemanticFixture {
  private lsn = 1;

  private constructor(
    private readonly folder: string,
    public warehouse: EmbeddedWarehouse,
    readonly server: SemanticServer,
    private readonly extra: Readonly<Record<string, string>>,
  ) {}

  static async start(extra: Readonly<Record<string, string>> = {}): Promise<SemanticFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'crm_semantic_'));
    const warehouse = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'specs' });
    try {
      await createMirror(warehouse.url);
      return new SemanticFixture(folder, warehouse, await serverOver(warehouse.url, extra), extra);
    } catch (error) {
      await warehouse.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Another server over the same warehouse; whoever starts it closes it. */
  another(extra: Readonly<Record<string, string>>): Promise<SemanticServer> {
    return serverOver(this.warehouse.url, { ...this.extra, ...extra });
  }

  /** Inserts rows as the sink does and moves the state of the table on. */
  async insert(table: string, rows: readonly Row[]): Promise<void> {
    this.lsn += 1;
    const lines = rows.map((row) => JSON.stringify({ created_at: '2026-01-01 00:00:00', _version: this.lsn, ...row })).join('\n');
    await run(this.warehouse.url, `INSERT INTO crm_raw.${table} FORMAT JSONEachRow\n${lines}`);
    await this.moveOn(table);
  }

  /** Inserts versions of rows as the stream does, into history and so into the table; `_committed_at` says when, later versions of a row have a higher `_lsn`. */
  async insertVersions(table: string, versions: readonly Row[]): Promise<void> {
    this.lsn += versions.length;
    const lines = versions.map((row) => JSON.stringify({ created_at: '2026-01-01 00:00:00', _op: 'u', _xid: row['_lsn'], ...row })).join('\n');
    await run(this.warehouse.url, `INSERT INTO crm_history.${table} FORMAT JSONEachRow\n${lines}`);
    await this.moveOn(table);
  }

  /** Says from which instant on the history of a table answers. */
  beginHistory(table: string, at: string): Promise<string> {
    return run(this.warehouse.url, `INSERT INTO crm_raw._history_begins FORMAT JSONEachRow\n${JSON.stringify({ table_name: table, begins_at: at, reason: 'snapshot', _version: 1 })}`);
  }

  private async moveOn(table: string): Promise<void> {
    await run(this.warehouse.url, `INSERT INTO crm_raw._tables FORMAT JSONEachRow\n${JSON.stringify({ table_name: table, last_lsn: this.lsn, rows_applied: this.lsn, state: 'streaming', _version: this.lsn })}`);
  }

  /** Waits until the state that the semantic layer may still believe in is too old to be believed. */
  settled(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, freshness + 5));
  }

  /** Runs a statement in the warehouse, past the semantic layer. */
  sql(statement: string): Promise<string> {
    return run(this.warehouse.url, statement);
  }

  token(claims: Partial<SecurityContext> = {}): string {
    return jwt.sign(claimsOf(claims), testSecret, { algorithm: 'HS256', expiresIn: '1m' });
  }

  async call(path: string, body?: unknown, claims: Partial<SecurityContext> = {}, headers: Readonly<Record<string, string>> = {}, url = this.server.url): Promise<Reply> {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.token(claims)}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Reply['body'] };
  }

  /** Loads a query and gives its rows; an answer that is no success is an error with its text. */
  async load(query: unknown, claims: Partial<SecurityContext> = {}, url = this.server.url): Promise<readonly Record<string, unknown>[]> {
    const { status, body } = await this.call('/cubejs-api/v1/load', { query }, claims, {}, url);
    if (status !== 200 || !body.data) throw new Error(`load answered ${status}: ${body.error ?? JSON.stringify(body)}`);
    return body.data;
  }

  /** Loads a query of one row. */
  async one(query: unknown, claims: Partial<SecurityContext> = {}): Promise<Record<string, unknown>> {
    const [row] = await this.load(query, claims);
    return row ?? {};
  }

  /** Stops the warehouse and starts it again on the same port and data. */
  async restartWarehouse(): Promise<void> {
    const port = Number(new URL(this.warehouse.url).port);
    await this.warehouse.stop();
    this.warehouse = await startEmbeddedWarehouse({ dataDir: this.folder, port, user: 'crm_app', password: 'specs' });
  }

  async stop(): Promise<void> {
    await this.server.close();
    await this.warehouse.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function serverOver(warehouse: string, extra: Readonly<Record<string, string>>): Promise<SemanticServer> {
  return startSemanticServer(readConfig({ CRM_CUBE_URL: `http://127.0.0.1:${await freePort()}`, CRM_CUBE_SECRET: testSecret, CRM_CLICKHOUSE_URL: warehouse, ...extra }));
}

async function createMirror(url: string): Promise<void> {
  const warehouse = createWarehouse(url);
  try {
    await migrateWarehouse(warehouse);
    for (const table of publishedTables) await applyTable(warehouse, table, createDialect());
  } finally {
    await warehouse.close();
  }
}

async function run(url: string, statement: string): Promise<string> {
  const address = new URL(url);
  const authorization = `Basic ${Buffer.from(`${address.username}:${address.password}`).toString('base64')}`;
  const response = await fetch(`http://${address.host}/`, { method: 'POST', headers: { authorization }, body: statement });
  const text = await response.text();
  if (!response.ok) throw new Error(`${text.trim()} in: ${statement.slice(0, 200)}`);
  return text;
}
