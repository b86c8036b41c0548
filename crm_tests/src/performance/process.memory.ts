import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';

/** The process that listens on a port of this machine. */
export function listenerOf(port: number): number {
  const listening = '0A';
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1).flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === listening && Number.parseInt(local.split(':')[1] ?? '', 16) === port ? [`socket:[${inode}]`] : [];
  }));
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(linkOf(`/proc/${pid}/fd/${fd}`)))) return Number(pid);
    } catch {
      // It has ended since, or is somebody else's.
    }
  }
  throw new Error(`No process that this user may look into listens on port ${port}`);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed since.
  }
}

/** Resident memory of a process in MB: now, and the most since `fromNow` was called. */
export function residentOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Lets the kernel note the peak of a process anew. */
export function fromNow(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
