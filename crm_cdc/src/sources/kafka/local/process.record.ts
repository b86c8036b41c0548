import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells this process from any later one with the same number; undefined when it does not run. */
export function identityOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  if (process.platform !== 'linux') return 'running';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; after it, field 3 is the state and field 22 the start in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

/** Notes which process serves a folder. */
export function recordProcess(file: string, pid: number): void {
  writeFileSync(file, JSON.stringify({ pid, identity: identityOf(pid) }));
}

/** Ends the process that an earlier, killed owner left on the folder: two on one folder would be refused anyway. */
export async function endRecorded(file: string, patienceMs = 10_000): Promise<void> {
  const record = read(file);
  if (record?.pid !== undefined && record.pid > 1 && record.identity !== undefined) {
    const { pid, identity } = record;
    const lives = (): boolean => identityOf(pid) === identity;
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (!lives()) break;
      process.kill(pid, signal);
      const deadline = Date.now() + patienceMs;
      while (lives() && Date.now() < deadline) await delay(20);
    }
  }
  rmSync(file, { force: true });
}

function read(file: string): { pid?: number; identity?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid?: number; identity?: string };
  } catch {
    return undefined; // Missing, or half written by a process that was killed.
  }
}
