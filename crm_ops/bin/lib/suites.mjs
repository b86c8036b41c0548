import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { auditLines } from './audit.mjs';
import { lastLines } from './child.mjs';
import { FLAGS_OFF, FLAGS_OFF_LONG } from './flags.off.mjs';
import { filesOf } from './tree.mjs';

/** Least line coverage of the modules on which the numbers depend. */
export const COVERAGE_LINES = 85;
const CRITICAL = new Set(['crm_db', 'crm_cdc', 'crm_warehouse', 'crm_semantic', 'crm_api', 'crm_ml']);
/** Its own lines are tests, and measuring slows every part of every product that it starts. */
const UNMEASURED = new Set(['crm_tests']);

/** A suite that hangs must not take the others' time with it; the longest, crm_tests, has taken more than half an hour on a slow machine. */
const LIMIT_SECONDS = 45 * 60;

/** Groups of specs that take longer are named: where the time of a run has gone. */
const LONG_SECONDS = 20;

/** Specs that run beside the others of their package: those that wait for a broker most of the time; those of the browser, while proofs wait for one server after the other. */
const BESIDE = { crm_cdc: /^dist\/(suites|sources\/kafka)\//, crm_tests: /^dist\/journeys\// };

/** All suites in the order they start, the longest first so that the lanes end together; `wide` ones take all lanes, `alone` ones come when the others have ended. */
export const SUITES = Object.freeze([
  { name: 'crm_cdc', run: jasmine, wide: true },
  { name: 'crm_semantic', run: jasmine },
  { name: 'crm_api', run: jasmine },
  { name: 'crm_ml', run: jasmine },
  { name: 'lint', run: lint },
  { name: 'crm_db', run: jasmine },
  { name: 'crm_ui', run: karma },
  { name: 'crm_warehouse', run: jasmine },
  { name: 'crm_ops', run: jasmine },
  { name: 'crm_telemetry', folder: 'crm_ops/telemetry', run: jasmine },
  { name: 'audit', run: audit },
  { name: 'crm_tests', run: jasmine, alone: true },
  // Products again: after those that measure.
  { name: 'flags_off', run: flagsOff, alone: true },
]);

/** Process groups of running suites: each may have started databases and browsers. */
const groups = new Set();

/** Ends every running suite with all it has started. */
export function endSuites() {
  for (const pid of groups) killGroup(pid);
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}

/** Runs a suite's program in its own process group; its output goes to a file. */
function execute(args, { cwd, env, logFile }) {
  return new Promise((resolve) => {
    const log = fs.openSync(logFile, 'w');
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
    groups.add(child.pid);
    let hung = false;
    const limit = setTimeout(() => {
      hung = true;
      killGroup(child.pid);
    }, LIMIT_SECONDS * 1000);
    const end = (code) => {
      clearTimeout(limit);
      if (child.pid !== undefined) killGroup(child.pid);
      groups.delete(child.pid);
      fs.closeSync(log);
      resolve({ code, hung, output: fs.readFileSync(logFile, 'utf8') });
    };
    child.on('error', () => end(127));
    child.on('exit', (code, signal) => end(code ?? (signal ? 1 : 0)));
  });
}

const count = (passed, failed, skipped = 0) => ({ passed, failed, skipped });

async function jasmine({ name, folder = name, root, env, state }) {
  const cwd = path.join(root, folder);
  const report = path.join(state, `${name}.json`);
  const coverage = path.join(root, 'coverage', name);
  fs.rmSync(report, { force: true });
  const specs = [...filesOf(['bin', 'lint'].map((each) => path.join(cwd, each))), ...distFiles(cwd)]
    .filter((file) => /\.spec\.m?js$/.test(file))
    .map((file) => path.relative(cwd, file));
  if (specs.length === 0) return { ...count(0, 1), note: `no specs were found in ${name}/dist` };
  const bin = (file) => path.join(root, 'node_modules', file);
  const beside = BESIDE[name];
  const groups = beside === undefined ? [specs] : [specs.filter((file) => !beside.test(file)), specs.filter((file) => beside.test(file))];
  const program = [path.join(root, 'crm_ops/bin/lib/jasmine.groups.mjs'), bin('jasmine/bin/jasmine.js'), JSON.stringify(groups)];
  const args = UNMEASURED.has(name) ? program : [
    bin('c8/bin/c8.js'), '--clean', '--all', '--temp-directory', path.join(state, `${name}_coverage`), '--reports-dir', coverage,
    '--reporter', 'json-summary', '--reporter', 'lcovonly', '--include', 'dist/**/*.js', '--include', 'src/**/*.ts',
    '--exclude', '**/*.spec.*', '--exclude', '**/testing/**', '--exclude-after-remap', process.execPath, ...program,
  ];
  const { code, hung, output } = await execute(args, { cwd, env: { ...env, CRM_TEST_REPORT: report }, logFile: path.join(state, `${name}.log`) });
  if (!fs.existsSync(report)) return { ...count(0, 1), note: hung ? `ended after ${LIMIT_SECONDS} s` : `crashed with exit code ${code}`, output };
  const counts = JSON.parse(fs.readFileSync(report, 'utf8'));
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'no spec ran', output };
  const notes = [];
  if (code !== 0 && counts.failed === 0) {
    counts.failed += 1;
    notes.push(`ended with exit code ${code}`);
  }
  const lines = UNMEASURED.has(name) ? undefined : linesOf(coverage);
  if (lines !== undefined) notes.push(`${lines} % of lines covered`);
  const long = counts.longest.filter(({ seconds }) => seconds >= LONG_SECONDS).sort((one, other) => other.seconds - one.seconds);
  if (long.length > 0) notes.push(`longest: ${long.map((one) => `${one.name} ${one.seconds} s`).join(', ')}`);
  if (CRITICAL.has(name)) {
    // The threshold is a test like the others: it can pass or fail.
    if (lines !== undefined && lines >= COVERAGE_LINES) counts.passed += 1;
    else {
      counts.failed += 1;
      notes.push(`${COVERAGE_LINES} % are required, see coverage/${name}`);
    }
  }
  return { ...counts, note: notes.join(', '), output };
}

/** Advisories of packages: one question to the registry. Where it cannot be asked, as without a network, that is said and counted as skipped. */
async function audit({ root, env, state }) {
  const file = path.join(state, 'audit.json');
  fs.rmSync(file, { force: true });
  const script = `import { auditPackages } from ${JSON.stringify(path.join(root, 'crm_ops/bin/lib/audit.mjs'))}; import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(auditPackages(${JSON.stringify(root)})));`;
  const { code, output } = await execute(['--input-type=module', '--eval', script], { cwd: root, env, logFile: path.join(state, 'audit.log') });
  if (code !== 0 || !fs.existsSync(file)) return { ...count(0, 1), note: `ended with exit code ${code}`, output };
  const verdict = JSON.parse(fs.readFileSync(file, 'utf8'));
  const lines = auditLines(verdict);
  if (verdict.unavailable !== undefined) return { ...count(0, 0, 1), note: lines[0], output };
  const failed = verdict.open.length + verdict.over.length;
  return { ...count(failed === 0 ? 1 : 0, failed), note: lines.at(-1), output: lines.join('\n') };
}

/** Some of the same specs, with every optional feature off. */
async function flagsOff({ root, env, state }) {
  const sum = count(0, 0);
  const outputs = [];
  const notes = [];
  for (const [name, all] of Object.entries(FLAGS_OFF)) {
    const specs = all.filter((spec) => env.CRM_TEST_FLAGS === 'off' || !FLAGS_OFF_LONG.has(spec));
    const report = path.join(state, `flags_off.${name}.json`);
    fs.rmSync(report, { force: true });
    const args = [path.join(root, 'crm_ops/bin/lib/jasmine.groups.mjs'), path.join(root, 'node_modules/jasmine/bin/jasmine.js'), JSON.stringify([specs.map((spec) => `dist/${spec}.spec.js`)])];
    const { code, hung, output } = await execute(args, { cwd: path.join(root, name), env: { ...env, CRM_TEST_FLAGS: 'off', CRM_TEST_REPORT: report }, logFile: path.join(state, `flags_off.${name}.log`) });
    const counts = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : count(0, 1);
    // A run that failed without naming a spec, or found none of the named ones, has proved nothing.
    if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) counts.failed = 1;
    if (hung) notes.push(`${name} ended after ${LIMIT_SECONDS} s`);
    for (const key of ['passed', 'failed', 'skipped']) sum[key] += counts[key];
    outputs.push(output);
  }
  return { ...sum, note: notes.join(', '), output: outputs.join('\n') };
}

/** `filesOf` leaves dist folders out, so this one looks inside. */
function distFiles(cwd) {
  const dist = path.join(cwd, 'dist');
  return fs.existsSync(dist) ? fs.readdirSync(dist, { recursive: true }).map((name) => path.join(dist, String(name))).sort() : [];
}

function linesOf(coverage) {
  try {
    return JSON.parse(fs.readFileSync(path.join(coverage, 'coverage-summary.json'), 'utf8')).total.lines.pct;
  } catch {
    return undefined;
  }
}

async function karma({ name, root, env, state }) {
  const cwd = path.join(root, 'crm_ui');
  const args = [path.join(root, 'node_modules/@angular/cli/bin/ng.js'), 'test', '--watch=false'];
  const { code, hung, output } = await execute(args, { cwd, env: { ...env, NG_CLI_ANALYTICS: 'false' }, logFile: path.join(state, `${name}.log`) });
  const counts = karmaCounts(output);
  if (!counts) return { ...count(0, 1), note: hung ? `ended after ${LIMIT_SECONDS} s` : `ran nothing (exit code ${code})`, output };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `ended with exit code ${code}`, output };
  return { ...counts, note: '', output };
}

/** Counts of Karma's last progress line, or undefined when no spec ran. */
export function karmaCounts(output) {
  const last = [...output.matchAll(/Executed (\d+) of (\d+)([^\r\n]*)/g)].at(-1);
  if (!last || Number(last[1]) === 0) return undefined;
  const failed = Number(/\((\d+) FAILED\)/.exec(last[3])?.[1] ?? 0);
  const skipped = Number(/\(skipped (\d+)\)/.exec(last[3])?.[1] ?? 0);
  return count(Number(last[1]) - failed, failed, skipped);
}

async function lint({ name, root, env, state }) {
  const report = path.join(state, 'lint.json');
  fs.rmSync(report, { force: true });
  const args = [path.join(root, 'node_modules/eslint/bin/eslint.js'), '.', '--max-warnings', '0', '--format', 'json', '--output-file', report];
  const { code, output } = await execute(args, { cwd: root, env, logFile: path.join(state, `${name}.log`) });
  if (!fs.existsSync(report)) return { ...count(0, 1), note: `crashed with exit code ${code}`, output };
  const files = JSON.parse(fs.readFileSync(report, 'utf8'));
  const findings = files.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `FAILED: ${path.relative(root, filePath)}:${line ?? 0} ${message} (${ruleId ?? 'syntax'})`));
  const note = `${files.length} files, ${findings.length} findings`;
  if (findings.length === 0 && code === 0 && files.length > 0) return { ...count(1, 0), note, output: '' };
  return { ...count(0, 1), note, output: findings.join('\n') };
}

/** What a reader of a failed run must see of a suite: its failures, or the end of its output when it has named none. */
export function explain(output) {
  const lines = output.split(/\r?\n/);
  const failures = [];
  let inside = false;
  for (const line of lines) {
    if (/^FAILED: | FAILED$/.test(line)) inside = true;
    else if (!/^\s/.test(line)) inside = false;
    if (inside) failures.push(line);
  }
  return failures.length > 0 ? failures.slice(0, 200).join('\n') : lastLines(output, 30);
}
