import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ of Linux, in which /proc counts; it has been 100 on every architecture for twenty years.
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly seconds: number;
}

function read(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may contain anything; the fields behind it do not.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / ticksPerSecond };
  } catch {
    return undefined; // It has ended since.
  }
}

/** CPU seconds, user and system, of a process and all its descendants, those that have ended and been waited for included. */
export function cpuOf(pid: number): number {
  const all = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), read(Number(name))]));
  const sum = (of: number): number => {
    let seconds = all.get(of)?.seconds ?? 0;
    for (const [child, stat] of all) if (stat?.parent === of) seconds += sum(child);
    return seconds;
  };
  return sum(pid);
}
