import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * A text that tells this process from any later one with the same number, also after a reboot; null when it does not run.
 * Numbers alone are reused, and a stale one must neither lock a folder nor get a stranger killed.
 */
export function identityOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; after it, field 3 is the state and field 22 the start in ticks since boot.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return null;
      return `${bootId()}:${fields[19] ?? ''}`;
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Changes with every boot; empty where the system has none. */
export function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Sends SIGKILL to what is left of a process group whose leader is gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
