import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createKnex, startTestCluster, type TestCluster, type TestDatabase } from 'crm_db';
import type { Knex } from 'knex';
import { sealWaiting } from './audit.sealer.js';
import { findingKinds, type Finding, type Verification } from './chain.types.js';
import { verifyChain } from './chain.verifier.js';

const patience = 180_000;
const erase = 'SELECT crm_core.crm_audit_erase(?::uuid[], ?::uuid[], ?, ?, NULL, ?, ?) AS id';

describe('the audit chain', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  let app: Knex;
  let superuser: Knex;
  beforeAll(async () => { cluster = await startTestCluster(); }, patience);
  afterAll(async () => { await cluster.stop(); }, patience);
  beforeEach(async () => {
    database = await cluster.createDatabase();
    app = createKnex(database.appUrl, { max: 24 });
    const url = new URL(cluster.superuserUrl);
    url.pathname = new URL(database.appUrl).pathname;
    superuser = createKnex(url.toString(), { max: 2 });
  }, patience);
  afterEach(async () => {
    await app.destroy();
    await superuser.destroy();
    await database.drop();
  }, patience);

  const write = async (db: Knex, n: number, values: Record<string, unknown> = {}): Promise<string> => {
    const [row] = await db('crm_core.crm_audit_log').insert({
      actor_kind: 'user', actor_id: db.raw('crm_core.crm_uuid_v7()'), action: 'update', entity: 'deals', entity_id: db.raw('crm_core.crm_uuid_v7()'), before: JSON.stringify({ n }),
      after: JSON.stringify({ n: n + 1, name: `عقد ${n} "x"`, amount: '10.50' }), request_id: `spec-${n}`, ip: '192.0.2.1', user_agent: 'spec', method: 'PATCH', route: '/crm/v1/deals/{id}', ...values,
    }).returning<{ id: string }[]>('id');
    return row?.id ?? '';
  };
  const sound = (result: Verification): boolean => findingKinds.every((kind) => result.counts[kind] === 0);
  const told = (result: Verification): string[] => result.findings.map((one: Finding) => `${one.kind} ${one.position ?? '-'}`);
  /** What is found when somebody with all rights, past every trigger, runs statements; nothing of it stays. */
  const tampered = async (...statements: readonly string[]): Promise<Verification> => {
    const trx = await superuser.transaction();
    try {
      await trx.raw('SET LOCAL session_replication_role = replica');
      for (const sql of statements) await trx.raw(sql);
      return await verifyChain(trx);
    } finally {
      await trx.rollback();
    }
  };
  /** Ten sealed entries in three seals, and their ids by number. */
  const ten = async (): Promise<string[]> => {
    const ids = [''];
    for (const n of [1, 2, 3, 4]) ids[n] = await write(app, n);
    await sealWaiting(app);
    for (const n of [5, 6, 7, 8]) ids[n] = await write(app, n);
    await sealWaiting(app);
    for (const n of [9, 10]) ids[n] = await write(app, n);
    await sealWaiting(app);
    return ids;
  };

  it('is unbroken when twenty write at once and several seal', async () => {
    let writing = true;
    const sealing = [1, 2, 3].map(async () => { while (writing) await sealWaiting(app, 7); });
    await Promise.all(Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; n < 10; n += 1) {
        await app.transaction(async (trx) => {
          await write(trx, writer * 100 + n);
          if (n % 3 === 0) await write(trx, writer * 100 + n + 50);
        });
      }
    }));
    writing = false;
    await Promise.all(sealing);
    await sealWaiting(app, 7);
    const result = await verifyChain(app);
    expect(told(result)).toEqual([]);
    expect([result.checked, result.waiting, result.head?.position]).toEqual([280, 0, 280]);
  }, patience);

  it('does not make writers wait for each other or for a seal', async () => {
    const open = await app.transaction();
    await write(open, 1);
    const sealing = await app.transaction();
    await write(app, 2);
    await sealing.raw('SELECT * FROM crm_core.crm_audit_seal(10)');
    // Both are still open: whoever had to wait for them would run into this limit.
    await app.transaction(async (trx) => {
      await trx.raw(`SET LOCAL lock_timeout = '2s'`);
      await write(trx, 3);
    });
    await sealing.commit();
    await open.commit();
    await sealWaiting(app);
    expect([(await verifyChain(app)).checked, sound(await verifyChain(app))]).toEqual([3, true]);
  }, patience);

  it('loses nothing when a sealer dies between the commit of entries and their seal', async () => {
    for (const n of [1, 2, 3]) await write(app, n);
    const dying = await app.transaction();
    const { rows: [row] } = await dying.raw<{ rows: { pid: number }[] }>('SELECT pg_backend_pid() AS pid FROM crm_core.crm_audit_seal(10)');
    await superuser.raw('SELECT pg_terminate_backend(?, 5000)', [row?.pid ?? 0]);
    await expectAsync(dying.raw('SELECT 1')).toBeRejected();
    await dying.rollback().catch(() => undefined);
    const before = await verifyChain(app);
    expect([before.checked, before.waiting, sound(before)]).toEqual([0, 3, true]);
    expect(before.oldest_waiting_s).not.toBeNull();
    expect((await sealWaiting(app))?.position).toBe(3);
    const after = await verifyChain(app);
    expect([after.checked, after.waiting, sound(after)]).toEqual([3, 0, true]);
  }, patience);

  it('shows a change of any column of any entry, sealed or waiting', async () => {
    const ids = await ten();
    ids[11] = await write(app, 11, { session_id: app.raw('crm_core.crm_uuid_v7()'), client_id: 'c', status: 200, duration_ms: 3 });
    const { rows } = await superuser.raw<{ rows: { column_name: string; data_type: string }[] }>(`SELECT column_name, data_type FROM information_schema.columns
      WHERE table_schema = 'crm_core' AND table_name = 'crm_audit_log' AND column_name <> 'id'`);
    expect(rows.length).toBeGreaterThan(20);
    const others: Record<string, string> = {
      uuid: 'crm_core.crm_uuid_v7()', text: `coalesce(X, '') || 'x'`, jsonb: `'{"n": 0}'`, inet: `'192.0.2.2'`, smallint: 'coalesce(X, 0) + 1', integer: 'coalesce(X, 0) + 1',
      'timestamp with time zone': `coalesce(X, now()) + interval '1 microsecond'`,
    };
    for (const { column_name: column, data_type: type } of rows) {
      const other = column === 'actor_kind' ? `'system'` : others[type]?.replaceAll('X', column);
      expect(other).withContext(`${column}: ${type}`).toBeDefined();
      for (const n of [6, 11]) {
        const result = await tampered(`UPDATE crm_core.crm_audit_log SET ${column} = ${other ?? ''} WHERE id = '${ids[n] ?? ''}'`);
        expect(told(result)).withContext(column).toEqual([n === 11 ? 'altered -' : 'altered 6']);
        expect(result.findings[0]?.id).toBe(ids[n] ?? '');
      }
    }
    expect(told(await tampered(`UPDATE crm_core.crm_audit_log SET before = NULL WHERE id = '${ids[3] ?? ''}'`))).toEqual(['altered 3']);
    expect(told(await tampered(`UPDATE crm_core.crm_audit_log SET id = crm_core.crm_uuid_v7() WHERE id = '${ids[3] ?? ''}'`))).toEqual(['removed 3', 'unchained -']);
    expect(told(await verifyChain(app))).toEqual([]);
  }, patience);

  it('shows entries taken out, put in, exchanged and all gone', async () => {
    const ids = await ten();
    const waiting = await write(app, 11);
    const log = 'crm_core.crm_audit_log';
    expect(told(await tampered(`DELETE FROM ${log} WHERE id IN ('${ids[2] ?? ''}', '${ids[9] ?? ''}')`))).toEqual(['removed 2', 'removed 9']);
    expect(told(await tampered(`DELETE FROM ${log} WHERE id = '${waiting}'`))).toEqual(['removed -']);
    expect(told(await tampered(`INSERT INTO ${log} (actor_kind, action, entity, salt, content_digest, digest) VALUES ('user', 'update', 'deals', '', '', '')`))).toEqual(['unchained -']);
    expect(told(await tampered(`UPDATE ${log} a SET before = b.before, after = b.after FROM ${log} b WHERE (a.id, b.id) IN (('${ids[4] ?? ''}', '${ids[5] ?? ''}'), ('${ids[5] ?? ''}', '${ids[4] ?? ''}'))`)))
      .toEqual(['altered 4', 'altered 5']);
    const emptied = await tampered(`TRUNCATE ${log}`);
    expect([emptied.counts.removed, emptied.checked]).toEqual([11, 10]);
    // Nothing here can tell of what is gone everywhere here: a copy elsewhere does.
    const head = (await verifyChain(app)).head;
    const trx = await superuser.transaction();
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx.raw(`TRUNCATE ${log}, crm_core.crm_audit_chain, crm_core.crm_audit_seals, crm_core.crm_audit_pending`);
    expect(told(await verifyChain(trx))).toEqual([]);
    const known = await verifyChain(trx, { noted: head ? [head] : [] });
    expect([told(known), known.counts.anchor]).toEqual([['anchor 1'], 10]);
    await trx.rollback();
  }, patience);

  it('shows links and seals taken out, changed and exchanged', async () => {
    await ten();
    const chain = 'crm_core.crm_audit_chain';
    const one = async (sql: string): Promise<string[]> => told(await tampered(sql));
    expect(await one(`DELETE FROM ${chain} WHERE position IN (3, 4)`)).toEqual(['gap 3', 'unchained -', 'unchained -']);
    expect(await one(`DELETE FROM ${chain} WHERE position > 8`)).toEqual(['gap 9', 'unchained -', 'unchained -']);
    expect(await one(`UPDATE ${chain} SET hash = repeat('a', 64) WHERE position = 6`)).toEqual(['broken 6']);
    expect(await one(`UPDATE ${chain} SET digest = repeat('a', 64) WHERE position = 6`)).toEqual(['broken 6', 'altered 6']);
    expect(await one(`UPDATE ${chain} SET deleted_at = now() WHERE position = 6`)).toEqual(['broken 6']);
    const swapped = await tampered(`UPDATE ${chain} SET position = -position WHERE position IN (6, 7)`, `UPDATE ${chain} SET position = 13 + position WHERE position < 0`);
    expect(swapped.findings.filter((finding) => finding.kind === 'reordered').map((finding) => finding.position)).toEqual([7]);
    expect(swapped.findings.filter((finding) => finding.kind === 'broken').map((finding) => finding.position)).toEqual([6, 7]);
    expect(await one(`DELETE FROM crm_core.crm_audit_seals WHERE last_position = 8`)).toEqual(['broken 9']);
    expect(await one(`DELETE FROM crm_core.crm_audit_seals WHERE last_position = 10`)).toEqual(['broken 9']);
    expect(await one(`UPDATE crm_core.crm_audit_seals SET head = repeat('b', 64) WHERE last_position = 8`)).toEqual(['broken 8', 'broken 9']);
  }, patience);

  it('disagrees with a copy of its head when all of it was made anew', async () => {
    const ids = await ten();
    const noted = (await verifyChain(app)).head;
    const trx = await superuser.transaction();
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx.raw('CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM crm_core.crm_audit_log ORDER BY id');
    await trx.raw(`UPDATE kept SET after = '{"n": "forged"}' WHERE id = ?`, [ids[5] ?? '']);
    await trx.raw('TRUNCATE crm_core.crm_audit_log, crm_core.crm_audit_chain, crm_core.crm_audit_seals, crm_core.crm_audit_pending');
    await trx.raw('SET LOCAL session_replication_role = origin');
    await trx.raw('INSERT INTO crm_core.crm_audit_log SELECT * FROM kept');
    await trx.raw('SELECT * FROM crm_core.crm_audit_seal(100)');
    expect([sound(await verifyChain(trx)), (await verifyChain(trx)).checked]).toEqual([true, 10]);
    expect(told(await verifyChain(trx, { noted: noted ? [noted] : [] }))).toEqual(['anchor 10']);
    await trx.rollback();
  }, patience);

  it('stays whole when persons are erased, and shows what passes for an erasure', async () => {
    const ids = await ten();
    const { entity_id: subject } = await app('crm_core.crm_audit_log').where({ id: ids[2] ?? '' }).first<{ entity_id: string }>('entity_id');
    const { actor_id: person } = await app('crm_core.crm_audit_log').where({ id: ids[5] ?? '' }).first<{ actor_id: string }>('actor_id');
    const waiting = await write(app, 11, { after: JSON.stringify({ note: 'Ask Zed Quill.' }) });
    const { rows } = await app.raw<{ rows: { id: string }[] }>(erase, [`{${subject}}`, `{${person}}`, '(?<!\\w)(Zed\\s+Quill)(?!\\w)', 'Erased person', 'system', 'spec-erase']);
    expect(rows.map((row) => row.id)).toEqual([ids[2] ?? '', ids[5] ?? '', waiting]);
    const left = async (id: string | undefined): Promise<unknown> => app('crm_core.crm_audit_log').where({ id: id ?? '' }).first('before', 'after', 'ip', 'user_agent');
    expect(await left(ids[2])).toEqual({ before: null, after: null, ip: null, user_agent: null });
    expect(await left(ids[5])).toEqual(jasmine.objectContaining({ before: { n: 5 }, ip: null, user_agent: null }));
    expect(await left(waiting)).toEqual(jasmine.objectContaining({ after: { note: 'Ask Erased person.' }, ip: '192.0.2.1' }));
    await sealWaiting(app);
    const result = await verifyChain(app);
    expect([told(result), result.checked, result.erased]).toEqual([[], 12, 3]);
    // A second erasure of the same rows finds only what is left to take.
    expect((await app.raw<{ rows: unknown[] }>(erase, [`{${subject}}`, '{}', null, 'Erased person', 'system', 'spec-erase'])).rows).toEqual([]);
    await app.raw(erase, ['{}', '{}', 'Erased person', 'Nobody', 'system', 'spec-erase']);
    await sealWaiting(app);
    expect([told(await verifyChain(app)), (await verifyChain(app)).erased]).toEqual([[], 3]);
    const note = await app('crm_core.crm_audit_log').where({ action: 'erase', entity: 'audit' }).orderBy('id').first<{ id: string }>('id');
    for (const [sql, place] of [
      [`UPDATE crm_core.crm_audit_log SET before = '{"n": 7}' WHERE id = '${ids[2] ?? ''}'`, 'altered 2'],
      [`UPDATE crm_core.crm_audit_log SET erased_by = NULL WHERE id = '${ids[2] ?? ''}'`, 'altered 2'],
      [`UPDATE crm_core.crm_audit_log SET before = NULL, after = NULL, ip = NULL, erased_by = '${note.id}' WHERE id = '${ids[3] ?? ''}'`, 'altered 3'],
      [`UPDATE crm_core.crm_audit_log SET after = after || '{"entries": {}}' WHERE id = '${note.id}'`, 'altered 12'],
    ] as const) expect(told(await tampered(sql))).withContext(sql).toContain(place);
  }, patience);

  it('cannot be changed by the application, nor by its owner by mistake', async () => {
    await ten();
    const owner = createKnex(database.adminUrl, { max: 1 });
    try {
      for (const table of ['crm_audit_log', 'crm_audit_chain', 'crm_audit_seals', 'crm_audit_pending', 'crm_role_versions']) {
        for (const sql of [`UPDATE crm_core.${table} SET created_at = now()`, `DELETE FROM crm_core.${table}`, `TRUNCATE crm_core.${table}`]) {
          await expectAsync(app.raw(sql)).withContext(sql).toBeRejectedWithError(/permission denied/);
        }
      }
      for (const table of ['crm_audit_chain', 'crm_audit_seals', 'crm_audit_pending']) {
        await expectAsync(app.raw(`INSERT INTO crm_core.${table} (id) VALUES (crm_core.crm_uuid_v7())`)).withContext(table).toBeRejectedWithError(/permission denied/);
      }
      await app.raw(`SELECT set_config('crm.audit_path', 'erasure', false)`);
      await expectAsync(app.raw('UPDATE crm_core.crm_audit_log SET after = NULL')).toBeRejectedWithError(/permission denied/);
      for (const table of ['crm_audit_log', 'crm_audit_chain', 'crm_audit_seals']) {
        for (const sql of [`UPDATE crm_core.${table} SET created_at = now()`, `DELETE FROM crm_core.${table}`, `TRUNCATE crm_core.${table}`]) {
          await expectAsync(owner.raw(sql)).withContext(sql).toBeRejectedWithError(/append-only/);
        }
      }
      // Nobody else may run the two paths.
      await expectAsync(superuser.raw(`SET ROLE crm_stream; SELECT * FROM crm_core.crm_audit_seal(1)`)).toBeRejectedWithError(/permission denied/);
      await superuser.raw('RESET ROLE');
      expect(told(await verifyChain(app))).toEqual([]);
    } finally {
      await owner.destroy();
    }
  }, patience);

  it('overrules what a writer says about digests and times', async () => {
    const id = await write(app, 1, { digest: 'x', content_digest: 'x', salt: 'x', erased_by: app.raw('crm_core.crm_uuid_v7()'), created_at: '2020-01-01', updated_at: '2020-01-01', deleted_at: '2020-01-01' });
    const row = await app('crm_core.crm_audit_log').where({ id }).first<{ created_at: Date; deleted_at: Date | null; erased_by: string | null }>('created_at', 'deleted_at', 'erased_by');
    expect(Math.abs(row.created_at.getTime() - Date.now())).toBeLessThan(60_000);
    expect([row.deleted_at, row.erased_by]).toEqual([null, null]);
    await sealWaiting(app);
    expect(told(await verifyChain(app))).toEqual([]);
  }, patience);

  it('is told by the command, with the exit code', async () => {
    const ids = await ten();
    const run = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../../audit.cli.js', import.meta.url)), ...args], { env: { CRM_PG_URL: database.appUrl } });
      let [out, err] = ['', ''];
      child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
      child.stderr.on('data', (text: Buffer) => { err += text.toString(); });
      child.on('error', reject);
      child.on('close', (code) => { resolve({ code, out, err }); });
    });
    const good = await run('--json');
    const { head } = JSON.parse(good.out) as Verification;
    expect([good.code, head?.position]).toEqual([0, 10]);
    expect((await run('--head', `10:${head?.head ?? ''}`)).out).toContain('The audit log is as it was written.');
    expect((await run('--head', `10:${'0'.repeat(64)}`)).code).toBe(1);
    expect((await run('--head', 'abc')).err).toContain('POSITION:HASH');
    await superuser.raw(`SET session_replication_role = replica; UPDATE crm_core.crm_audit_log SET after = NULL WHERE id = '${ids[7] ?? ''}'; RESET session_replication_role`);
    const bad = await run();
    expect([bad.code, bad.out]).toEqual([1, jasmine.stringContaining(`altered 7 (${ids[7] ?? ''})`)]);
  }, patience);
});
