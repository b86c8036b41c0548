import fs from 'node:fs';
import path from 'node:path';
import { events, isAlive, program, type PROGRAMS, temporaryFolder, until } from '../testing/programs.testing.js';
import { Part, type PartOptions } from './part.process.js';

describe('a part', () => {
  let folder: string;
  let lines: string[];
  let parts: Part[];

  beforeEach(() => {
    folder = temporaryFolder();
    lines = [];
    parts = [];
  });
  afterEach(async () => {
    await Promise.all(parts.map((part) => part.stop()));
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function part(name: keyof typeof PROGRAMS, options: Partial<PartOptions> = {}): Part {
    const { PATH = '' } = { PATH: path.dirname(process.execPath) };
    const spec = { name, entry: program(folder, name), env: { PATH, PART: name, CRM_DATA_DIR: folder } };
    const made = new Part(spec, { logDir: folder, print: (line) => lines.push(line), backoffMs: 10, ...options });
    parts.push(made);
    return made;
  }

  it('is started when it says ready, keeps its output and stops on SIGTERM', async () => {
    const one = part('plain');
    await one.start();
    const pid = one.pid ?? 0;
    expect(isAlive(pid)).toBeTrue();
    await until(() => fs.readFileSync(path.join(folder, 'plain.log'), 'utf8').includes('hello from plain'));
    await one.stop();
    expect(isAlive(pid)).toBeFalse();
    expect(events(folder)).toEqual(['plain start', 'plain stop']);
    parts = [];
  });

  it('is started again with another process when it dies', async () => {
    const one = part('plain');
    await one.start();
    const first = one.pid;
    await one.kill();
    const second = await until(() => (lines.includes('plain serves again') ? one.pid : undefined));
    expect(second).not.toBe(first);
    expect(lines[0]).toBe('plain ended (SIGKILL): starting it again in 0.01 s');
  });

  it('waits twice as long each time, up to the limit', async () => {
    const one = part('plain', { backoffMs: 10, backoffMaxMs: 40 });
    await one.start();
    for (let death = 1; death <= 4; death++) {
      await one.kill();
      await until(() => lines.filter((line) => line === 'plain serves again').length === death);
    }
    const waits = lines.flatMap((line) => /again in ([\d.]+) s/.exec(line)?.[1] ?? []);
    expect(waits).toEqual(['0.01', '0.02', '0.04', '0.04']);
  });

  it('begins with the short pause again after it was healthy for long enough', async () => {
    const one = part('plain', { backoffMs: 10, healthyMs: 0 });
    await one.start();
    for (let death = 1; death <= 3; death++) {
      await one.kill();
      await until(() => lines.filter((line) => line === 'plain serves again').length === death);
    }
    expect(lines.filter((line) => line.endsWith('again in 0.01 s')).length).toBe(3);
  });

  it('takes what it started along when it dies', async () => {
    const one = part('parent');
    await one.start();
    const child = Number(await until(() => /child (\d+)/.exec(events(folder).join('\n'))?.[1]));
    expect(isAlive(child)).toBeTrue();
    await one.kill();
    await until(() => !isAlive(child));
  });

  it('that cannot start says why in its own words', async () => {
    await expectAsync(part('refuses').start()).toBeRejectedWithError('refuses cannot start: the folder is damaged: delete it');
  });

  it('that crashes before it serves is tried a few times and explained by its last lines', async () => {
    await expectAsync(part('crashes').start()).toBeRejectedWithError('crashes cannot start: a package is missing: run npm ci, then npm start');
    expect(lines.filter((line) => line.includes('starting it again')).length).toBe(4);
    expect(lines.some((line) => line.includes('crashes | '))).toBeTrue();
  });

  it('that is never ready is given up', async () => {
    await expectAsync(part('silent', { readyMs: 300 }).start()).toBeRejectedWithError(/silent cannot start: silent was not ready after 0 s/);
  });

  it('that ignores SIGTERM is ended', async () => {
    const one = part('deaf', { stopMs: 100 });
    await one.start();
    const pid = one.pid ?? 0;
    await one.stop();
    expect(isAlive(pid)).toBeFalse();
    expect(lines).toEqual(['deaf does not stop: ending it']);
    parts = [];
  });
});
