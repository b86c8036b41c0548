import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStream, type EmbeddedStream } from 'crm_cdc';
import { startTestCluster, type TestCluster, type TestDatabase } from 'crm_db';
import { createWarehouse, migrateWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';

const patience = 180_000;

interface Outcome {
  readonly code: number | null;
  readonly result: {
    readonly sound: boolean;
    readonly checked: number;
    readonly erased: number;
    readonly findings: readonly { readonly kind: string; readonly position: number | null }[];
    readonly anchors: { readonly compared: number; readonly last_position: number; readonly unreachable: string | null } | null;
  };
}

describe('the heads of the audit chain in the warehouse', () => {
  let folder: string;
  let cluster: TestCluster;
  let database: TestDatabase;
  let engine: EmbeddedWarehouse;
  let warehouse: Warehouse;
  let stream: EmbeddedStream;
  let app: pg.Client;
  let superuser: pg.Client;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-audit-'));
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
    engine = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'specs' });
    warehouse = createWarehouse(engine.url);
    await migrateWarehouse(warehouse);
    stream = await startStream({ postgresUrl: database.streamUrl, warehouseUrl: engine.url, log: () => undefined });
    const url = new URL(cluster.superuserUrl);
    url.pathname = new URL(database.appUrl).pathname;
    [app, superuser] = [new pg.Client({ connectionString: database.appUrl }), new pg.Client({ connectionString: url.toString() })];
    await Promise.all([app.connect(), superuser.connect()]);
  }, patience);
  afterAll(async () => {
    await app.end();
    await superuser.end();
    await stream.stop();
    await warehouse.close();
    await engine.stop();
    await database.drop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }, patience);

  const verify = (clickhouseUrl: string): Promise<Outcome> => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../../crm_api/dist/audit.cli.js', import.meta.url)), '--json'], { env: { CRM_PG_URL: database.appUrl, CRM_CLICKHOUSE_URL: clickhouseUrl } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
    child.stderr.on('data', (text: Buffer) => { err += text.toString(); });
    child.on('error', reject);
    child.on('close', (code) => { if (err === '') resolve({ code, result: JSON.parse(out) as Outcome['result'] }); else reject(new Error(err)); });
  });
  const write = async (n: number): Promise<string> => {
    const { rows } = await app.query<{ id: string }>(`INSERT INTO crm_core.crm_audit_log (action, entity, entity_id, after, ip) VALUES ('update', 'contacts', crm_core.crm_uuid_v7(), $1, '192.0.2.1') RETURNING id`, [{ n }]);
    return rows[0]?.id ?? '';
  };
  /** Asks the warehouse until the answer is as expected; fails with the last answer at the deadline. */
  const until = async (sql: string, expected: object): Promise<void> => {
    let last: unknown;
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      last = await warehouse.first(sql).catch((error: unknown) => String(error));
      if (JSON.stringify(last) === JSON.stringify(expected)) return;
    }
    expect(last).toEqual(expected);
  };

  it('agree while nobody has been at them, lose the salt of the erased, and disagree with a log that was made anew', async () => {
    const first = await write(1);
    for (let n = 2; n <= 5; n += 1) await write(n);
    await app.query('SELECT * FROM crm_core.crm_audit_seal(3)');
    await app.query('SELECT * FROM crm_core.crm_audit_seal(3)');
    await until('SELECT toString(max(last_position)) AS last FROM crm_history.crm_audit_seals', { last: '5' });
    const good = await verify(engine.url);
    expect([good.code, good.result.checked, good.result.anchors]).toEqual([0, 5, { compared: 2, last_position: 5, unreachable: null }]);
    const alone = await verify('http://crm_app:specs@127.0.0.1:1');
    expect([alone.code, alone.result.sound, alone.result.anchors?.compared]).toEqual([0, true, 0]);
    expect(alone.result.anchors?.unreachable).not.toBeNull();

    const { rows: [subject] } = await app.query<{ entity_id: string; salt: string }>('SELECT entity_id, salt FROM crm_core.crm_audit_log WHERE id = $1', [first]);
    await app.query('BEGIN');
    await app.query(`SELECT crm_core.crm_audit_erase(ARRAY[$1]::uuid[], '{}', NULL, 'Erased person', NULL, 'system', 'spec')`, [subject?.entity_id]);
    await app.query(`INSERT INTO crm_core.crm_erasures (subject_type, subject_id, reason, identifier_count, scope) VALUES ('contact', $1, 'request', 0, $2)`,
      [subject?.entity_id, JSON.stringify([{ table: 'crm_audit_log', action: 'anonymise', keys: [first] }])]);
    await app.query('COMMIT');
    await app.query('SELECT * FROM crm_core.crm_audit_seal(10)');
    await until(`SELECT toString(count()) AS versions, toString(countIf(salt = '${subject?.salt ?? ''}')) AS salted, any(ip) AS ip FROM crm_history.crm_audit_log WHERE id = '${first}'`, { versions: '1', salted: '0', ip: null });
    await until('SELECT toString(max(last_position)) AS last FROM crm_history.crm_audit_seals', { last: '6' });
    const erased = await verify(engine.url);
    expect([erased.code, erased.result.erased, erased.result.findings]).toEqual([0, 1, []]);

    await superuser.query(`BEGIN; SET LOCAL session_replication_role = replica; CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM crm_core.crm_audit_log WHERE erased_by IS NULL AND action <> 'erase' ORDER BY id;
      UPDATE kept SET after = '{"n": 7}' WHERE after = '{"n": 3}'; TRUNCATE crm_core.crm_audit_log, crm_core.crm_audit_chain, crm_core.crm_audit_seals, crm_core.crm_audit_pending;
      SET LOCAL session_replication_role = origin; INSERT INTO crm_core.crm_audit_log SELECT * FROM kept; COMMIT`);
    for (let n = 0; n < 4; n += 1) await write(10 + n);
    await app.query('SELECT * FROM crm_core.crm_audit_seal(3)');
    await app.query('SELECT * FROM crm_core.crm_audit_seal(2)');
    await app.query('SELECT * FROM crm_core.crm_audit_seal(1)');
    // Ahead of the stream as well as behind it: what the warehouse has had once is enough.
    const forged = await verify(engine.url);
    expect([forged.code, forged.result.sound]).toEqual([1, false]);
    expect(new Set(forged.result.findings.map((one) => one.kind))).toEqual(new Set(['anchor']));
    expect(forged.result.findings.map((one) => one.position)).toEqual(jasmine.arrayContaining([3, 5, 6]) as unknown as number[]);
  }, patience);
});
