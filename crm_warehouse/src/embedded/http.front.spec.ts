import { request } from 'node:http';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { createWarehouse, readerUrl } from '../connection.js';
import { PASSWORD, startTestWarehouse, until, USER, type TestWarehouse } from '../testing/warehouse.testing.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
const ENDLESS = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';

describe('HTTP front', () => {
  let test: TestWarehouse;
  let client: ClickHouseClient;
  const basic = { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` };

  beforeAll(async () => {
    test = await startTestWarehouse();
    client = createClient({ url: test.server.url, compression: { request: true, response: true }, log: { level: ClickHouseLogLevel.OFF } });
  });
  afterAll(async () => {
    await client.close();
    await test.close();
  });

  const json = async (query: string): Promise<unknown> => (await client.query({ query, format: 'JSONEachRow' })).json();
  const post = (query: string, body: string | Buffer, init: { headers?: Record<string, string>; extra?: string } = {}): Promise<Response> =>
    fetch(`${test.origin}/?query=${encodeURIComponent(query)}${init.extra ?? ''}`, { method: 'POST', body, headers: { ...basic, ...init.headers } });

  describe('with @clickhouse/client', () => {
    it('answers both pings', async () => {
      expect((await client.ping()).success).toBeTrue();
      expect((await client.ping({ select: true })).success).toBeTrue();
    });

    it('binds typed parameters of every shape', async () => {
      const result = await client.query({
        query: 'SELECT {n:UInt64} AS n, {s:String} AS s, {a:Array(String)} AS a, {z:Nullable(String)} AS z, {d:DateTime64(3)} AS d FROM system.{t:Identifier} LIMIT {l:UInt8}',
        query_params: { n: '18446744073709551615', s: "it's \t\n\\ é 🎈 سلام", a: ["x'y", 'z'], z: null, d: '2024-02-03 04:05:06.789', t: 'one', l: 1 },
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
      });
      expect(await result.json()).toEqual([{ n: '18446744073709551615', s: "it's \t\n\\ é 🎈 سلام", a: ["x'y", 'z'], z: null, d: '2024-02-03 04:05:06.789' }]);
    });

    it('does not carry parameters, settings or databases over to the next query', async () => {
      await client.query({ query: 'SELECT {secret:String}', query_params: { secret: 'x' } });
      for (let i = 0; i < 20; i++) await expectAsync(client.query({ query: 'SELECT {secret:String}' })).toBeRejectedWith(jasmine.objectContaining({ code: '456' }));
      await client.query({ query: 'SELECT 1', clickhouse_settings: { max_threads: 1, final: 1 } });
      await client.command({ query: 'SET max_threads = 1' });
      await expectAsync(client.command({ query: 'CREATE TEMPORARY TABLE x (a Int8)' })).toBeRejectedWith(jasmine.objectContaining({ code: '48' }));
      await expectAsync(client.query({ query: 'SELECT 1', clickhouse_settings: { max_threads: 1, no_such_setting: 1 } as never })).toBeRejected();
      await client.command({ query: 'USE system' });
      const rows = await Promise.all(Array.from({ length: 20 }, () => json("SELECT getSetting('max_threads') > 1 AS threads, getSetting('final') AS final, currentDatabase() AS db")));
      for (const row of rows) expect(row).toEqual([{ threads: 1, final: false, db: 'scratch' }]);
    });

    it('creates, inserts, executes and reads back', async () => {
      await client.command({ query: 'CREATE TABLE t (a UInt32, s String, d Nullable(Decimal(18, 2))) ENGINE = MergeTree ORDER BY a' });
      const inserted = await client.insert({ table: 't', values: [{ a: 1, s: 'x', d: '1.10' }, { a: 2, s: 'ñ' }], format: 'JSONEachRow' });
      expect(inserted.summary?.written_rows).toBe('2');
      await client.insert({ table: 't', values: [[3, 'y', null]], format: 'JSONCompactEachRow' });
      await client.command({ query: "INSERT INTO t VALUES (4, 'v; FORMAT x', 2)" });
      await client.insert({ table: 't', values: Readable.from(['5\tfrom a stream\t\\N\n', '6\tmore\t3\n'], { objectMode: false }), format: 'TabSeparated' });
      const { stream } = await client.exec({ query: 'INSERT INTO t FORMAT CSV\n7,"two\nlines",\n' });
      for await (const _ of stream) void _;
      expect(await json('SELECT s FROM t ORDER BY a')).toEqual(['x', 'ñ', 'y', 'v; FORMAT x', 'from a stream', 'more', 'two\nlines'].map((s) => ({ s })));
    });

    it('streams a million rows', async () => {
      const result = await client.query({ query: 'SELECT number AS n FROM numbers(1000000)', format: 'JSONEachRow' });
      let rows = 0;
      let sum = 0;
      for await (const part of result.stream<{ n: number | string }>()) {
        for (const row of part) sum += Number(row.json().n);
        rows += part.length;
      }
      expect([rows, sum]).toEqual([1_000_000, 499_999_500_000]);
    });

    it('gives the codes of a ClickHouse server', async () => {
      const cases: [string, string][] = [['SELECT nope', '47'], ['SELECT * FROM nope', '60'], ['SELEC 1', '62'], ['SELECT 1; SELECT 2', '62'], ['SELECT * FROM nope.t', '81'], ["SELECT * FROM file('/etc/passwd')", '497'], ['SELECT throwIf(1)', '395']];
      for (const [query, code] of cases) await expectAsync(client.query({ query })).withContext(query).toBeRejectedWith(jasmine.objectContaining({ code }));
      await client.command({ query: 'CREATE TABLE IF NOT EXISTS r (a UInt32) ENGINE = MergeTree ORDER BY a' });
      await expectAsync(client.insert({ table: 'r', values: [{ a: 'no number' }], format: 'JSONEachRow' })).toBeRejected();
      await expectAsync(client.query({ query: ENDLESS, clickhouse_settings: { max_execution_time: 0.2 } })).toBeRejectedWith(jasmine.objectContaining({ code: '159' }));
      await expectAsync(client.query({ query: 'SELECT 1', clickhouse_settings: { no_such_setting: 1 } as never })).toBeRejectedWith(jasmine.objectContaining({ code: '115' }));
    });

    it('kills a query by its id', async () => {
      const victim = client.query({ query: ENDLESS, query_id: 'victim' });
      victim.catch(() => undefined);
      await until(async () => ((await (await client.query({ query: "KILL QUERY WHERE query_id = 'victim'", format: 'JSONEachRow' })).json()) as unknown[]).length === 1);
      await expectAsync(victim).toBeRejectedWith(jasmine.objectContaining({ code: '394' }));
      expect(await json("KILL QUERY WHERE query_id = 'nobody' SYNC")).toEqual([]);
      await expectAsync(client.command({ query: "KILL QUERY WHERE user = 'x'" })).toBeRejectedWith(jasmine.objectContaining({ code: '48' }));
    });

    it('refuses a second query with the id of a running one', async () => {
      const first = client.query({ query: ENDLESS, query_id: 'same' });
      first.catch(() => undefined);
      let refused: unknown;
      await until(async () => {
        refused = await client.query({ query: 'SELECT 1', query_id: 'same' }).then(() => undefined, (error: unknown) => error);
        return refused !== undefined;
      });
      expect(refused).toEqual(jasmine.objectContaining({ code: '216' }));
      await client.command({ query: "KILL QUERY WHERE query_id = 'same'" });
      await expectAsync(first).toBeRejected();
    });

    it('stops the work of a client that has gone', async () => {
      const abort = new AbortController();
      const running = (): Promise<unknown> => json(`SELECT count() AS c FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%system.processes%' AND is_cancelled = 0`);
      const gone = client.query({ query: ENDLESS, abort_signal: abort.signal });
      gone.catch(() => undefined);
      await until(async () => Number(((await running()) as { c: number }[])[0]?.c) === 1);
      abort.abort();
      await until(async () => Number(((await running()) as { c: number }[])[0]?.c) === 0);
      await expectAsync(gone).toBeRejected();
    });

    it('runs many queries at once without blocking', async () => {
      const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => json(`SELECT sum(number) + ${String(i)} AS s FROM numbers(100000)`)));
      expect(answers.length).toBe(60);
    });

    it('lets the reader read and nothing else', async () => {
      const reader = createWarehouse(readerUrl(test.server.url));
      await client.command({ query: 'CREATE TABLE IF NOT EXISTS r (a UInt32) ENGINE = MergeTree ORDER BY a' });
      expect(await reader.rows('SELECT count() = 0 AS some FROM r', { settings: { join_use_nulls: 1, date_time_output_format: 'simple' } })).toEqual([{ some: 1 }]);
      for (const query of ["INSERT INTO r VALUES (9)", 'DROP TABLE r', 'CREATE TABLE u (a Int8) ENGINE = Memory', 'ALTER TABLE r DELETE WHERE 1', 'SET readonly = 0', 'SET readonly = DEFAULT', 'INSERT INTO r SETTINGS readonly = DEFAULT VALUES (1)', 'INSERT INTO r SELECT 1']) {
        await expectAsync(reader.command(query)).withContext(query).toBeRejectedWith(jasmine.objectContaining({ code: '164' }));
      }
      const victim = client.query({ query: ENDLESS, query_id: 'mine' });
      victim.catch(() => undefined);
      await until(async () => (await reader.command("KILL QUERY WHERE query_id = 'mine'").then(() => '', (error: { code: string }) => error.code)) === '497');
      await client.command({ query: "KILL QUERY WHERE query_id = 'mine'" });
      await expectAsync(victim).toBeRejected();
      await reader.close();
    });
  });

  describe('over plain HTTP', () => {
    it('answers health checks without credentials', async () => {
      for (const path of ['/ping', '/replicas_status']) expect(await (await fetch(test.origin + path)).text()).toBe('Ok.\n');
      expect((await fetch(`${test.origin}/nowhere`)).status).toBe(404);
      expect((await fetch(test.origin, { method: 'DELETE' })).status).toBe(405);
      expect(await (await fetch(`${test.origin}/?user=${USER}&password=${encodeURIComponent(PASSWORD)}`)).text()).toBe('Ok.\n');
    });

    it('takes credentials three ways and refuses wrong ones', async () => {
      const query = `${test.origin}/?query=SELECT%201`;
      expect((await fetch(query)).status).toBe(401);
      expect(await (await fetch(query, { headers: basic })).text()).toBe('1\n');
      expect(await (await fetch(query, { headers: { 'x-clickhouse-user': USER, 'x-clickhouse-key': PASSWORD } })).text()).toBe('1\n');
      expect(await (await fetch(`${query}&user=${USER}&password=${encodeURIComponent(PASSWORD)}`)).text()).toBe('1\n');
      for (const user of [USER, 'nobody']) {
        const wrong = await fetch(`${query}&user=${user}&password=wrong`);
        expect(wrong.status).toBe(403);
        expect(wrong.headers.get('x-clickhouse-exception-code')).toBe('516');
      }
    });

    it('tells id, format, summary, zone and name in headers', async () => {
      const answer = await post('SELECT 1 AS a', '', { extra: '&query_id=abc&default_format=CSVWithNames' });
      expect(await answer.text()).toBe('"a"\n1\n');
      expect(answer.headers.get('x-clickhouse-query-id')).toBe('abc');
      expect(answer.headers.get('x-clickhouse-format')).toBe('CSVWithNames');
      expect(answer.headers.get('x-clickhouse-timezone')).toMatch(/UTC$/);
      expect(answer.headers.get('x-clickhouse-server-display-name')).toBeTruthy();
      expect(JSON.parse(answer.headers.get('x-clickhouse-summary') ?? '')).toEqual(jasmine.objectContaining({ read_rows: '1' }));
    });

    it('shows no file of the machine as a table', async () => {
      for (const table of ['default.`/etc/hostname`', '`/etc/hostname`', "merge('default', 'etc')"]) {
        expect((await post(`SELECT * FROM ${table}`, '')).status).withContext(table).not.toBe(200);
      }
      expect(await json("SELECT engine FROM system.databases WHERE name IN ('default', 'scratch')")).toEqual([{ engine: 'Atomic' }]);
    });

    it('treats GET as read-only and joins parameter and body', async () => {
      expect((await fetch(`${test.origin}/?query=CREATE%20DATABASE%20got`, { headers: basic })).status).toBe(403);
      expect(await (await post('SELECT 1 +', ' 2')).text()).toBe('3\n');
      expect((await post('', '')).status).toBe(400);
      expect((await post('SELECT 1', '', { extra: '&default_format=a%20b' })).status).toBe(404);
      expect((await post('SELECT 1', '', { extra: '&a-b=1' })).status).toBe(404);
      expect((await post('SELECT 1', '', { extra: '&compress=1' })).status).toBe(501);
      expect(await (await post('SELECT name FROM tables LIMIT 0', '', { extra: '&database=system&readonly=1&session_id=x' })).text()).toBe('');
    });

    it('packs answers only when asked', async () => {
      // fetch unpacks by itself, so the raw bytes come from http.request.
      const raw = (encoding: string, asked: string): Promise<{ body: Buffer; encoding: string | undefined }> =>
        new Promise((resolve, reject) => {
          request(`${test.origin}/?query=${encodeURIComponent('SELECT * FROM numbers(100000)')}${asked}`, { headers: { ...basic, 'accept-encoding': encoding } }, (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('end', () => {
              resolve({ body: Buffer.concat(parts), encoding: response.headers['content-encoding'] });
            });
          }).on('error', reject).end();
        });
      const plain = await raw('gzip', '');
      expect(plain.encoding).toBeUndefined();
      const gzip = await raw('gzip, deflate', '&enable_http_compression=1');
      expect(gunzipSync(gzip.body).equals(plain.body)).toBeTrue();
      const deflate = await raw('deflate', '&enable_http_compression=1');
      expect(inflateSync(deflate.body).equals(plain.body)).toBeTrue();
    });

    it('unpacks bodies and refuses what it cannot read', async () => {
      expect(await (await post('', gzipSync('SELECT 5'), { headers: { 'content-encoding': 'gzip' } })).text()).toBe('5\n');
      expect((await post('', 'not packed', { headers: { 'content-encoding': 'gzip' } })).status).toBe(500);
      expect((await post('', 'x', { headers: { 'content-encoding': 'lz4' } })).status).toBe(501);
    });

    it('refuses a statement without end', async () => {
      const endless = Buffer.alloc(17 * 1024 * 1024, ' ');
      endless.write('SELECT 1');
      const answer = await post('', endless).catch(() => undefined);
      if (answer !== undefined) expect(answer.status).toBe(413);
      expect(await json('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('inserts binary and columnar formats and rows with names', async () => {
      await client.command({ query: 'CREATE TABLE f (a UInt32, s String) ENGINE = MergeTree ORDER BY a' });
      for (const format of ['Native', 'RowBinary', 'Parquet', 'CSVWithNames', 'JSONEachRow', 'Values']) {
        const rows = Buffer.from(await (await post(`SELECT toUInt32(number) AS a, toString(number) AS s FROM numbers(1000) FORMAT ${format}`, '')).arrayBuffer());
        const answer = await post(`INSERT INTO f FORMAT ${format}`, rows);
        expect(answer.status).withContext(`${format}: ${await answer.text()}`).toBe(200);
      }
      expect(await json('SELECT count() AS c, toString(sum(a)) AS s FROM f')).toEqual([{ c: jasmine.anything(), s: String(6 * 499_500) }]);
    });

    it('inserts through input() with expressions', async () => {
      await client.command({ query: 'CREATE TABLE i (a UInt32, s String) ENGINE = MergeTree ORDER BY a' });
      expect((await post("INSERT INTO i SELECT x * 2, concat(y, '!') FROM input('x UInt32, y String') FORMAT TSV", '1\ta\\tb\n2\tb\n')).status).toBe(200);
      expect(await json('SELECT * FROM i ORDER BY a')).toEqual([{ a: 2, s: 'a\tb!' }, { a: 4, s: 'b!' }]);
    });

    it('keeps the bytes of data that follows its statement in the body', async () => {
      await client.command({ query: 'CREATE TABLE b (s String) ENGINE = MergeTree ORDER BY s' });
      const bytes = Buffer.concat([Buffer.from('INSERT INTO b FORMAT TSV\nسلام'), Buffer.from([0xff, 0xfe]), Buffer.from('\n')]);
      expect((await post('', bytes)).status).toBe(200);
      expect(await json('SELECT hex(s) AS h FROM b')).toEqual([{ h: `${Buffer.from('سلام').toString('hex').toUpperCase()}FFFE` }]);
    });

    it('takes 60 MB of rows in flat memory', async () => {
      await client.command({ query: 'CREATE TABLE big (a UInt64, s String) ENGINE = MergeTree ORDER BY a' });
      const line = 'x'.repeat(280);
      const total = 200_000;
      function* rows(): Generator<string> {
        for (let i = 0; i < total; i += 1000) yield Array.from({ length: 1000 }, (_, j) => `${String(i + j)}\t${line}\n`).join('');
      }
      const memory = async (): Promise<number> => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${String(test.server.pid)}/status`, 'utf8').catch(() => ''))?.[1] ?? 0) / 1024;
      const before = await memory();
      let highest = before;
      const timer = setInterval(() => {
        memory().then((now) => (highest = Math.max(highest, now)), () => undefined);
      }, 25);
      await client.insert({ table: 'big', values: Readable.from(rows(), { objectMode: false }), format: 'TabSeparated' });
      clearInterval(timer);
      expect(await json('SELECT toString(count()) AS c, toString(sum(a)) AS s FROM big')).toEqual([{ c: String(total), s: '19999900000' }]);
      // The engine's own parsers and the merge take most of it; the body itself, twice over in text, must not show.
      expect(highest - before).withContext('MB more at the highest').toBeLessThan(400);
    });
  });
});
