import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readSuiteConfig } from '../config.js';
import { until } from '../testing/postgres.testing.js';
import { differingColumns } from '../testing/column.diff.testing.js';
import { describeProfiles } from '../testing/profile.testing.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 400_000; // Servers start in here, on machines that others use as well.

/** A change of a table's shape: rows are written before it, right behind it and later. */
interface ShapeCase {
  readonly title: string;
  readonly columns: string;
  /** Runs once with rows in place; a statement of its own, so that it may be a transaction. */
  readonly ddl: string;
  /** Makes a row whose key is `n`, before and after the change. */
  readonly before: (n: number) => string;
  readonly after: (n: number) => string;
  /** Postgres refuses updates and deletes of a table that logs whole old rows and publishes only some columns. */
  readonly insertsOnly?: true;
}

const plain = (n: number): string => `(id, name, amount) VALUES (${n}, 'n${n}', ${n}.25)`;
const base = 'id int PRIMARY KEY, name varchar(40), amount numeric(18,2) NOT NULL DEFAULT 0, count int, at timestamp, note text, day date';
const cases: readonly ShapeCase[] = [
  { title: 'a column without default', columns: base, ddl: 'ALTER TABLE $t ADD COLUMN extra text', before: plain, after: (n) => `(id, name, extra) VALUES (${n}, 'x', 'new')` },
  { title: 'a column with a constant default', columns: base, ddl: `ALTER TABLE $t ADD COLUMN stage text NOT NULL DEFAULT 'it''s "new"', ADD COLUMN rate numeric(5,2) DEFAULT 1.5`, before: plain, after: plain },
  { title: 'a column with a volatile default', columns: base, ddl: 'ALTER TABLE $t ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()', before: plain, after: plain },
  { title: 'a generated column', columns: base, ddl: 'ALTER TABLE $t ADD COLUMN doubled numeric(18,2) GENERATED ALWAYS AS (amount * 2) STORED', before: plain, after: plain },
  { title: 'a generated column with another expression', columns: `${base}, doubled numeric(18,2) GENERATED ALWAYS AS (amount * 2) STORED`, ddl: 'ALTER TABLE $t ALTER COLUMN doubled SET EXPRESSION AS (amount * 3)', before: plain, after: plain },
  { title: 'a column without default on rows that are filled and then NOT NULL', columns: base, ddl: `ALTER TABLE $t ADD COLUMN tier text; UPDATE $t SET tier = 'gold'; ALTER TABLE $t ALTER COLUMN tier SET NOT NULL`, before: plain, after: (n) => `(id, tier) VALUES (${n}, 'silver')` },
  { title: 'NOT NULL taken away', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN amount DROP NOT NULL', before: plain, after: (n) => `(id, amount) VALUES (${n}, NULL)` },
  { title: 'a dropped column', columns: base, ddl: 'ALTER TABLE $t DROP COLUMN amount', before: plain, after: (n) => `(id, name) VALUES (${n}, 'after')` },
  { title: 'a column dropped and added again with another type', columns: base, ddl: 'ALTER TABLE $t DROP COLUMN name; ALTER TABLE $t ADD COLUMN name int', before: plain, after: (n) => `(id, name) VALUES (${n}, ${n})` },
  { title: 'a column dropped and added again with the same type', columns: base, ddl: 'BEGIN; ALTER TABLE $t DROP COLUMN name; ALTER TABLE $t ADD COLUMN name varchar(40); COMMIT', before: plain, after: (n) => `(id) VALUES (${n})` },
  { title: 'a renamed column', columns: base, ddl: 'ALTER TABLE $t RENAME COLUMN name TO title', before: plain, after: (n) => `(id, title) VALUES (${n}, 'renamed')` },
  { title: 'a rename to a name that was used before', columns: `${base}, former text`, ddl: 'ALTER TABLE $t DROP COLUMN former; ALTER TABLE $t RENAME COLUMN note TO former', before: (n) => `(id, note, former) VALUES (${n}, 'note', 'former')`, after: (n) => `(id, former) VALUES (${n}, 'after')` },
  { title: 'two columns that swap their names', columns: base, ddl: 'BEGIN; ALTER TABLE $t RENAME COLUMN name TO tmp; ALTER TABLE $t RENAME COLUMN note TO name; ALTER TABLE $t RENAME COLUMN tmp TO note; COMMIT', before: (n) => `(id, name, note) VALUES (${n}, 'was name', 'was note')`, after: (n) => `(id, name) VALUES (${n}, 'x')` },
  { title: 'integer to bigint', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN count TYPE bigint', before: (n) => `(id, count) VALUES (${n}, ${n})`, after: (n) => `(id, count) VALUES (${n}, 9223372036854775807)` },
  { title: 'bigint to integer', columns: 'id int PRIMARY KEY, count bigint', ddl: 'ALTER TABLE $t ALTER COLUMN count TYPE integer', before: (n) => `VALUES (${n}, ${n})`, after: (n) => `VALUES (${n}, -1)` },
  { title: 'numeric with more digits', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN amount TYPE numeric(20,4)', before: plain, after: (n) => `(id, amount) VALUES (${n}, 0.1234)` },
  { title: 'numeric with fewer digits', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN amount TYPE numeric(12,1)', before: plain, after: (n) => `(id, amount) VALUES (${n}, 0.9)` },
  { title: 'varchar to text', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN name TYPE text', before: plain, after: (n) => `(id, name) VALUES (${n}, repeat('x', 100))` },
  { title: 'text to integer', columns: base, ddl: `ALTER TABLE $t ALTER COLUMN note TYPE int USING length(note)`, before: (n) => `(id, note) VALUES (${n}, E'a text\\twith a tab')`, after: (n) => `(id, note) VALUES (${n}, 12)` },
  { title: 'text to integer and back', columns: base, ddl: `ALTER TABLE $t ALTER COLUMN note TYPE int USING length(note); ALTER TABLE $t ALTER COLUMN note TYPE text USING 'no. ' || note`, before: (n) => `(id, note) VALUES (${n}, 'a text')`, after: (n) => `(id, note) VALUES (${n}, 'later')` },
  { title: 'integer to text', columns: base, ddl: `ALTER TABLE $t ALTER COLUMN count TYPE text USING 'no. ' || count`, before: (n) => `(id, count) VALUES (${n}, ${n})`, after: (n) => `(id, count) VALUES (${n}, 'text')` },
  { title: 'timestamp to timestamptz', columns: base, ddl: `ALTER TABLE $t ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'Asia/Kolkata'`, before: (n) => `(id, at) VALUES (${n}, '2026-01-02 03:04:05.678901')`, after: (n) => `(id, at) VALUES (${n}, '2026-01-02 03:04:05+05')` },
  { title: 'date to text', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN day TYPE text', before: (n) => `(id, day) VALUES (${n}, '1850-01-01')`, after: (n) => `(id, day) VALUES (${n}, 'someday')` },
  { title: 'the same type with other values', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN amount TYPE numeric(18,2) USING amount * 2', before: plain, after: plain },
  { title: 'integer to boolean', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN count TYPE boolean USING count > 5', before: (n) => `(id, count) VALUES (${n}, ${n})`, after: (n) => `(id, count) VALUES (${n}, true)` },
  { title: 'a wider key', columns: base, ddl: 'ALTER TABLE $t ALTER COLUMN id TYPE bigint', before: plain, after: (n) => `(id, name) VALUES (${n} + 5000000000, 'wide')` },
  { title: 'a key that becomes text', columns: base, ddl: `ALTER TABLE $t ALTER COLUMN id TYPE text USING 'K' || id`, before: plain, after: (n) => `(id, name) VALUES ('${n}', 'text')` },
  { title: 'a key of other columns', columns: base, ddl: 'BEGIN; ALTER TABLE $t DROP CONSTRAINT $n_pkey; ALTER TABLE $t ADD COLUMN ref uuid NOT NULL DEFAULT gen_random_uuid(); ALTER TABLE $t ADD PRIMARY KEY (ref); COMMIT', before: plain, after: plain },
  { title: 'a key of more columns', columns: base, ddl: 'ALTER TABLE $t DROP CONSTRAINT $n_pkey; ALTER TABLE $t ADD PRIMARY KEY (id, amount)', before: plain, after: plain },
  { title: 'a renamed key', columns: base, ddl: 'ALTER TABLE $t RENAME COLUMN id TO no', before: plain, after: (n) => `(no, name) VALUES (${n}, 'no')` },
  { title: 'a table created anew under its name', columns: base, ddl: 'DROP TABLE $t; CREATE TABLE $t (id text PRIMARY KEY, kind int); ALTER TABLE $t REPLICA IDENTITY FULL; ALTER PUBLICATION crm_cdc ADD TABLE $t', before: plain, after: (n) => `VALUES ('k${n}', ${n})` },
  { title: 'a table created anew with the same shape in one transaction', columns: base, ddl: `BEGIN; DROP TABLE $t; CREATE TABLE $t (${base}); ALTER TABLE $t REPLICA IDENTITY FULL; ALTER PUBLICATION crm_cdc ADD TABLE $t; INSERT INTO $t (id, name) VALUES (1, 'first of the new'); COMMIT`, before: plain, after: plain },
  { title: 'DDL between rows of one transaction', columns: base, ddl: `BEGIN; INSERT INTO $t (id, name) VALUES (900, 'before'); ALTER TABLE $t ADD COLUMN mid int DEFAULT 4; UPDATE $t SET mid = 5 WHERE id = 900; ALTER TABLE $t RENAME COLUMN note TO notes; INSERT INTO $t (id, notes, mid) VALUES (901, 'after', 6); COMMIT`, before: plain, after: plain },
  { title: 'DDL that is rolled back', columns: base, ddl: `BEGIN; INSERT INTO $t (id, name) VALUES (900, 'never'); ALTER TABLE $t ADD COLUMN never int DEFAULT 4; ALTER TABLE $t DROP COLUMN note; UPDATE $t SET never = 5; ROLLBACK`, before: plain, after: plain },
  { title: 'a publication of fewer columns', columns: base, ddl: 'BEGIN; ALTER PUBLICATION crm_cdc DROP TABLE $t; ALTER PUBLICATION crm_cdc ADD TABLE $t (id, name, amount); COMMIT', before: plain, after: plain, insertsOnly: true },
];

/** Cases of one spec. */
const together = 7;
/** From so many steps on (CRM_TEST_RUNS) every case is looked at in every way. */
const thorough = 100;

describeProfiles('schema change', (profile) => {
  let stream: EmbeddedStream;
  let number = 0;

  const equal = async (named: readonly string[], waitMs = 120_000): Promise<void> => {
    const report = await profile().parity(waitMs);
    const compared = new Set(report.tables.map(({ table }) => table.replace('crm_core.', '')));
    expect(named.filter((name) => !compared.has(name))).withContext('not compared').toEqual([]);
    if (report.different === 0) return;
    const wrong = report.tables.filter((one) => one.different > 0).map((one) => one.table);
    const columns = await Promise.all((wrong.length === 0 ? named : wrong).map((one) => differingColumns(profile(), one)));
    throw new Error(`${report.different} rows differ in ${wrong.join(', ')}:\n${[...profile().lines.slice(-40), ...columns.flat()].join('\n')}`);
  };
  // Since the last look: one case's letters are not the next one's.
  let seen = 0;
  const noLetters = async (): Promise<void> => {
    const letters = await profile().rows<{ table_name: string; detail: string }>('SELECT table_name, detail FROM crm_cdc.dead_letter FINAL ORDER BY recorded_at');
    const fresh = letters.slice(seen);
    seen = letters.length;
    expect(fresh.slice(0, 5)).toEqual([]);
  };

  /** Changes a table while two others write rows of the old and of the new kind. */
  const change = async (one: ShapeCase, name: string): Promise<void> => {
    const of = profile();
    const sql = (text: string): string => text.replaceAll('$t', `crm_core.${name}`).replaceAll('$n', name);
    // Not awaited: at the change some rows are there, some are on their way.
    let writing = true;
    const writer = async (lane: number): Promise<void> => {
      const client = new pg.Client({ connectionString: of.postgres.url });
      await client.connect();
      let shape: 'before' | 'after' = 'before';
      for (let n = lane * 1000; writing; n++) {
        try {
          await client.query(`INSERT INTO crm_core.${name} ${one[shape](n)}`);
        } catch (error) {
          // The change has come between two rows of this writer, or a row of the new kind came too early.
          if (!(error instanceof pg.DatabaseError) || !/^(42|22|23|0A|2B)/.test(error.code ?? '')) throw error;
          shape = shape === 'before' ? 'after' : 'before';
        }
        await delay(2);
      }
      await client.end();
    };
    const writers = [1, 2].map(writer);
    const client = new pg.Client({ connectionString: of.postgres.url });
    await client.connect();
    try {
      await client.query(sql(one.ddl));
      for (let n = 500; n < 505; n++) await client.query(`INSERT INTO crm_core.${name} ${one.after(n)}`);
    } finally {
      writing = false;
      await client.end();
      await Promise.all(writers);
    }
  };

  beforeAll(async () => {
    await profile().postgres.table('crm_anchor', 'id int PRIMARY KEY');
    stream = await profile().start();
  });
  afterEach(async () => {
    const tables = await profile().postgres.client.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'crm_core' AND tablename <> 'crm_anchor'`);
    for (const { name } of tables.rows) await profile().run(`DROP TABLE crm_core.${name}`);
    profile().lines.length = 0;
  });

  // Side by side: each must see both sides equal twice, and one look serves them all.
  for (let first = 0; first < cases.length; first += together) {
    const some = cases.slice(first, first + together);
    it(`follows ${some.map(({ title }) => title).join(', ')} while rows flow`, async () => {
      const of = profile();
      const tables = some.map((one) => ({ one, name: `crm_case_${++number}` }));
      for (const { one, name } of tables) {
        await of.postgres.table(name, one.columns);
        for (let n = 1; n <= 20; n++) await of.run(`INSERT INTO crm_core.${name} ${one.before(n)}`);
      }
      await Promise.all(tables.map(({ one, name }) => change(one, name)));
      await equal(tables.map(({ name }) => name));
      for (const { one, name } of tables) if (!one.insertsOnly) await of.run(`DELETE FROM crm_core.${name} WHERE ctid IN (SELECT ctid FROM crm_core.${name} LIMIT 3)`);
      await equal(tables.map(({ name }) => name));
      await noLetters();
    });
  }

  it(`finds such changes at its start (CRM_TEST_SEED=${readSuiteConfig().seed})`, async () => {
    const of = profile();
    const patience = 180_000; // Each table that joins is read at a slot of its own, which takes seconds: every third case, others the next time.
    const { seed, runs } = readSuiteConfig();
    const tables = cases.filter((_one, index) => runs >= thorough || (index + seed) % 3 === 0).map((one) => ({ one, name: `crm_start_${++number}` }));
    const sql = (text: string, name: string): string => text.replaceAll('$t', `crm_core.${name}`).replaceAll('$n', name);
    for (const { one, name } of tables) {
      await of.postgres.table(name, one.columns);
      for (let n = 1; n <= 5; n++) await of.run(`INSERT INTO crm_core.${name} ${one.before(n)}`);
    }
    await equal(tables.map(({ name }) => name), patience);
    await of.stopStream();
    for (const { one, name } of tables) {
      for (let n = 21; n <= 25; n++) await of.run(`INSERT INTO crm_core.${name} ${one.before(n)}`);
      await of.run(sql(one.ddl, name));
      for (let n = 500; n < 503; n++) await of.run(`INSERT INTO crm_core.${name} ${one.after(n)}`);
    }
    stream = await of.start();
    await equal(tables.map(({ name }) => name), patience);
    await noLetters();
  }, 2 * 180_000 + 60_000);

  it('tells columns apart that came, went or had other names while nobody listened', async () => {
    const of = profile();
    // Each between two looks at the catalogue: what it says before and after does not show that rows were written in between.
    const unseen: readonly (readonly [name: string, columns: string, statements: string])[] = [
      ['renamed', 'id int PRIMARY KEY', `ALTER TABLE $t ADD COLUMN mine int NOT NULL DEFAULT 735; INSERT INTO $t VALUES (2, 9); ALTER TABLE $t RENAME COLUMN mine TO yours`],
      ['lent', 'id int PRIMARY KEY, a text', `ALTER TABLE $t RENAME COLUMN a TO b; INSERT INTO $t VALUES (2, 'kept'); ALTER TABLE $t RENAME COLUMN b TO a`],
      ['swapped', 'id int PRIMARY KEY, a text, b text', `ALTER TABLE $t RENAME COLUMN a TO c; ALTER TABLE $t RENAME COLUMN b TO a; ALTER TABLE $t RENAME COLUMN c TO b; INSERT INTO $t VALUES (2, 'first', 'second');
        ALTER TABLE $t RENAME COLUMN a TO c; ALTER TABLE $t RENAME COLUMN b TO a; ALTER TABLE $t RENAME COLUMN c TO b`],
      ['reused', 'id int PRIMARY KEY', `ALTER TABLE $t ADD COLUMN a int; INSERT INTO $t VALUES (2, 9); ALTER TABLE $t DROP COLUMN a; ALTER TABLE $t ADD COLUMN a int`],
      ['passed_on', 'id int PRIMARY KEY', `ALTER TABLE $t ADD COLUMN a int; INSERT INTO $t VALUES (2, 9); ALTER TABLE $t RENAME COLUMN a TO b; ALTER TABLE $t ADD COLUMN a int DEFAULT 5`],
      // Here the names say it all, and nothing need be read again.
      ['plain', 'id int PRIMARY KEY, a int, b int', `INSERT INTO $t VALUES (2, 9, 9); ALTER TABLE $t ADD COLUMN c int DEFAULT 5; INSERT INTO $t VALUES (3, 9, 9, 6); ALTER TABLE $t DROP COLUMN a`],
    ];
    for (const [name, columns] of unseen) {
      await of.postgres.table(`crm_unseen_${name}`, columns);
      await of.run(`INSERT INTO crm_core.crm_unseen_${name} VALUES (1)`);
    }
    await equal(['crm_unseen_renamed']);
    await of.stopStream();
    of.lines.length = 0;
    for (const [name, , statements] of unseen) for (const sql of statements.split(';')) await of.run(sql.replaceAll('$t', `crm_core.crm_unseen_${name}`));
    stream = await of.start();
    await equal(['crm_unseen_renamed']);
    expect(await of.rows('SELECT id, yours FROM crm_raw.crm_unseen_renamed FINAL ORDER BY id')).toEqual([{ id: 1, yours: 735 }, { id: 2, yours: 9 }]);
    expect(of.lines.filter((line) => line.includes('crm_unseen_plain') && line.includes('reading its rows'))).toEqual([]);
    await noLetters();
  });

  it('takes a table renamed to another name and back', async () => {
    const of = profile();
    await of.postgres.table('crm_from', base);
    await of.run(`INSERT INTO crm_core.crm_from ${plain(1)}`);
    await equal(['crm_from']);
    await of.run('ALTER TABLE crm_core.crm_from RENAME TO crm_to');
    await of.run(`INSERT INTO crm_core.crm_to ${plain(2)}`);
    await equal(['crm_to']);
    await of.run(`ALTER TABLE crm_core.crm_to RENAME TO crm_from; INSERT INTO crm_core.crm_from ${plain(3)}`);
    await equal(['crm_from']);
    await noLetters();
  });

  it('finds what a table missed while it was out of the publication for a moment', async () => {
    const of = profile();
    await of.postgres.table('crm_gap', base);
    await of.run(`INSERT INTO crm_core.crm_gap ${plain(1)}; INSERT INTO crm_core.crm_gap ${plain(2)}`);
    await equal(['crm_gap']);
    await of.run(`ALTER PUBLICATION crm_cdc DROP TABLE crm_core.crm_gap`);
    await of.run(`UPDATE crm_core.crm_gap SET name = 'unseen' WHERE id = 1; DELETE FROM crm_core.crm_gap WHERE id = 2; INSERT INTO crm_core.crm_gap ${plain(3)}`);
    await of.run('ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_gap');
    await equal(['crm_gap']);
    // The same while nobody listens.
    await of.stopStream();
    await of.run(`ALTER PUBLICATION crm_cdc DROP TABLE crm_core.crm_gap`);
    await of.run(`UPDATE crm_core.crm_gap SET name = 'unseen again'`);
    await of.run('ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_gap');
    stream = await of.start();
    await equal(['crm_gap']);
  });

  it('keeps in history what rows had before the change', async () => {
    const of = profile();
    await of.postgres.table('crm_past', base);
    await of.run(`INSERT INTO crm_core.crm_past (id, name, note, amount) VALUES (1, 'name of then', 'a text', 5)`);
    await equal(['crm_past']);
    await of.run(`ALTER TABLE crm_core.crm_past DROP COLUMN name; ALTER TABLE crm_core.crm_past ALTER COLUMN note TYPE int USING length(note)`);
    await of.run(`UPDATE crm_core.crm_past SET amount = 6`);
    await equal(['crm_past']);
    const [then] = await of.rows<Record<string, unknown>>(`SELECT * FROM crm_history.crm_past FINAL WHERE _op = 'c'`);
    expect(then).toEqual(jasmine.objectContaining({ id: 1, name: 'name of then', note__string: 'a text', amount: '5.00' }));
    expect(stream.statistics.ok).toBeGreaterThan(0);
  });

  it('reads a table that joins while the first snapshot is on its way', async () => {
    const of = profile();
    await of.run(`CREATE TABLE crm_core.crm_joining (${base}); ALTER TABLE crm_core.crm_joining REPLICA IDENTITY FULL`);
    await of.run(`INSERT INTO crm_core.crm_joining SELECT n, 'n' || n, n FROM generate_series(1, 500) n`);
    await of.stopStream();
    await of.forget();
    of.lines.length = 0;
    const starting = of.start();
    await until('the snapshot', () => of.lines.some((line) => /tak(es|ing) a snapshot/.test(line)), 60_000);
    await of.run('ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_joining');
    stream = await starting;
    await equal(['crm_joining']);
    await noLetters();
  });

  it('goes on when a table appears and is gone before it was looked at', async () => {
    const of = profile();
    for (let n = 0; n < 5; n++) {
      await of.postgres.table('crm_brief', base);
      await of.run(`INSERT INTO crm_core.crm_brief ${plain(n)}; DROP TABLE crm_core.crm_brief`);
    }
    await of.postgres.table('crm_brief', 'id uuid PRIMARY KEY, name text');
    await of.run(`INSERT INTO crm_core.crm_brief VALUES (gen_random_uuid(), 'stays')`);
    await equal(['crm_brief']);
    await until('table', async () => (await of.rows('SELECT 1 AS one FROM crm_raw.crm_brief FINAL')).length === 1);
  });
});
