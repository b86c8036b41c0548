import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describeProfiles, type Profile } from '../testing/profile.testing.js';
import { readSuiteConfig } from '../config.js';
import { differingColumns } from '../testing/column.diff.testing.js';
import { arrayLiteral, ownTypes, valueTypes } from './value.types.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // Servers start in here, on machines that others use as well.

const { seed, runs } = readSuiteConfig();
type Row = readonly (string | null)[];

describeProfiles('values', (profile) => {
  const columns = [
    ...valueTypes.map((type) => ({ name: type.name, type: type.type })),
    ...valueTypes.map((type) => ({ name: `${type.name}_list`, type: `${type.type}[]` })),
  ];

  const delimiter = (type: string): string => (type === 'box' ? ';' : ',');
  const lists = valueTypes.map((type): readonly (string | null)[] => {
    const { edges } = type;
    const d = delimiter(type.type);
    return ['{}', arrayLiteral([...edges, null], d), `{${arrayLiteral([edges[0]!, edges[1] ?? edges[0]!], d)}${d}${arrayLiteral([null, edges[0]!], d)}}`, `[-1:0]=${arrayLiteral([edges[0]!, null], d)}`, null];
  });
  /** Rows that hold every edge of every type at least once. */
  const edgeRows = (): Row[] => {
    const most = Math.max(...valueTypes.map((type) => type.edges.length));
    return Array.from({ length: most }, (_, i) => [
      ...valueTypes.map((type) => type.edges[i % type.edges.length]!),
      ...lists.map((list) => list[i % list.length]!),
    ]);
  };
  const anyRow: fc.Arbitrary<Row> = fc.tuple(
    fc.tuple(...valueTypes.map((type) => fc.option(type.any, { freq: 8 }))),
    fc.tuple(...valueTypes.map((type) => fc.option(fc.array(fc.option(type.any), { maxLength: 4 }).map((all) => arrayLiteral(all, delimiter(type.type))), { freq: 4 }))),
  ).map(([one, many]) => [...one, ...many]);

  const insert = (of: Profile, id: number, row: Row): Promise<unknown> =>
    of.postgres.client.query(`INSERT INTO crm_core.crm_values VALUES ($1, 'new', ${row.map((_, i) => `$${i + 2}`).join(', ')})`, [id, ...row]);
  const replace = (of: Profile, id: number, row: Row): Promise<unknown> =>
    of.postgres.client.query(`UPDATE crm_core.crm_values SET ${columns.map((column, i) => `${column.name} = $${i + 2}`).join(', ')} WHERE id = $1`, [id, ...row]);
  const equal = async (): Promise<void> => {
    const of = profile();
    const report = await of.parity();
    const why = report.different === 0 ? [] : [...of.lines.slice(-5), ...(await differingColumns(of, 'crm_values', 100))];
    if (report.different > 0) throw new Error(`${report.different} rows differ (seed ${seed}):\n${why.join('\n')}`);
    const letters = await of.rows<{ detail: string }>(`SELECT * FROM crm_cdc.dead_letter FINAL WHERE table_name = 'crm_values' LIMIT 3`);
    expect(letters).toEqual([]);
    expect(report.rows).toBeGreaterThan(0);
    // Nor was a value taken for one of an earlier type of its column and kept beside it.
    expect(await of.rows(`SELECT name FROM system.columns WHERE database = 'crm_raw' AND table = 'crm_values' AND position(name, '__') > 1`)).toEqual([]);
  };

  it(`come back as they were written, by snapshot and by stream (seed ${seed})`, async () => {
    const of = profile();
    await of.run(ownTypes);
    await of.postgres.table('crm_values', `id int PRIMARY KEY, label text, ${columns.map((column) => `${column.name} ${column.type}`).join(', ')}`);
    const rows = edgeRows();
    let id = 0;
    for (const row of rows) await insert(of, id++, row);
    await of.start();
    await equal();
    for (const row of rows) await insert(of, id++, row);
    await equal();
    await of.run(`UPDATE crm_core.crm_values SET label = 'other column'`);
    await equal();
    for (const [at, row] of rows.entries()) await replace(of, (at + 1) % rows.length, row);
    await of.run('DELETE FROM crm_core.crm_values WHERE id % 5 = 4');
    await equal();
    const samples = fc.sample(anyRow, { seed, numRuns: runs });
    for (const row of samples) await insert(of, id++, row);
    await equal();
  });

  it('of text, however strange or long, come back, also as keys', async () => {
    const of = profile();
    const folder = fileURLToPath(new URL('../../../../shared/data/validation/naughty_strings.json', import.meta.url));
    // Lone combining marks, direction marks and controls beside the collected ones; Postgres has no NUL in text.
    const collected = existsSync(folder) ? (JSON.parse(readFileSync(folder, 'utf8')) as string[]) : [];
    const strings = [...new Set([...collected, ...valueTypes.find((type) => type.name === 'body')!.edges, '\u0301\u0302', '\u202Eabc', '\u200F\u200E', ' trailing ', '\u00A0'])].filter((text) => !text.includes('\0'));
    await of.postgres.table('crm_texts', 'id text PRIMARY KEY, body text, note jsonb, raw json, tags text[], mail citext');
    const insert = (text: string, id: string): Promise<unknown> => of.postgres.client.query('INSERT INTO crm_core.crm_texts VALUES ($1, $2, $3, $4, $5, $6)', [id, text, JSON.stringify({ text }), JSON.stringify([text]), [text, text], text]);
    for (const text of strings) await insert(text, `s ${text}`);
    await of.restart();
    for (const text of strings) await insert(text, text);
    await of.run(`UPDATE crm_core.crm_texts SET mail = 'other'; DELETE FROM crm_core.crm_texts WHERE length(id) = 7`);
    // A record of the broker holds both states of a row, and a character beyond 16 bits as two escapes: more than this would be above its 64 MB.
    const long = 'م🚀x\t\n'.repeat(1_150_000);
    expect(Buffer.byteLength(long)).toBeGreaterThan(10_000_000);
    await of.postgres.client.query(`INSERT INTO crm_core.crm_texts (id, body, note) VALUES ('long', $1, $2)`, [long, JSON.stringify({ text: 'é"\\'.repeat(300_000), deep: JSON.parse('['.repeat(800) + ']'.repeat(800)) as unknown })]);
    await of.run(`UPDATE crm_core.crm_texts SET tags = '{}' WHERE id = 'long'`);
    const report = await of.parity();
    const why = report.different === 0 ? [] : await differingColumns(of, 'crm_texts');
    expect(report.different).withContext(why.join('\n')).toBe(0);
    const mine = (await of.postgres.client.query<{ id: string; body: string }>('SELECT id, body FROM crm_core.crm_texts ORDER BY id COLLATE "C"')).rows;
    const theirs = await of.rows<{ id: string; body: string }>('SELECT id, body FROM crm_raw.crm_texts FINAL ORDER BY id');
    expect(theirs.length).toBe(mine.length);
    expect(mine.filter((row, i) => row.id !== theirs[i]?.id || row.body !== theirs[i]?.body).map((row) => row.id)).toEqual([]);
  });

  it('that no key of the warehouse can tell apart become dead letters with the reason, by stream and by snapshot', async () => {
    const of = profile();
    await of.postgres.table('crm_far', 'at timestamptz PRIMARY KEY, name text');
    await of.run(`INSERT INTO crm_core.crm_far VALUES ('infinity', 'late'), ('9999-01-01', 'later'), ('2026-01-01', 'now')`);
    await of.restart();
    const letters = (): Promise<{ detail: string }[]> => of.rows(`SELECT DISTINCT detail FROM crm_cdc.dead_letter FINAL WHERE table_name = 'crm_far'`);
    const check = async (): Promise<void> => {
      await of.caughtUp();
      expect(await of.rows(`SELECT name FROM crm_raw.crm_far FINAL`)).toEqual([{ name: 'now' }]);
      expect(await letters()).toEqual([{ detail: 'at: a moment outside of the years 1900 to 2299 cannot be a key of the warehouse' }]);
    };
    await check();
    await of.run(`INSERT INTO crm_core.crm_far VALUES ('0044-03-15 BC', 'ides')`);
    await check();
    await of.run('DROP TABLE crm_core.crm_far');
  });
});
