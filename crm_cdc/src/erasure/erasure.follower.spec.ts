import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestCluster, type TestCluster, type TestDatabase } from 'crm_db';
import { createSink, createWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import { compareParity } from '../parity/parity.service.js';
import type { DeadLetter } from '../pipeline/change.sink.js';
import { WarehouseSink } from '../pipeline/warehouse.sink.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { startStream } from '../stream.service.js';
import { until } from '../testing/postgres.testing.js';
import { certificateHash, issueCertificate, type Certificate } from './certificate.service.js';
import { searchFiles } from './file.search.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // Servers start and stop in here, on machines that others use as well.

const uuid = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

describe('an erasure downstream', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  let server: EmbeddedWarehouse;
  let warehouse: Warehouse;
  let client: pg.Client;
  let stream: EmbeddedStream;
  const folder = mkdtempSync(join(tmpdir(), 'crm-erasure-'));
  const who = { name: 'Yolanda Vandersloot', email: 'yolanda.v@example.com', arabic: 'يولاندا فاندرسلوت' };
  const [contact, channel, deal, erasure] = [uuid(1), uuid(2), uuid(3), uuid(9)] as const;
  const run = async (sql: string, values?: unknown[]): Promise<void> => { await client.query(sql, values); };
  const start = (): Promise<EmbeddedStream> => startStream({ postgresUrl: database.streamUrl, warehouseUrl: server.url, retry: { firstMs: 20, maxMs: 200 } });
  const done = (id: string): Promise<unknown> => until('the erasure in the warehouse', async () => (await warehouse.rows(`SELECT 1 FROM crm_cdc.erasures WHERE id = '${id}'`)).length > 0, 60_000);
  const stored = (text: string): Promise<number> => until('a version of it', async () => Number((await warehouse.rows<{ n: string }>(`SELECT count() AS n FROM crm_history.crm_contacts WHERE full_name = '${text}'`))[0]!.n) || false, 60_000);
  const certify = (more: Partial<Parameters<typeof issueCertificate>[0]> = {}): Promise<Certificate> => issueCertificate({
    erasure, identifiers: [who.name, who.email, who.arabic], postgresUrl: database.adminUrl, warehouseUrl: server.url, dataDir: folder, kafka: null, physical: false, waitMs: 60_000, ...more });
  /** A message of the broker that could not be decoded. */
  const message = (offset: number, key: string, value: string): DeadLetter => (
    { message: { table: 'crm_contacts', topic: 'crm_cdc.crm_core.crm_contacts', partition: 0, offset: BigInt(offset), key: Buffer.from(key), value: Buffer.from(value) }, reason: 'undecodable', detail: 'cut off' });
  const offsets = async (): Promise<string[]> => (await warehouse.rows<{ offset: string }>('SELECT offset FROM crm_cdc.dead_letter FINAL ORDER BY offset')).map((row) => row.offset);
  /** What the API does in one transaction, in short. */
  const erase = async (id: string, person: string, scope: unknown): Promise<void> => {
    await run('BEGIN');
    await run(`UPDATE crm_core.crm_contacts SET full_name = 'Erased person', full_name_ar = NULL, email = NULL, deleted_at = now() WHERE id = $1`, [person]);
    await run('DELETE FROM crm_core.crm_contact_channels WHERE contact_id = $1', [person]);
    await run(`UPDATE crm_core.crm_deals SET name = 'Oil for Erased person' WHERE primary_contact_id = $1`, [person]);
    await run(`INSERT INTO crm_core.crm_erasures (id, subject_type, subject_id, reason, identifier_count, scope) VALUES ($1, 'contact', $2, 'request', 3, $3)`, [id, person, JSON.stringify(scope)]);
    await run('COMMIT');
  };

  beforeAll(async () => {
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
    mkdirSync(join(folder, 'exports'));
    server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
    warehouse = createWarehouse(server.url);
    client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    stream = await start();
    await run(`INSERT INTO crm_core.crm_contacts (id, full_name, full_name_ar, email) VALUES ($1, $2, $3, $4), ($5, 'Somebody Else', NULL, 'else@example.com')`, [contact, who.name, who.arabic, who.email, uuid(5)]);
    await run(`INSERT INTO crm_core.crm_contact_channels (id, contact_id, kind, value) VALUES ($1, $2, 'email', $3)`, [channel, contact, who.email]);
    await run(`INSERT INTO crm_core.crm_deals (id, name, primary_contact_id, pipeline_id, stage_id, expected_value) SELECT $1, $2, $3, pipeline_id, id, 100 FROM crm_core.crm_stages ORDER BY position LIMIT 1`, [deal, `Oil for ${who.name}`, contact]);
    await run(`UPDATE crm_core.crm_deals SET expected_value = 250 WHERE id = $1`, [deal]);
    for (let n = 1; n <= 3; n++) await run('UPDATE crm_core.crm_contacts SET city = $2 WHERE id = $1', [contact, `city ${n}`]);
    await stored(who.name);
    await warehouse.insert('crm_cdc.dead_letter', [{ table_name: 'crm_contacts', key: JSON.stringify({ id: contact }), lsn: '1', op: 'u', after: JSON.stringify({ full_name: who.name }), reason: 'out_of_range' }]);
    await new WarehouseSink(warehouse, createSink(warehouse)).setAside([
      message(1, `{"key":{"id":"${contact}"}}`, `{"after":{"full_name":"${who.name}"`), message(2, 'k', `{"after":{"id":"${contact.toUpperCase()}","full_name":"${who.name}"},"source":{"lsn":5}}`),
      message(3, `{"key":{"id":"${uuid(5)}"}}`, '{"after":{"full_name":"Somebody Else"'), message(4, 'k', `{"after":{"id":"${contact}","city":"later"},"source":{"lsn":${String(2 ** 50)}}}`),
    ]);
    await erase(erasure, contact, [
      { table: 'crm_contacts', action: 'anonymise', keys: [contact] }, { table: 'crm_contact_channels', action: 'delete', keys: [channel] },
      { table: 'crm_deals', action: 'rewrite', keys: [deal], columns: ['name', 'search_text'] }, { table: 'crm_unknown', action: 'delete', keys: [contact] },
    ]);
    await done(erasure);
  });
  afterAll(async () => {
    await stream.stop();
    await client.end();
    await warehouse.close();
    await server.stop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves the pseudonym, the numbers and nobody else without a line', async () => {
    expect(await warehouse.rows(`SELECT full_name, _op FROM crm_history.crm_contacts WHERE id = '${contact}'`)).toEqual([{ full_name: 'Erased person', _op: 'u' }]);
    expect(await warehouse.rows(`SELECT full_name FROM crm_raw.crm_contacts FINAL WHERE id = '${contact}'`)).toEqual([{ full_name: 'Erased person' }]);
    expect(await warehouse.rows(`SELECT * FROM crm_history.crm_contact_channels`)).toEqual([]);
    expect(await warehouse.rows(`SELECT name, expected_value AS v FROM crm_history.crm_deals FINAL WHERE id = '${deal}' ORDER BY _lsn`)).toEqual([
      { name: '', v: '100.00' }, { name: '', v: '250.00' }, { name: 'Oil for Erased person', v: '250.00' }].map((row) => jasmine.objectContaining(row)));
    expect(await warehouse.rows(`SELECT 1 FROM crm_history.crm_contacts WHERE full_name = 'Somebody Else'`)).toHaveSize(1);
    expect(await offsets()).withContext('of somebody else, and of a later position').toEqual(['3', '4']);
    const report = await compareParity({ postgresUrl: database.streamUrl, warehouseUrl: server.url, waitMs: 60_000 });
    expect(report.different).toBe(0);
  });

  it('takes the bytes off the disk of the warehouse', async () => {
    expect((await searchFiles(folder, { given: [who.name, who.email, who.arabic], forms: [] })).findings).toEqual([]);
    expect((await searchFiles(folder, { given: ['Somebody Else'], forms: [] })).findings.length).toBeGreaterThan(0);
  });

  it('does not let repeated deliveries and replays bring anything back', async () => {
    const sink = new WarehouseSink(warehouse, createSink(warehouse));
    const { readPublishedTables } = await import('../sources/embedded/catalogue.reader.js');
    for (const shape of await readPublishedTables(client, 'crm_cdc')) if (['crm_contacts', 'crm_deals', 'crm_contact_channels'].includes(shape.name)) await sink.prepare(shape);
    const { rows: [row] } = await client.query<{ stage: string; pipeline: string }>('SELECT id AS stage, pipeline_id AS pipeline FROM crm_core.crm_stages ORDER BY position LIMIT 1');
    const old = (table: string, id: string, op: ChangeEnvelope['op'], values: Record<string, string>): ChangeEnvelope => {
      const body = { id, created_at: '2026-01-01 00:00:00+00', updated_at: '2026-01-01 00:00:00+00', ...values };
      return { op, before: op === 'd' ? body : null, after: op === 'd' ? null : body, key: { id }, source: { table, lsn: 77n, seq: 0, xid: 7, committed_at: 1n } };
    };
    await sink.write([
      old('crm_contacts', contact, 'c', { full_name: who.name, email_opt_in: 'f', sms_opt_in: 'f', is_test: 'f', search_text: who.name }), old('crm_contact_channels', channel, 'd', { contact_id: contact, kind: 'email', value: who.email, is_primary: 'f' }),
      old('crm_deals', deal, 'u', { name: `Oil for ${who.name}`, search_text: who.name, status: 'open', currency: 'USD', is_test: 'f', stage_id: row!.stage, pipeline_id: row!.pipeline }),
      old('crm_contacts', uuid(6), 'c', { full_name: 'Third', email_opt_in: 'f', sms_opt_in: 'f', is_test: 'f', search_text: 'third' }),
    ]);
    expect(await warehouse.rows(`SELECT name FROM crm_history.crm_deals WHERE _lsn = 77`)).toEqual([{ name: '' }]);
    expect(await warehouse.rows(`SELECT full_name FROM crm_history.crm_contacts WHERE _lsn = 77`)).toEqual([{ full_name: 'Third' }]);
    expect(await warehouse.rows(`SELECT 1 FROM crm_history.crm_contact_channels`)).toEqual([]);
    await sink.setAside([
      message(5, 'k', `{"after":{"id":"${contact}","full_name":"${who.name}"`), message(6, 'k', `{"after":{"id":"${uuid(6)}"`), message(7, 'k', `{"after":{"id":"${contact}"},"source":{"lsn":${String(2 ** 50)}}}`),
      { envelope: old('crm_contacts', contact, 'u', { full_name: who.name }), reason: 'refused_by_warehouse', detail: who.name },
      { envelope: old('crm_deals', deal, 'u', { name: who.name }), reason: 'refused_by_warehouse', detail: who.name },
    ]);
    expect(await offsets()).withContext('letters of before the erasure').toEqual(['3', '4', '6', '7']);
    await sink.setAside([{ envelope: old('crm_contacts', contact, 'u', { full_name: who.name }), reason: 'refused_by_warehouse', detail: who.name }]);
    expect(await offsets()).withContext('nothing else left').toHaveSize(4);
    await warehouse.command(`ALTER TABLE crm_raw.crm_contacts DELETE WHERE id = '${uuid(6)}' SETTINGS mutations_sync = 2`);
    await warehouse.command(`ALTER TABLE crm_history.crm_contacts DELETE WHERE id = '${uuid(6)}' SETTINGS mutations_sync = 2`);
  });

  it('is carried out after a time when nobody listened', async () => {
    const late = { contact: uuid(11), channel: uuid(12), erasure: uuid(19) };
    await run(`INSERT INTO crm_core.crm_contacts (id, full_name) VALUES ($1, 'Late Latecomer')`, [late.contact]);
    await run(`INSERT INTO crm_core.crm_contact_channels (id, contact_id, kind, value) VALUES ($1, $2, 'x', '@latecomer')`, [late.channel, late.contact]);
    await stored('Late Latecomer');
    await until('the channel', async () => (await warehouse.rows(`SELECT 1 FROM crm_history.crm_contact_channels WHERE value = '@latecomer'`)).length > 0);
    await stream.stop();
    await until('the slot to be free', async () => {
      const { rows } = await client.query<{ active: boolean }>(`SELECT active FROM pg_replication_slots WHERE slot_name = 'crm_cdc'`);
      return rows[0]?.active === false;
    });
    const owner = new pg.Client({ connectionString: database.streamUrl });
    await owner.connect();
    await owner.query(`SELECT pg_drop_replication_slot('crm_cdc')`);
    await owner.end();
    await erase(late.erasure, late.contact, [{ table: 'crm_contacts', action: 'anonymise', keys: [late.contact] }, { table: 'crm_contact_channels', action: 'delete', keys: [late.channel] }]);
    stream = await start();
    await done(late.erasure);
    expect(await warehouse.rows(`SELECT DISTINCT full_name FROM crm_history.crm_contacts WHERE id = '${late.contact}'`)).toEqual([{ full_name: 'Erased person' }]);
    expect(await warehouse.rows(`SELECT 1 FROM crm_history.crm_contact_channels WHERE id = '${late.channel}'`)).toEqual([]);
    expect(await warehouse.rows(`SELECT full_name FROM crm_raw.crm_contacts FINAL WHERE id = '${late.contact}'`)).toEqual([{ full_name: 'Erased person' }]);
  });

  it('is certified by search, which finds what is planted in every place', async () => {
    const clean = await certify({ physical: true });
    expect(clean.found).toEqual([]);
    expect([clean.clean, clean.unread, clean.residue]).toEqual([true, [], []]);
    expect(clean.searched.postgres.places).toBeGreaterThan(50);
    expect(clean.searched.warehouse.places).toBeGreaterThan(100);
    expect(clean.hash).toBe(certificateHash(clean));
    expect(certificateHash({ ...clean, lsn: '0/0' })).not.toBe(clean.hash);
    const { rows: [row] } = await client.query<{ hash: string }>('SELECT certificate_hash AS hash FROM crm_core.crm_erasures WHERE id = $1', [erasure]);
    expect(row!.hash).toBe(clean.hash);
    expect((await certify({ identifiers: [who.name] })).clean).withContext('fewer identifiers than were known').toBeFalse();
    await expectAsync(certify({ identifiers: [who.name, who.email, 'Yo', '\u{1F600}\u{1F600}'] })).toBeRejectedWithError(/^2 of the identifiers have fewer than 3 characters .* leave them out/);

    await run(`INSERT INTO crm_core.crm_tags (id, name) VALUES ($1, $2)`, [uuid(21), who.email.toUpperCase()]);
    await run(`INSERT INTO crm_core.crm_segments (entity, name, filter) VALUES ('contacts', 'x', $1)`, [JSON.stringify({ who: [who.arabic] })]);
    const [job] = (await client.query<{ id: string }>(`INSERT INTO crm_core.crm_imports (entity, file_name, format) VALUES ('contacts', 'x.csv', 'csv') RETURNING id`)).rows;
    await run('INSERT INTO crm_core.crm_import_files (import_id, position, content) VALUES ($1, 0, $2)', [job!.id, Buffer.from(`name\n${who.name}\n`)]);
    writeFileSync(join(folder, 'exports', 'contacts.csv'), `x,${who.name}\n`);
    writeFileSync(join(folder, 'exports', 'loud.txt'), who.email.toUpperCase());
    // No id of hers in it: only the search of what is behind the base64 finds the name.
    await new WarehouseSink(warehouse, createSink(warehouse)).setAside([message(8, 'k', `${who.name.toUpperCase()} {`), message(9, `{"key":"${who.arabic}"}`, '{')]);
    await until('the tag', async () => (await warehouse.rows(`SELECT 1 FROM crm_raw.crm_tags WHERE id = '${uuid(21)}'`)).length > 0);
    const dirty = await certify();
    expect(dirty.clean).toBeFalse();
    const places = dirty.found.map((one) => `${one.where} ${one.place} ${one.column ?? ''}`.trim());
    expect(places).toEqual(jasmine.arrayContaining(['postgres crm_core.crm_tags name', 'postgres crm_core.crm_segments filter', 'postgres crm_core.crm_import_files content', 'warehouse crm_raw.crm_tags name', 'warehouse crm_history.crm_tags name', 'files exports/contacts.csv', 'files exports/loud.txt', 'warehouse crm_cdc.dead_letter raw', 'warehouse crm_cdc.dead_letter raw_key']));
    expect(JSON.stringify(dirty).toLowerCase()).not.toContain('yolanda');
  });

  it('is certified by command', async () => {
    const command = async (...args: string[]): Promise<{ code: number; out: string; errors: string }> => {
      const cli = spawn(process.execPath, [fileURLToPath(new URL('../certificate.cli.js', import.meta.url)), ...args], { env: { CRM_PG_ADMIN_URL: database.adminUrl, CRM_CLICKHOUSE_URL: server.url, CRM_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let errors = '';
      cli.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
      cli.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
      const [code] = (await once(cli, 'close')) as [number];
      return { code, out, errors };
    };
    const list = join(tmpdir(), `crm-identifiers-${process.pid}.txt`);
    writeFileSync(list, 'Nobody Atall\nnobody@example.org\n\n+4900000\n');
    const good = await command('--erasure', erasure, '--find-file', list);
    rmSync(list);
    expect(good.code).withContext(good.out + good.errors).toBe(0);
    expect((JSON.parse(good.out.trim().split('\n').at(-1)!) as Certificate).clean).toBeTrue();
    const bad = await command('--erasure', erasure, '--find', 'Somebody Else');
    expect([bad.code, bad.out.includes('FOUND in postgres: crm_core.crm_contacts.full_name (1)')]).toEqual([1, true]);
    expect((await command('--erasure', erasure)).errors).toContain('--find');
    expect((await command('--erasure', uuid(404), '--find', 'x y')).errors).toContain('There is no erasure');
  });
});
