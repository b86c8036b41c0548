import { readConfig } from './config.js';
import { loadSample } from './sample/load.js';
import { volumes, type SampleSize } from './sample/world.js';

function isSize(text: string): text is SampleSize {
  return Object.hasOwn(volumes, text);
}

async function main(): Promise<void> {
  const config = readConfig();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (config.sample === 'none') return say('sample: none wanted');
  if (!isSize(config.sample)) throw new Error(`CRM_SAMPLE is ${config.sample}; set it to none, ${Object.keys(volumes).join(', ')}`);
  if (config.adminUrl === undefined) throw new Error('No database is named; start the product with npm start, or set CRM_PG_ADMIN_URL');
  const result = await loadSample(config.adminUrl, { size: config.sample, seed: config.seed, onProgress: say });
  if (!result.loaded) return say('sample: the database has accounts already; nothing was changed');
  const rows = [...result.rows.values()].reduce((sum, count) => sum + count, 0);
  say(`sample: ${config.sample} loaded, ${rows} rows in ${(result.milliseconds / 1000).toFixed(1)} s`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
