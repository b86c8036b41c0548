import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

// node jasmine.groups.mjs JASMINE GROUPS: runs each group of specs (JSON, a list of lists of files) in a process of its own, side by side, and adds up their
// counts in CRM_TEST_REPORT. Who measures coverage around it sees all of them.

const [jasmine, groups] = process.argv.slice(2);
const report = process.env.CRM_TEST_REPORT;
const helper = (name) => path.join(import.meta.dirname, name);

function run(specs, file) {
  return new Promise((resolve) => {
    const args = [jasmine, `--reporter=${helper('jasmine.reporter.mjs')}`, `--helper=${helper('jasmine.helper.mjs')}`, ...specs];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, CRM_TEST_REPORT: file } });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const files = JSON.parse(groups).map((_, index) => `${report}.${index}`);
for (const file of files) fs.rmSync(file, { force: true });
const codes = await Promise.all(JSON.parse(groups).map((specs, index) => run(specs, files[index])));
// A group that has left no report has crashed: then there is no sum to believe.
if (files.every((file) => fs.existsSync(file))) {
  const all = files.map((file) => JSON.parse(fs.readFileSync(file, 'utf8')));
  const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
  fs.writeFileSync(report, JSON.stringify({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), longest: all.flatMap(({ longest }) => longest) }));
}
process.exitCode = Math.max(...codes);
