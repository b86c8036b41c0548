import fs from 'node:fs';
import path from 'node:path';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureKafka } from './lib/kafka.mjs';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { Cure, command, progress } from './lib/print.mjs';
import { ensureReachable } from './lib/reach.mjs';
import { SUITES, endSuites, explain } from './lib/suites.mjs';

/** Suites that need a browser. */
const BROWSER = new Set(['crm_ui', 'crm_tests', 'flags_off']);
/** Suites that run Kafka and Connect. */
const KAFKA = new Set(['crm_cdc', 'crm_tests']);
/** Each suite uses a core and its database another half; more at once only adds timeouts. */
const LANES = 2;

const say = (text) => progress(text, process.stdout);
const total = { passed: 0, failed: 0, skipped: 0 };

function add(name, { passed, failed, skipped, note = '', output = '' }, seconds) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  say(`${failed > 0 ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds.toFixed(0)} s${note ? ` (${note})` : ''}`);
  if (failed > 0 && output) process.stdout.write(`${explain(output)}\n`);
}

function chosen() {
  const only = (process.env.CRM_TEST_ONLY ?? '').split(',').map((name) => name.trim()).filter(Boolean);
  const unknown = only.find((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown) throw new Cure(`CRM_TEST_ONLY names ${unknown}: use any of ${SUITES.map(({ name }) => name).join(', ')}.`);
  const flags = process.env.CRM_TEST_FLAGS || 'on';
  if (flags !== 'on' && flags !== 'off') throw new Cure(`CRM_TEST_FLAGS is ${flags}: use off for the specs that run without optional features, or leave it out for all.`);
  // Most specs are about a feature; without them, those are meant that must not need one.
  if (flags === 'off') return SUITES.filter(({ name }) => name === 'flags_off');
  return only.length === 0 ? SUITES : SUITES.filter(({ name }) => only.includes(name));
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}

/** Installs, builds and counts the build as one test for the services and one for the UI. */
async function build(needsUi) {
  const { result, seconds } = await timed(async () => {
    const { ui } = await prepare({ ui: needsUi });
    await ui;
    return needsUi ? 2 : 1;
  });
  add('build', { passed: result, failed: 0, skipped: 0 }, seconds);
}

/** Without Kafka the other suites still say what they know; its own fail with the cure. */
async function kafka() {
  const began = performance.now();
  const result = await ensureKafka(ROOT).then(
    () => ({ passed: 1, failed: 0, skipped: 0 }),
    (error) => ({ passed: 0, failed: 1, skipped: 0, note: error.message }),
  );
  add('kafka', result, (performance.now() - began) / 1000);
}

async function main() {
  await ensureReachable(ROOT, path.join(ROOT, '.crm_data'));
  const suites = chosen();
  await build(suites.some(({ name }) => name === 'crm_tests' || name === 'flags_off'));
  const state = path.join(ROOT, '.crm_build', 'test');
  fs.mkdirSync(state, { recursive: true });
  const env = environment();
  if (suites.some(({ name }) => KAFKA.has(name))) await kafka();
  if (suites.some(({ name }) => BROWSER.has(name))) env.CHROME_BIN = await ensureChromium(ROOT);

  const one = async (suite) => {
    say(`       ${suite.name} …`);
    const { result, seconds } = await timed(() => suite.run({ ...suite, root: ROOT, env, state }));
    add(suite.name, result, seconds);
  };
  for (const suite of suites.filter(({ wide }) => wide)) await one(suite);
  const queue = suites.filter(({ wide, alone }) => !wide && !alone);
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await one(next);
    }),
  );
  for (const suite of suites.filter(({ alone }) => alone)) await one(suite);
}

/** Settings of a person's own product must not reach the tests; where the jars are is the machine's affair. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CRM_') || name.startsWith('CRM_TEST_') || name === 'CRM_KAFKA_JARS'));
}

process.on('exit', endSuites);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endSuites();
    process.exit(1);
  });
}

await command(async () => {
  try {
    await main();
  } catch (error) {
    // Whatever broke the run itself counts as a failure, so that the last line stays true.
    total.failed += 1;
    process.stdout.write(`${error.name === 'Cure' ? error.message : error.stack}\n`);
  }
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
});
