import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { events, program, temporaryFolder, until } from '../testing/programs.testing.js';

const MAIN = fileURLToPath(new URL('../launch.main.js', import.meta.url));

describe('the launcher as a program', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function run(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
    const child = spawn(process.execPath, [MAIN], { env: { PATH: '/usr/bin:/bin', ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  it('says in one line what is wrong and ends with 1', async () => {
    expect(await run({ CRM_PORT: 'x', CRM_DATA_DIR: folder })).toEqual({ code: 1, stderr: 'crm: CRM_PORT is "x": use a whole number from 1 to 65535, for example CRM_PORT=8081.\n' });
    fs.writeFileSync(path.join(folder, 'secrets.json'), 'x');
    const { code, stderr } = await run({ CRM_PORT: '0', CRM_DATA_DIR: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^crm: The data folder .* is damaged .*\n$/);
  });

  it('stops when it is told to and when its parent is gone', async () => {
    const index = fileURLToPath(new URL('./launch.command.js', import.meta.url));
    const script = path.join(folder, 'command.mjs');
    const part = `{ name: 'store', entry: ${JSON.stringify(program(folder, 'plain'))}, env: { PART: 'store', CRM_DATA_DIR: ${JSON.stringify(folder)} } }`;
    // Waits before the services, so that a stop in the middle of a start is what happens.
    fs.writeFileSync(script, `import { runLauncher } from ${JSON.stringify(index)};
      process.exit(await runLauncher({
        print: (line) => console.log(line),
        planner: () => ({ stores: [${part}], early: [], beside: [], tasks: [], services: [], env: {}, demo: false, demoPassword: '' }),
        beforeServices: new Promise(() => setInterval(() => {}, 1000)),
      }));`);
    for (const [way, line] of [['disconnect', 'the parent process ended: stopping'], ['SIGTERM', 'SIGTERM: stopping'], ['SIGINT', 'Ctrl-C: stopping']] as const) {
      const child = spawn(process.execPath, [script], { env: { PATH: '/usr/bin:/bin', CRM_DATA_DIR: folder, CRM_PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await until(() => output.includes('store is ready'));
      if (way === 'disconnect') child.disconnect();
      else child.kill(way);
      const [code] = (await once(child, 'exit')) as [number | null];
      await until(() => output.includes('nothing is left running'));
      expect(code).withContext(way).toBe(0);
      expect(output).withContext(way).toContain(line);
      expect(output.trim().endsWith('stopped; nothing is left running')).withContext(way).toBeTrue();
    }
    expect(events(folder)).toEqual(['store start', 'store stop', 'store start', 'store stop', 'store start', 'store stop']);
  });
});
