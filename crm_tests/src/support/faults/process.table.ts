import { execFileSync } from 'node:child_process';

/** A running process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Resident memory, bytes. */
  readonly memory: number;
}

/** All living processes of this machine, as `ps` lists them; those that are dead and not yet waited for are left out. */
export function processTable(): ProcessEntry[] {
  return execFileSync('ps', ['-axww', '-o', 'pid=,ppid=,rss=,stat=,command='], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).trim().split('\n').flatMap((line) => {
    const [, pid, parent, rss, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), memory: Number(rss) * 1024, command }];
  });
}

/** The processes that a process started, and theirs. */
export function descendants(pid: number, table: readonly ProcessEntry[] = processTable()): ProcessEntry[] {
  const children = table.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => descendants(child.pid, table))];
}
