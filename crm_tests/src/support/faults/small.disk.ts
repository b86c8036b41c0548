import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A really small filesystem in memory, where this machine lets us mount one. */
export class SmallDisk {
  private readonly filler: string;
  private turn = 0;
  private readonly endWithUs = (): void => this.unmount();

  private constructor(readonly folder: string) {
    this.filler = join(folder, 'filler');
    process.once('exit', this.endWithUs);
  }

  /** Mounts it at `folder`, which is made; null where mounting is not allowed (it takes root and Linux). */
  static mount(folder: string, megabytes: number): SmallDisk | null {
    mkdirSync(folder, { recursive: true });
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'crm_faults', folder], { stdio: 'ignore' });
    } catch {
      return null; // A container without the right to mount.
    }
    return new SmallDisk(folder);
  }

  /** Writes until there is no space left. The answer gives the space back, unless the disk was filled again since. */
  fill(): () => void {
    const turn = ++this.turn;
    const file = openSync(this.filler, 'w');
    // Down to single bytes, so that nothing at all can be written any more.
    for (let size = 1 << 20; size >= 1; size = size >> 4) {
      const block = Buffer.alloc(size, 1);
      try {
        for (;;) if (writeSync(file, block) < size) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    closeSync(file);
    return () => { if (turn === this.turn) this.free(); };
  }

  /** Gives the space back. */
  free(): void {
    rmSync(this.filler, { force: true });
  }

  /** Bytes that are left. */
  get left(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes the filesystem away with all that is on it. */
  unmount(): void {
    process.removeListener('exit', this.endWithUs);
    try {
      execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
    } catch {
      // Gone already.
    }
  }
}
