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
  const letters = (): Promise<{ reason: string; topic: string; raw: string; detail: string }[]> => of.rows('SELECT reason, topic, raw, detail FROM crm_cdc.dead_letter FINAL');

  beforeAll(async () => {
    // Enough log for the interruptions in here, little enough to be used up on purpose.
    of = await startKafkaProfile(['max_slot_wal_keep_size=256MB', 'max_wal_size=64MB', 'min_wal_size=32MB']);
    await of.postgres.table('crm_things', `id int PRIMARY KEY, name text, amount numeric(18,2) NOT NULL DEFAULT 0, big bigint, at timestamptz DEFAULT now(), day date, note jsonb, body text, tags text[], numbers int[], bytes bytea, state text DEFAULT 'open', score real DEFAULT 1`);
    await of.postgres.table('crm_parts', 'thing uuid, no int, label text, PRIMARY KEY (thing, no)');
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

  it('sets messages aside that are none, byte for byte, and goes on', async () => {
    const { Kafka, logLevel } = await import('kafkajs');
    const producer = new Kafka({ brokers: [of.kafka.brokers], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const topic = 'crm_cdc.crm_core.crm_things';
    await producer.send({ topic, messages: [{ key: 'k', value: '{broken' }, { key: 'k', value: '{"op":"c","source":{"schema":"crm_core","table":"crm_other"}}' }, { key: 'k', value: Buffer.from([0, 255, 1]) }] });
    await producer.disconnect();
    const found = await until('letters', async () => { const all = await letters(); return all.length >= 3 && all; });
    expect(found.map((letter) => [letter.reason, letter.topic])).toEqual(Array(3).fill(['undecodable', topic]));
    expect(found.map((letter) => Buffer.from(letter.raw, 'base64').toString('latin1')).sort()).toEqual(['\0\u00ff\u0001', '{"op":"c","source":{"schema":"crm_core","table":"crm_other"}}', '{broken']);
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
