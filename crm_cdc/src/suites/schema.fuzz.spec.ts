import pg from 'pg';
import { readSuiteConfig } from '../config.js';
import { differingColumns } from '../testing/column.diff.testing.js';
import { describeProfiles } from '../testing/profile.testing.js';
import { SchemaFuzz, seeded } from './schema.fuzz.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 400_000; // Servers start in here, on machines that others use as well.

const { seed, runs } = readSuiteConfig();
// A change of shape costs a second or more on both sides, a row nearly nothing.
const steps = Math.ceil(runs / 4);

describeProfiles('random changes of shape', (profile) => {
  it(`leave both sides equal (CRM_TEST_SEED=${seed})`, async () => {
    const of = profile();
    await of.postgres.table('crm_anchor', 'id int PRIMARY KEY');
    const fuzz = new SchemaFuzz(['crm_core.crm_fuzz_a', 'crm_core.crm_fuzz_b']);
    await fuzz.begin(of.postgres.client);
    await of.start();
    let going = true;
    const lane = async (number: number, work: (client: pg.Client) => Promise<void>): Promise<void> => {
      const client = new pg.Client({ connectionString: of.postgres.url });
      await client.connect();
      try {
        await work(client);
      } finally {
        if (number === 0) going = false;
        await client.end();
      }
    };
    const shapes = lane(0, async (client) => {
      const random = seeded(seed);
      for (let step = 0; step < steps; step++) {
        await fuzz.shape(client, random);
        for (let row = 0; row < 3; row++) await fuzz.row(client, random);
      }
    });
    const writers = [1, 2].map((number) => lane(number, async (client) => {
      const random = seeded(seed + number);
      while (going) await fuzz.row(client, random);
    }));
    await Promise.all([shapes, ...writers]);
    const report = await of.parity(240_000);
    const wrong = report.tables.filter((table) => table.different > 0).map((table) => table.table);
    const columns = await Promise.all(wrong.map((table) => differingColumns(of, table, 5)));
    expect(report.different).withContext([...fuzz.journal.filter((sql) => !/^(INSERT|UPDATE|DELETE)/.test(sql)).slice(-20), ...of.lines.slice(-15), ...columns.flat()].join('\n')).toBe(0);
    expect(await of.rows('SELECT table_name, detail FROM crm_cdc.dead_letter FINAL LIMIT 5')).toEqual([]);
    expect(fuzz.journal.length).toBeGreaterThan(steps);
  });
});
