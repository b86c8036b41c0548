import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A folder of its own for one spec. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'crm_ops_'));
}

/** Waits until `check` gives something other than false or undefined. @throws Error after `withinMs`. */
export async function until<T>(check: () => T | Promise<T>, withinMs = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value !== false && value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Not so after ${withinMs} ms: ${String(check)}`);
    await pause(20);
  }
}

/** True while a process with this number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A part as the protocol wants it: says ready, stops on SIGTERM and when its launcher is gone. `before` runs first. */
const WELL_BEHAVED = (before: string): string => `
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { spawn } from 'node:child_process';
const note = (text) => fs.appendFileSync(path.join(process.env.CRM_DATA_DIR, 'events'), process.env.PART + ' ' + text + '\\n');
${before}
console.log('hello from', process.env.PART);
process.on('SIGTERM', () => { note('stop'); process.exit(0); });
process.on('disconnect', () => { note('disconnect'); process.exit(0); });
note('start');
setInterval(() => undefined, 1000);
`;

/** Small real programs that stand for the product's parts. */
export const PROGRAMS = {
  plain: WELL_BEHAVED('') + `process.send({ type: 'ready' });`,
  /** Serves the health check on CRM_PORT, by TLS where it has a certificate. */
  api: WELL_BEHAVED('') + `
    const { CRM_TLS_CERT: cert, CRM_TLS_KEY: key } = process.env;
    const create = cert === undefined ? http.createServer : (listener) => https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) }, listener);
    create((request, response) => response.end(JSON.stringify({ status: 'ok', components: {} })))
      .listen(Number(process.env.CRM_PORT), '127.0.0.1', () => process.send({ type: 'ready' }));`,
  /** Has a child in its group, as Postgres is the child of its part. */
  parent: WELL_BEHAVED('') + `
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    note('child ' + child.pid);
    process.send({ type: 'ready' });`,
  refuses: `process.send({ type: 'failed', message: 'the folder is damaged: delete it' }, () => process.exit(1));`,
  crashes: `import 'a-package-that-nobody-has';`,
  deaf: WELL_BEHAVED('') + `process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => undefined); process.send({ type: 'ready' });`,
  silent: WELL_BEHAVED(''),
  task: `import fs from 'node:fs'; import path from 'node:path';
    fs.appendFileSync(path.join(process.env.CRM_DATA_DIR, 'events'), 'task ' + process.argv.slice(2).join(' ') + '\\n');
    console.log('12 rows written');`,
  failingTask: `console.error('relation x exists: run down first'); process.exitCode = 1;`,
  slowTask: `process.on('disconnect', () => process.exit(1)); setInterval(() => undefined, 1000);`,
} as const;

/** Writes a program into `folder` and returns its path. */
export function program(folder: string, name: keyof typeof PROGRAMS): string {
  const file = path.join(folder, `${name}.mjs`);
  fs.writeFileSync(file, PROGRAMS[name]);
  return file;
}

/** What the programs noted in `<dataDir>/events`, line by line. */
export function events(dataDir: string): string[] {
  const file = path.join(dataDir, 'events');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
}
