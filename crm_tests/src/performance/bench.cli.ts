import { parseArgs } from 'node:util';
import pg from 'pg';
import type { SampleSize } from 'crm_ops';
import { createWarehouse } from 'crm_warehouse';
import { readConfig } from '../config.js';
import { ProductClient } from '../support/product.client.js';
import { startProduct } from '../support/product.fixture.js';
import { apiBench } from './api.bench.js';
import type { Bench, BenchContext, Figures, LoneBench } from './bench.types.js';
import { dashboardBench } from './dashboard.bench.js';
import { kpiBench } from './kpi.bench.js';
import { loadBench } from './load.bench.js';
import { dropBench, rowsBench, scrollBench } from './report.bench.js';
import { searchBench } from './search.bench.js';
import { freshBench } from './fresh.bench.js';
import { embeddedStreamBench, kafkaStreamBench } from './stream.bench.js';

const benches: readonly (Bench | LoneBench)[] = [apiBench, searchBench, loadBench, embeddedStreamBench, kafkaStreamBench, freshBench, kpiBench, dashboardBench, dropBench, scrollBench, rowsBench];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Target {
  readonly url: string;
  readonly pgUrl: string;
  readonly clickhouseUrl: string;
  readonly password: string;
  dispose(): Promise<void>;
}

/** The running product, or one of our own that is thrown away afterwards. */
async function target(sample: string): Promise<Target> {
  const { port, pgUrl, clickhouseUrl, demoPassword } = readConfig();
  if (port !== undefined && pgUrl !== undefined && clickhouseUrl !== undefined) {
    print(`measuring the product that runs on port ${port}`);
    return { url: `http://127.0.0.1:${port}`, pgUrl, clickhouseUrl, password: demoPassword, dispose: () => Promise.resolve() };
  }
  print(`starting a product of our own (sample ${sample})`);
  const test = await startProduct(sample as SampleSize);
  const { env, url, demoPassword: password } = test.product;
  return { url, pgUrl: env['CRM_PG_URL'] ?? '', clickhouseUrl: env['CRM_CLICKHOUSE_URL'] ?? '', password, dispose: () => test.dispose() };
}

async function onProduct(chosen: readonly Bench[], sample: string): Promise<Record<string, Figures>> {
  const product = await target(sample);
  const postgres = new pg.Pool({ connectionString: product.pgUrl, max: 2 });
  const warehouse = createWarehouse(product.clickhouseUrl);
  const context: BenchContext = {
    url: product.url,
    admin: await new ProductClient(product.url, 'admin@crm.test', product.password).signIn(),
    postgres,
    clickhouse: (sql) => warehouse.rows<Record<string, unknown>>(sql),
    print,
  };
  const figures: Record<string, Figures> = {};
  try {
    for (const bench of chosen) {
      print(`— ${bench.about}`);
      figures[bench.name] = await bench.run(context);
    }
  } finally {
    await postgres.end();
    await warehouse.close();
    await product.dispose();
  }
  return figures;
}

async function main(): Promise<Record<string, Figures>> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, sample: { type: 'string', default: 'medium' } } });
  const chosen = benches.filter((bench) => values.only === undefined || bench.name === values.only || bench.name.startsWith(`${values.only}.`));
  if (chosen.length === 0) throw new Error(`Usage: npm run bench -- [--only NAME] [--sample SIZE]\n${benches.map((bench) => `${bench.name}: ${bench.about}`).join('\n')}`);
  const figures: Record<string, Figures> = {};
  // Before a product is started: it would take its share of the machine.
  for (const bench of chosen) {
    if (!('alone' in bench)) continue;
    print(`— ${bench.about}`);
    figures[bench.name] = await bench.run(print);
  }
  const others = chosen.flatMap((bench) => ('alone' in bench ? [] : [bench]));
  if (others.length > 0) Object.assign(figures, await onProduct(others, values.sample));
  return figures;
}

main().then(
  (figures) => print(JSON.stringify(figures)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
