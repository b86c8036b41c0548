import pg from 'pg';

/** A generator of numbers in [0, 1) that a seed decides. */
export type Random = () => number;

/** Numbers of a seed; the same seed gives the same numbers. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Column { readonly name: string; readonly type: string }
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

const values: Readonly<Record<string, (random: Random) => string>> = {
  integer: (random) => String(Math.floor(random() * 1000)),
  bigint: (random) => String(Math.floor(random() * 1e12)),
  'numeric(18,2)': (random) => (random() * 1e6).toFixed(2),
  'numeric(12,4)': (random) => (random() * 1e4).toFixed(4),
  text: (random) => `E'text\\t${Math.floor(random() * 1e6)} \\\\ عربي'`,
  'character varying(20)': (random) => `'v${Math.floor(random() * 1e6)}'`,
  boolean: (random) => (random() < 0.5 ? 'true' : 'false'),
  'timestamp with time zone': (random) => `'2026-01-01'::timestamptz + ${Math.floor(random() * 1e9)} * interval '1 ms'`,
  date: (random) => `'2026-01-01'::date + ${Math.floor(random() * 1000)}`,
  uuid: () => 'gen_random_uuid()',
  jsonb: (random) => `'{"a": ${Math.floor(random() * 100)}}'`,
  'text[]': (random) => `ARRAY['x', 'y${Math.floor(random() * 100)}', NULL]`,
};
const types = Object.keys(values);
const create = (table: string): string =>
  `CREATE TABLE ${table} (id int PRIMARY KEY, a text, b int, c numeric(18,2) NOT NULL DEFAULT 1); ALTER TABLE ${table} REPLICA IDENTITY FULL; ALTER PUBLICATION crm_cdc ADD TABLE ${table}`;

/** Random statements about a few tables; which ones, the seed decides, and how they interleave, the servers. */
export class SchemaFuzz {
  /** Every statement that went through, oldest first. */
  readonly journal: string[] = [];
  private next = 0;

  constructor(private readonly tables: readonly string[]) {}

  /** Creates the tables. */
  async begin(client: pg.Client): Promise<void> {
    for (const table of this.tables) await client.query(create(table));
  }

  /** Changes rows of one table; what another connection has changed below it is left out. */
  async row(client: pg.Client, random: Random): Promise<void> {
    const table = pick(random, this.tables);
    const columns = (await this.columns(client, table)).filter(({ name }) => name !== 'id');
    const column = columns.length === 0 ? undefined : pick(random, columns);
    const value = column && (random() < 0.1 ? 'NULL' : values[column.type]?.(random));
    const kind = random();
    if (kind < 0.5 || column === undefined) await this.run(client, `INSERT INTO ${table} (id${column ? `, "${column.name}"` : ''}) VALUES (${++this.next}${column ? `, ${value ?? 'NULL'}` : ''})`);
    else if (kind < 0.8) await this.run(client, `UPDATE ${table} SET "${column.name}" = ${value ?? 'NULL'} WHERE id % 7 = ${Math.floor(random() * 7)}`);
    else if (kind < 0.9) await this.run(client, `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id LIMIT 1)`);
    else await this.run(client, `UPDATE ${table} SET id = id + 1000000 WHERE id = (SELECT min(id) FROM ${table})`);
  }

  /** Changes the shape of one table. */
  async shape(client: pg.Client, random: Random): Promise<void> {
    const table = pick(random, this.tables);
    const columns = (await this.columns(client, table)).filter(({ name }) => name !== 'id');
    const fresh = `${pick(random, ['a', 'b', 'c', 'd', 'e', 'f'])}`;
    const type = pick(random, types);
    const some = columns.length === 0 ? undefined : pick(random, columns);
    const other = columns.length === 0 ? undefined : pick(random, columns);
    const value = values[type]!(random);
    const add = [`ADD COLUMN ${fresh} ${type}`, `ADD COLUMN ${fresh} ${type} NOT NULL DEFAULT ${value}`, `ADD COLUMN ${fresh} text DEFAULT 'r' || random()`, `ADD COLUMN ${fresh} int GENERATED ALWAYS AS (id * 2) STORED`];
    const kind = random();
    const alter = `ALTER TABLE ${table}`;
    if (kind < 0.3 || some === undefined || other === undefined) await this.run(client, `${alter} ${pick(random, add)}`);
    else if (kind < 0.45) await this.run(client, `${alter} DROP COLUMN "${some.name}"`);
    else if (kind < 0.55) await this.run(client, `${alter} RENAME COLUMN "${some.name}" TO ${fresh}`);
    else if (kind < 0.62 && some.name !== other.name) await this.run(client, `BEGIN; ${alter} RENAME COLUMN "${some.name}" TO tmp; ${alter} RENAME COLUMN "${other.name}" TO "${some.name}"; ${alter} RENAME COLUMN tmp TO "${other.name}"; COMMIT`);
    else if (kind < 0.77) await this.run(client, `${alter} ALTER COLUMN "${some.name}" DROP DEFAULT, ALTER COLUMN "${some.name}" TYPE ${type} USING ${random() < 0.5 ? value : `"${some.name}"::text::${type}`}`);
    else if (kind < 0.83) await this.run(client, `${alter} DROP CONSTRAINT ${table.split('.')[1]}_pkey; ${alter} ADD PRIMARY KEY (id${random() < 0.5 ? `, "${some.name}"` : ''})`, true);
    else if (kind < 0.88) await this.run(client, `DROP TABLE ${table}; ${create(table)}`, true);
    else if (kind < 0.92) await this.run(client, `ALTER PUBLICATION crm_cdc DROP TABLE ${table}; UPDATE ${table} SET id = id + 5000000 WHERE id % 3 = 0; ALTER PUBLICATION crm_cdc ADD TABLE ${table}`);
    else if (kind < 0.95) await this.run(client, `TRUNCATE ${table}`);
    else await this.run(client, `BEGIN; INSERT INTO ${table} (id) VALUES (${++this.next}); ${alter} ADD COLUMN ${fresh} int DEFAULT 3; UPDATE ${table} SET ${fresh} = 4 WHERE id % 2 = 0; ${random() < 0.4 ? 'ROLLBACK' : 'COMMIT'}`);
  }

  private async columns(client: pg.Client, table: string): Promise<Column[]> {
    const { rows } = await client.query<Column>(`SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, [table]);
    return rows;
  }

  private async run(client: pg.Client, sql: string, whole = false): Promise<void> {
    try {
      await client.query(whole ? `BEGIN; ${sql}; COMMIT` : sql);
      this.journal.push(sql);
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      // What the shape of this moment does not allow; anything else is a fault of the fuzz.
      if (!(error instanceof pg.DatabaseError) || !/^(42|22|23|40|0A|2B|55|XX000)/.test(error.code ?? '')) throw error;
    }
  }
}
