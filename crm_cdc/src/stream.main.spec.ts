import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { readSuiteConfig } from './config.js';
import { startTestStack, type TestStack } from './testing/stream.testing.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 400_000; // Servers start and stop in here, on machines that others use as well.

/** A small seeded generator, so that a failing run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('stream part', () => {
  let stack: TestStack;
  let part: ChildProcess | undefined;

  const main = fileURLToPath(new URL('./stream.main.js', import.meta.url));
  const spawn = (env: NodeJS.ProcessEnv = {}): ChildProcess => (part = fork(main, [], {
    env: { PATH: '/usr/bin:/bin', CRM_PG_STREAM_URL: stack.postgres.url, CRM_CLICKHOUSE_URL: stack.url, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [],
  }));
  const ready = async (child: ChildProcess): Promise<void> => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [{ type: 'exit' }])])) as [{ type: string }];
    expect(message.type).withContext(errors).toBe('ready');
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const child = part!;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    child.kill(signal);
    return ((await exit) as [number | null])[0];
  };

  beforeAll(async () => {
    stack = await startTestStack();
    await stack.postgres.table('crm_rows', 'id int PRIMARY KEY, version int NOT NULL, body text');
    await stack.postgres.table('crm_log', 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row int, version int');
  });
  afterEach(async () => { await end('SIGKILL'); });
  afterAll(async () => { await stack.stop(); });

  it('says it is ready and stops cleanly on SIGTERM and when its launcher is gone', async () => {
    await ready(spawn());
    expect(await end('SIGTERM')).toBe(0);
    await ready(spawn());
    const exit = once(part!, 'exit');
    part!.disconnect();
    expect(((await exit) as [number])[0]).toBe(0);
  });

  it('says in one line what it lacks', async () => {
    const child = spawn({ CRM_CLICKHOUSE_URL: '' });
    const [message] = (await once(child, 'message')) as [{ type: string; message: string }];
    expect(message.type).toBe('failed');
    expect(message.message).toContain('CRM_CLICKHOUSE_URL is not set');
    await once(child, 'exit');
    expect(child.exitCode).toBe(1);
  });

  const { seed: first, runs } = readSuiteConfig();
  // Each start comes with 20,000 rows to read: another seed for every 40 steps that are asked for.
  for (const seed of Array.from({ length: Math.ceil(runs / 40) }, (_, index) => first + index)) {
    it(`loses and doubles nothing when killed again and again (CRM_TEST_SEED=${seed})`, async () => {
      const random = seeded(seed);
      // A first snapshot that is killed half way, several times.
      await stack.run(`TRUNCATE crm_core.crm_rows, crm_core.crm_log; INSERT INTO crm_core.crm_rows SELECT n, 0, repeat(md5(n::text), 20) FROM generate_series(1, 20000) n`);
      await stack.run(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'crm_cdc'`);
      for (let kill = 0; kill < 3; kill++) {
        spawn();
        await new Promise((resolve) => setTimeout(resolve, 300 + random() * 900)); // The moment of the kill, not a wait for something.
        await end('SIGKILL');
        await stack.run(`DELETE FROM crm_core.crm_rows WHERE id % 100 = ${kill}`);
      }
      let writing = true;
      let changes = 0;
      const writer = async (lane: number): Promise<void> => {
        const client = new pg.Client({ connectionString: stack.postgres.url });
        await client.connect();
        while (writing) {
          const first = 20_000 + lane * 100_000 + Math.floor(random() * 500);
          const many = random() < 0.1 ? 400 : 3;
          await client.query('BEGIN');
          const { rowCount } = await client.query(
            `INSERT INTO crm_core.crm_rows SELECT n, 1, 'x' FROM generate_series($1::int, $2::int) n ON CONFLICT (id) DO UPDATE SET version = crm_rows.version + 1`, [first, first + many]);
          await client.query(`INSERT INTO crm_core.crm_log (row, version) SELECT id, version FROM crm_core.crm_rows WHERE id BETWEEN $1 AND $2`, [first, first + many]);
          if (random() < 0.2) await client.query('DELETE FROM crm_core.crm_rows WHERE id = $1', [first]);
          if (random() < 0.1) await client.query('ROLLBACK');
          else {
            await client.query('COMMIT');
            changes += rowCount ?? 0;
          }
          // Three lanes without a pause write more than a busy machine streams beside its other work.
          await delay(20);
        }
        await client.end();
      };
      const writers = [0, 1, 2].map(writer);
      try {
        for (let kill = 0; kill < 8; kill++) {
          const child = spawn();
          if (random() < 0.7) await ready(child);
          await new Promise((resolve) => setTimeout(resolve, 50 + random() * 700)); // The moment of the kill, not a wait for something.
          await end('SIGKILL');
        }
        await ready(spawn());
        // Compared while the writers go on: what commits later must not disturb the comparison at one position.
        const during = await stack.parity(120_000);
        expect(during.different).withContext(stack.lines.slice(-12).join('\n')).toBe(0);
      } finally {
        writing = false;
        await Promise.all(writers);
      }
      const after = await stack.parity(120_000);
      expect(after.different).withContext(stack.lines.slice(-12).join('\n')).toBe(0);
      const [log] = await stack.rows<{ n: string; keys: string }>('SELECT count() AS n, uniqExact(id) AS keys FROM crm_raw.crm_log FINAL');
      expect(log).toEqual({ n: String(changes), keys: String(changes) });
      // Each version of a row was written to the log by the same transaction: history holds it exactly once.
      const doubled = await stack.rows(`SELECT id, version, count() AS n FROM crm_history.crm_rows FINAL WHERE _op IN ('c', 'u') AND id >= 20000 GROUP BY id, version, _lsn HAVING n > 1 LIMIT 3`);
      expect(doubled).toEqual([]);
    });
  }
});
