import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../product.client.js';
import { signal, strike } from './process.signal.js';
import { descendants, processTable } from './process.table.js';

describe('strike', () => {
  const first = (pids: readonly number[]): number => pids[0] ?? 0;
  const idle = 'setInterval(() => undefined, 1000)';

  it('hits a living process, after those that were gone before the signal came', async () => {
    const [gone, living] = [spawn(process.execPath, ['-e', '']), spawn(process.execPath, ['-e', idle])];
    await once(gone, 'exit');
    const ended = once(living, 'exit');
    const offers = [[], [gone.pid ?? 0], [living.pid ?? 0]];
    let asked = 0;
    expect(await strike(() => offers[Math.min(asked++, 2)]!, 'SIGKILL', first, 10_000)).toBe(living.pid ?? 0);
    expect(asked).toBe(3);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('fails where nothing can be hit in time', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    expect(signal(gone.pid ?? 0, 'SIGKILL')).toBeFalse();
    await expectAsync(strike(() => [gone.pid ?? 0], 'SIGKILL', first, 100)).toBeRejectedWithError(/Not so within 100 ms/);
  });

  it('is not offered the dead that nobody has waited for', async () => {
    // The shell becomes the sleep, which never waits for the child of the shell.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const child = Number(said.toString());
      await until(() => Promise.resolve(descendants(parent.pid ?? 0)), (found) => !found.some(({ pid }) => pid === child), 10_000);
      expect(signal(child, 'SIGCONT')).withContext('a signal to the dead is taken').toBeTrue();
      expect(processTable().some(({ pid }) => pid === parent.pid)).toBeTrue();
    } finally {
      const ended = once(parent, 'exit');
      parent.kill('SIGKILL');
      await ended;
    }
  });
});
