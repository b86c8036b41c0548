import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type Message, type RecordMetadata } from 'kafkajs';
import pg from 'pg';
import { certificateHash, issueCertificate, type Certificate } from '../../erasure/certificate.service.js';
import { purgeErased } from '../../erasure/history.keeper.js';
import { replayDeadLetters, type ReplayReport } from '../../replay/replay.service.js';
import { startKafkaProfile, type KafkaProfile } from '../../testing/kafka.profile.testing.js';
import { until } from '../../testing/postgres.testing.js';
import { dropSlot, readSlot } from '../embedded/slot.manager.js';
import { KAFKA_SLOT } from './kafka.stream.js';
import { requestSnapshot } from './snapshot.request.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 480_000; // Servers are killed and started in here, on machines that others use as well.

describe('stream from Kafka', () => {
  let of: KafkaProfile;

  const equal = async (): Promise<void> => {
    const report = await of.parity().catch((error: unknown) => { throw new Error(of.lines.slice(-25).join('\n'), { cause: error }); });
    expect(report.different).withContext(of.lines.slice(-12).join('\n')).toBe(0);
    expect(report.rows).toBeGreaterThan(0);
  };
  /** A steady load that leaves the machine to the servers under test. */
  const pace = (work: Promise<void>): Promise<void> => work.then(() => new Promise((resolve) => setTimeout(resolve, 20)));
  const doubled = async (): Promise<string> => {
    const [row] = await of.rows<{ n: string }>('SELECT count() AS n FROM (SELECT id, _lsn FROM crm_history.crm_things FINAL GROUP BY id, _lsn HAVING count() > 1)');
    return row!.n;
  };
  const letters = (): Promise<{ reason: string; topic: string; partition: number; offset: string; raw: string; raw_key: string; detail: string }[]> =>
    of.rows('SELECT reason, topic, partition, offset, raw, raw_key, detail FROM crm_cdc.dead_letter FINAL WHERE replayed_at IS NULL ORDER BY topic, partition, offset');
  const client = (): Kafka => new Kafka({ brokers: [of.kafka.brokers], logLevel: logLevel.NOTHING });
  const send = async (topic: string, messages: Message[]): Promise<RecordMetadata[]> => {
    const producer = client().producer();
    await producer.connect();
    const sent = await producer.send({ topic, messages });
    await producer.disconnect();
    return sent;
  };

  beforeAll(async () => {
    // Enough log for the interruptions in here, little enough to be used up on purpose.
    of = await startKafkaProfile(['max_slot_wal_keep_size=256MB', 'max_wal_size=64MB', 'min_wal_size=32MB']);
    await of.postgres.table('crm_things', `id int PRIMARY KEY, name text, amount numeric(18,2) NOT NULL DEFAULT 0, big bigint, at timestamptz DEFAULT now(), day date, note jsonb, body text, tags text[], numbers int[], bytes bytea, state text DEFAULT 'open', score real DEFAULT 1`);
    await of.postgres.table('crm_parts', 'thing uuid, no int, label text, PRIMARY KEY (thing, no)');
    await of.postgres.table('crm_codes', 'code text PRIMARY KEY, name text');
    await of.postgres.table('crm_contacts', 'id uuid PRIMARY KEY, full_name text NOT NULL, email text, city text');
    await of.postgres.table('crm_erasures', `id uuid PRIMARY KEY, subject_type text NOT NULL, subject_id uuid NOT NULL, reason text NOT NULL, identifier_count int NOT NULL, scope jsonb NOT NULL, certified_at timestamptz, certificate_hash text, created_at timestamptz NOT NULL DEFAULT now()`);
    // A certificate asks the ledger's own folding.
    await of.run(`CREATE EXTENSION unaccent; ${/CREATE OR REPLACE FUNCTION crm_core\.crm_fold.*?\$function\$\n;/s.exec(readFileSync(new URL('../schema.sql', import.meta.resolve('crm_db')), 'utf8'))![0]}`);
    await of.run(`INSERT INTO crm_core.crm_codes VALUES ('A1', 'as it is')`);
    await of.run(`INSERT INTO crm_core.crm_things (id, name, amount, big) SELECT n, 'old ' || n, n, 9223372036854775807 - n FROM generate_series(1, 3000) n`);
    await of.start();
  });
  afterAll(async () => { await of.stop(); });

  it('takes what is there, follows what happens then and tells how far it is', async () => {
    await of.run(`UPDATE crm_core.crm_things SET amount = amount + 0.5 WHERE id % 7 = 0; DELETE FROM crm_core.crm_things WHERE id % 11 = 0; UPDATE crm_core.crm_things SET id = id + 100000 WHERE id % 13 = 0`);
    // NULL where there is a default stays NULL.
    await of.run(`UPDATE crm_core.crm_things SET state = NULL, score = NULL WHERE id % 17 = 0`);
    await of.run(`INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'part' FROM generate_series(1, 500) n; UPDATE crm_core.crm_parts SET no = no + 1000 WHERE no < 10`);
    await equal();
    expect(await doubled()).toBe('0');
    const [ops] = await of.rows<{ r: string; u: string; late: string }>(`SELECT countIf(_op = 'r') AS r, countIf(_op = 'u') AS u, countIf(_op = 'r' AND _lsn > (SELECT min(_lsn) FROM crm_history.crm_things WHERE _op != 'r')) AS late FROM crm_history.crm_things FINAL`);
    expect(ops).toEqual({ r: '3000', u: '588', late: '0' });
    await until('fresh', async () => {
      const [row] = await of.rows<{ lag: number }>(`SELECT toFloat64(now64(6) - committed_at) AS lag FROM crm_raw._watermark FINAL WHERE source = 'kafka'`);
      return row!.lag < 3;
    });
  });

  it('takes an erased person out of the warehouse and the topics, and certifies it no earlier', async () => {
    const [person, erasure, topic] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 'crm_cdc.crm_core.crm_contacts'];
    const certify = (): Promise<Certificate> => issueCertificate({
      erasure, identifiers: ['Yolanda Vandersloot', 'yolanda.v@example.com'], postgresUrl: of.postgres.url, warehouseUrl: of.stack.url, dataDir: null, kafka: of.settings, physical: false, waitMs: 60_000 });
    await of.run(`INSERT INTO crm_core.crm_contacts VALUES ('${person}', 'Yolanda Vandersloot', 'yolanda.v@example.com', 'city 0'), ('018f0000-0000-7000-8000-000000000002', 'Somebody Else', NULL, NULL)`);
    for (let n = 1; n <= 3; n++) await of.run(`UPDATE crm_core.crm_contacts SET city = 'city ${n}' WHERE id = '${person}'`);
    const versions = (): Promise<{ full_name: string; city: string }[]> => of.rows(`SELECT full_name, city FROM crm_history.crm_contacts FINAL WHERE id = '${person}' ORDER BY _lsn`);
    await until('four versions', async () => (await versions()).length === 4, 60_000);
    // A message that nobody can read names the person as well.
    const [cut] = await send(topic, [{ key: `{"key":{"id":"${person}"}}`, value: `{"op":"u","after":{"full_name":"Yolanda Vandersloot"` }]);
    await until('it was set aside', async () => (await letters()).length === 1, 60_000);
    await of.run(`BEGIN; UPDATE crm_core.crm_contacts SET full_name = 'Erased person', email = NULL WHERE id = '${person}';
      INSERT INTO crm_core.crm_erasures (id, subject_type, subject_id, reason, identifier_count, scope) VALUES ('${erasure}', 'contact', '${person}', 'request', 2, '[{"table":"crm_contacts","action":"anonymise","keys":["${person}"]}]'); COMMIT`);
    await until('the erasure', async () => (await of.rows('SELECT 1 FROM crm_cdc.erasures')).length === 1, 60_000);
    const gone = async (): Promise<void> => {
      expect(await versions()).toEqual([{ full_name: 'Erased person', city: 'city 3' }]);
      expect(await letters()).toEqual([]);
    };
    await gone();
    await of.caughtUp();
    const early = await certify();
    // Four versions, the cut message, and the erasing change with the row before it.
    expect([early.clean, early.found]).toEqual([false, [{ where: 'topics', place: topic, column: null, count: 6 }]]);

    // As if the group had not confirmed the last two records: they stay, and so does the erasure on the list.
    await of.stopStream();
    const admin = client().admin();
    await admin.connect();
    await admin.setOffsets({ groupId: 'crm_cdc', topic, partitions: [{ partition: 0, offset: cut!.baseOffset! }] });
    await until('patience with offsets on their way', async () => (await of.rows('SELECT 1 FROM crm_cdc.erasures FINAL WHERE completed_at < now64(6) - 5')).length === 1);
    expect(await purgeErased(of.warehouse, of.settings)).toBe(0);
    expect(await admin.fetchTopicOffsets(topic)).toEqual([jasmine.objectContaining({ low: cut!.baseOffset, high: String(Number(cut!.baseOffset) + 2) })]);
    await admin.disconnect();
    expect((await certify()).found).toEqual([{ where: 'topics', place: topic, column: null, count: 2 }]);

    // Delivered again they bring nothing back, and once confirmed they go.
    await of.start();
    await until('the purge', async () => (await purgeErased(of.warehouse, of.settings)) === 1, 60_000);
    await gone();
    const certificate = await certify();
    expect([certificate.clean, certificate.found, certificate.unread]).toEqual([true, [], []]);
    expect(certificate.searched.topics!.places).toBeGreaterThan(4);
    expect(certificate.searched.topics!.items).toBeGreaterThan(3000);
    expect(certificate.hash).toBe(certificateHash(certificate));
    expect((await of.postgres.client.query('SELECT certificate_hash AS hash FROM crm_core.crm_erasures')).rows).toEqual([{ hash: certificate.hash }]);
    expect(await purgeErased(of.warehouse, of.settings)).withContext('again').toBe(0);
    await equal();
  });

  it('keeps large values through updates of other columns', async () => {
    const text = Array.from({ length: 60_000 }, (_, i) => `${i}\t${Math.sin(i)}`).join('\n');
    const numbers = Array.from({ length: 50_000 }, (_, i) => i * 7919);
    await of.postgres.client.query('INSERT INTO crm_core.crm_things (id, name, note, body, tags, numbers, bytes) VALUES (200001, $1, $2, $3, $4, $5, $6)', ['large', JSON.stringify({ text }), text, [text], numbers, Buffer.from(text)]);
    await of.run(`UPDATE crm_core.crm_things SET amount = 1 WHERE id = 200001`);
    await of.run(`UPDATE crm_core.crm_things SET amount = 2, name = NULL WHERE id = 200001`);
    await equal();
    expect(await letters()).toEqual([]);
  });

  it('ends the rows before a truncation and keeps those after it', async () => {
    await of.run(`BEGIN; INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'a' FROM generate_series(1, 50) n; TRUNCATE crm_core.crm_parts; INSERT INTO crm_core.crm_parts SELECT gen_random_uuid(), n, 'b' FROM generate_series(1, 5) n; COMMIT`);
    await equal();
    expect(await of.rows('SELECT label, count() AS n FROM crm_raw.crm_parts FINAL GROUP BY label')).toEqual([{ label: 'b', n: '5' }]);
  });

  it('follows the schema while rows flow, and tables that join', async () => {
    let on = true;
    let id = 300_000;
    const writing = (async () => { while (on) await pace(of.run(`INSERT INTO crm_core.crm_things (id, name) VALUES (${id++}, 'flow'); UPDATE crm_core.crm_things SET amount = amount + 1 WHERE id = ${id - 5}`)); })();
    await of.run(`ALTER TABLE crm_core.crm_things ADD COLUMN stage text NOT NULL DEFAULT 'it''s "new"', ADD COLUMN token uuid DEFAULT gen_random_uuid()`);
    await of.run(`ALTER TABLE crm_core.crm_things RENAME COLUMN body TO words; ALTER TABLE crm_core.crm_things ALTER COLUMN name TYPE varchar(100)`);
    await of.run(`CREATE TABLE crm_core.crm_late (id int PRIMARY KEY, name text); ALTER TABLE crm_core.crm_late REPLICA IDENTITY FULL; INSERT INTO crm_core.crm_late SELECT n, 'n' FROM generate_series(1, 100) n; ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_late`);
    await until('joined', async () => (await of.rows<{ n: string }>(`SELECT count() AS n FROM system.tables WHERE database = 'crm_raw' AND name = 'crm_late'`))[0]?.n === '1', 60_000);
    await of.run(`UPDATE crm_core.crm_late SET name = 'm' WHERE id < 10; ALTER TABLE crm_core.crm_things DROP COLUMN token`);
    on = false;
    await writing;
    await equal();
  });

  it('loses and doubles nothing when consumer, Connect and broker die', async () => {
    let on = true;
    let id = 400_000;
    const writing = (async () => { while (on) await pace(of.run(`INSERT INTO crm_core.crm_things (id, name) SELECT ${id += 10} + n, 'kill' FROM generate_series(0, 9) n; UPDATE crm_core.crm_things SET amount = amount + 1 WHERE id >= ${id - 20}`)); })();
    await of.connect.kill();
    await of.connect.restart();
    await of.restart();
    await of.kafka.kill();
    await of.kafka.restart();
    await of.connect.kill();
    await of.connect.restart();
    on = false;
    await writing;
    await equal();
    expect(await doubled()).toBe('0');
    // Whoever crashed has left for good: one that came back by itself would keep partitions from the one that reads.
    const admin = client().admin();
    await admin.connect();
    expect((await admin.describeGroups(['crm_cdc'])).groups[0]!.members.length).toBe(1);
    await admin.disconnect();
  });

  it('loses no change of a transaction that goes on where another one ended, when Connect dies meanwhile', async () => {
    // No messages meanwhile: the last position that Connect stores is what the commit below leaves.
    await of.restart({ kafka: { ...of.settings, heartbeatEveryMs: 3_600_000 } });
    const long = new pg.Client({ connectionString: of.postgres.url });
    long.on('error', () => undefined); // Shows as the failure of its next query.
    await long.connect();
    const stored = async (): Promise<string> => (await fetch(`${of.connect.url}/connectors/crm_cdc/offsets`)).text();
    await long.query(`BEGIN; INSERT INTO crm_core.crm_parts VALUES (gen_random_uuid(), 1, 'long')`);
    await of.run(`INSERT INTO crm_core.crm_parts VALUES (gen_random_uuid(), 1, 'short')`);
    // The log has no gap: the next change lies at the very position at which the short transaction ended.
    const { rows: [end] } = await of.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
    await long.query(`INSERT INTO crm_core.crm_parts VALUES (gen_random_uuid(), 2, 'long')`);
    await until('the change of the short one is stored', async () => Number(/"lsn":(\d+)/.exec(await stored())?.[1] ?? 0) >= Number(end!.lsn) - 500);
    let [before, same] = ['', 0];
    await until('nothing more is stored', async () => {
      const now = await stored();
      same = now === before ? same + 1 : 0;
      before = now;
      return same > 50;
    });
    await of.connect.kill();
    await long.query('COMMIT');
    await long.end();
    await of.connect.restart();
    await of.restart();
    await equal();
    expect(await of.rows(`SELECT no FROM crm_history.crm_parts FINAL WHERE label = 'long' ORDER BY no`)).toEqual([{ no: 1 }, { no: 2 }]);
    await of.run(`DELETE FROM crm_core.crm_parts WHERE label IN ('long', 'short')`);
  });

  it('reads a table again on request, by signal, and lets every change win', async () => {
    const before = of.lines.length;
    // What a lost write would leave behind: a row that the warehouse does not have.
    await of.stack.warehouse.command(`ALTER TABLE crm_history.crm_things DELETE WHERE id = 2 SETTINGS mutations_sync = 1`);
    await of.stack.warehouse.command(`ALTER TABLE crm_raw.crm_things DELETE WHERE id = 2 SETTINGS mutations_sync = 1`);
    await requestSnapshot(of.settings, [{ schema: 'crm_core', name: 'crm_things' }]);
    await until('row 2', async () => (await of.rows(`SELECT 1 FROM crm_raw.crm_things FINAL WHERE id = 2`)).length === 1, 120_000);
    await of.run(`UPDATE crm_core.crm_things SET amount = amount + 1 WHERE id < 100`);
    await equal();
    expect(of.lines.slice(before).filter((line) => line.includes('takes a snapshot'))).toEqual([]);
  });

  it('sets messages aside that are none, byte for byte, goes on, and replays what fits later', async () => {
    const foreign = '{"op":"c","source":{"schema":"crm_core","table":"crm_other"}}';
    const [things, codes] = ['crm_cdc.crm_core.crm_things', 'crm_cdc.crm_core.crm_codes'];
    // Written under a name that the key gets later, behind the last look at the catalogue: no shape that was explains it.
    const { rows: [now] } = await of.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_lsn() - '0/0')::text AS lsn`);
    const lsn = now!.lsn;
    const early = `{"op":"u","before":null,"after":{"id":"A1","name":"as it was"},"source":{"schema":"crm_core","table":"crm_codes","lsn":${lsn},"txId":3,"ts_us":1700000000000000}}`;
    const [code] = await send(codes, [{ key: '{"key":{"id":"A1"}}', value: early }]);
    const [first] = await send(things, [{ key: 'k', value: null }, { key: 'k', value: '{broken' }, { key: 'k', value: foreign }, { key: null, value: Buffer.from([0, 255, 1]) }]);
    await of.run(`UPDATE crm_core.crm_codes SET name = 'as it is' WHERE code = 'A1'`);
    const found = await until('letters', async () => { const all = await letters(); return all.length >= 4 && all; });
    const raw = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
    const at = (n: number): string => String(Number(first!.baseOffset) + n);
    // The tombstone before them is no trouble.
    expect(found.map((letter) => ({ ...letter, detail: '' }))).toEqual([
      { topic: codes, partition: 0, offset: code!.baseOffset!, raw: raw(early), raw_key: raw('{"key":{"id":"A1"}}') }, { topic: things, partition: 0, offset: at(1), raw: raw('{broken'), raw_key: raw('k') },
      { topic: things, partition: 0, offset: at(2), raw: raw(foreign), raw_key: raw('k') }, { topic: things, partition: 0, offset: at(3), raw: raw('\0\u00ff\u0001'), raw_key: '' },
    ].map((letter) => ({ ...letter, reason: 'undecodable', detail: '' })));
    const replay = (): Promise<ReplayReport> => replayDeadLetters({ postgresUrl: of.postgres.url, warehouseUrl: of.stack.url });
    const refused = await replay();
    expect([refused.found, refused.replayed]).toEqual([4, 0]);
    expect(refused.letters.find((letter) => letter.topic === codes)?.detail).toBe('the key column code is missing');
    await of.run('ALTER TABLE crm_core.crm_codes RENAME COLUMN code TO id');
    await equal();
    const report = await replay();
    expect([report.replayed, report.refused]).withContext(JSON.stringify(report.letters)).toEqual([1, 3]);
    expect(await of.rows(`SELECT name FROM crm_history.crm_codes FINAL WHERE id = 'A1' AND _lsn = ${lsn}`)).toEqual([{ name: 'as it was' }]);
    expect(await of.rows('SELECT id, name FROM crm_raw.crm_codes FINAL')).toEqual([{ id: 'A1', name: 'as it is' }]);
    expect((await letters()).map(({ detail }) => detail)).toEqual(found.slice(1).map(({ detail }) => detail));
    await equal();
  });

  it('begins anew when the slot is gone, without doubled rows', async () => {
    await of.connect.kill();
    await until('slot free', () => dropSlot(of.postgres.client, KAFKA_SLOT).then(() => true, () => false), 60_000);
    await of.run(`DELETE FROM crm_core.crm_things WHERE id % 5 = 0; UPDATE crm_core.crm_things SET name = 'unseen' WHERE id % 5 = 1; INSERT INTO crm_core.crm_things (id, name) VALUES (500001, 'unseen')`);
    await of.connect.restart();
    await until('healed', () => of.lines.some((line) => /takes a snapshot of .*(missing|discarded)/.test(line)), 60_000);
    await equal();
    expect(await doubled()).toBe('0');
  });

  it('begins anew when the server discards log that the slot needs', async () => {
    const before = of.lines.length;
    await of.connect.kill();
    await until('lost', async () => {
      await of.run(`UPDATE crm_core.crm_things SET name = 'lost' WHERE id % 3 = 0`);
      await of.run('SELECT pg_switch_wal()');
      await of.run('CHECKPOINT');
      return (await readSlot(of.postgres.client, KAFKA_SLOT))?.lost ?? true;
    }, 60_000);
    await of.run('DELETE FROM crm_core.crm_things WHERE id % 3 = 1');
    await of.connect.restart();
    await until('healed', () => of.lines.slice(before).some((line) => /takes a snapshot of/.test(line)), 60_000);
    await equal();
    expect(await doubled()).toBe('0');
  });

  it('keeps its place in the group while the warehouse is away for longer than a session, and its watermark behind the rows', async () => {
    const before = of.stream().position();
    await of.stack.stopWarehouse();
    await of.run(`INSERT INTO crm_core.crm_things (id, name) SELECT 600000 + n, 'away' FROM generate_series(1, 2000) n`);
    await until('a retry', () => of.stream().statistics.retries > 0);
    const joined = of.lines.length;
    await new Promise((resolve) => setTimeout(resolve, 15_000)); // Not to wait for something: to outlast two sessions of the group.
    expect(of.stream().position() - before < 20_000n).toBeTrue();
    expect(of.lines.slice(joined).filter((line) => /rebalanc|not a member|rejoin/i.test(line))).toEqual([]);
    await of.stack.startWarehouse();
    await equal();
    expect(await doubled()).toBe('0');
  });
});
