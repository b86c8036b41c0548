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
    const report = await of.parity(20_000);
    const why = report.different === 0 ? [] : [...of.lines.slice(-5), ...(await differingColumns(of, 'crm_values', 100))];
    if (report.different > 0) throw new Error(`${report.different} rows differ (seed ${seed}):\n${why.join('\n')}`);
    const letters = await of.rows<{ detail: string }>('SELECT * FROM crm_cdc.dead_letter FINAL LIMIT 3');
    expect(letters).toEqual([]);
    expect(report.rows).toBeGreaterThan(0);
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
});
