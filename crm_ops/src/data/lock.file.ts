import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LaunchError, codeOf } from '../stack/launch.error.js';
import { readJson, writeJson } from './json.file.js';
import { bootId, identityOf, killGroup } from './process.identity.js';

/** How long the parts of a killed launcher get to stop by themselves: a large checkpoint of Postgres takes seconds. */
const GRACE_MS = 15_000;

interface Member {
  readonly name: string;
  readonly pid: number;
  readonly identity: string | null;
}

/** The claim of one launcher on one data folder: `<data dir>/launcher.json`. */
export class FolderLock {
  readonly #members = new Map<string, Member>();

  private constructor(private readonly file: string) {}

  /**
   * Claims the folder. After a launcher that was killed it first waits for that launcher's parts, and ends what stays.
   * @throws LaunchError when a living launcher holds the folder.
   */
  static async claim(dataDir: string): Promise<FolderLock> {
    const file = path.join(dataDir, 'launcher.json');
    const lock = new FolderLock(file);
    for (;;) {
      try {
        fs.writeFileSync(file, lock.text(), { flag: 'wx', mode: 0o600 });
        return lock;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const held = readJson(file);
      if (held === null) continue;
      if (held === 'damaged' && isFresh(file)) {
        // Another launcher has made the file and not yet filled it.
        await pause(20);
        continue;
      }
      if (held !== 'damaged' && typeof held['pid'] === 'number') {
        const identity = identityOf(held['pid']);
        if (identity !== null && identity === held['identity']) {
          throw new LaunchError(
            `The product already runs on ${dataDir} (process ${held['pid']}): use it, stop it with Ctrl-C or kill ${held['pid']}, or choose another folder with CRM_DATA_DIR.`,
          );
        }
        if (held['boot'] === bootId()) await clearLeftovers(membersOf(held['parts']));
      }
      fs.rmSync(file, { force: true });
    }
  }

  /** Notes the current process of a part, so that a later launcher can clear it away if this one is killed. */
  note(name: string, pid: number): void {
    this.#members.set(name, { name, pid, identity: identityOf(pid) });
    writeJson(this.file, JSON.parse(this.text()));
  }

  release(): void {
    fs.rmSync(this.file, { force: true });
  }

  private text(): string {
    return JSON.stringify({ pid: process.pid, identity: identityOf(process.pid), boot: bootId(), parts: [...this.#members.values()] });
  }
}

function isFresh(file: string): boolean {
  const made = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made < 2000;
}

function membersOf(value: unknown): Member[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each: unknown): each is Member => typeof each === 'object' && each !== null && 'pid' in each && Number.isInteger(each.pid) && Number(each.pid) > 1,
  );
}

/** Parts end by themselves when their launcher is gone; the deadline is for one that hangs. */
async function clearLeftovers(members: readonly Member[]): Promise<void> {
  const alive = (member: Member): boolean => member.identity !== null && identityOf(member.pid) === member.identity;
  const deadline = Date.now() + GRACE_MS;
  while (members.some(alive) && Date.now() < deadline) await pause(50);
  for (const member of members) {
    // The number of a group is not given out again while the group lives, so a group without its leader is still the part's own.
    if (alive(member) || identityOf(member.pid) === null) killGroup(member.pid);
  }
}
