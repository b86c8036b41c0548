import fs from 'node:fs';

/** Keeps a part's output in a file of limited size, with the last lines at hand for an error message. */
export class PartLog {
  #handle: number;
  #size: number;
  #tail: string[] = [];
  #partial = '';
  #closed = false;

  /**
   * @param maxBytes size at which the file is moved to `.1`, and that to `.2`; 5 MB hold days of normal talk
   * @param keep how many older files stay
   */
  constructor(private readonly file: string, private readonly maxBytes = 5 * 1024 * 1024, private readonly keep = 2) {
    this.#handle = fs.openSync(file, 'a', 0o600);
    this.#size = fs.fstatSync(this.#handle).size;
  }

  /** Appends at once: what a dying part said last must be on the disk. */
  write(chunk: Buffer | string): void {
    if (this.#closed) return; // The number of a closed file may already be another file's.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.#size > 0 && this.#size + bytes.length > this.maxBytes) this.#rotate();
    try {
      this.#size += fs.writeSync(this.#handle, bytes);
    } catch {
      // A full disk must not end the supervisor, which is needed to stop the parts in order.
    }
    const lines = (this.#partial + bytes.toString('utf8')).split(/\r?\n/);
    this.#partial = (lines.pop() ?? '').slice(-2000);
    this.#tail = [...this.#tail, ...lines.filter((line) => line.trim() !== '')].slice(-40);
  }

  /** The last lines written. */
  tail(count = 12): string[] {
    return [...this.#tail, ...(this.#partial.trim() === '' ? [] : [this.#partial])].slice(-count);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fs.closeSync(this.#handle);
  }

  #rotate(): void {
    fs.closeSync(this.#handle);
    for (let age = this.keep; age >= 1; age--) {
      const from = age === 1 ? this.file : `${this.file}.${age - 1}`;
      if (fs.existsSync(from)) fs.renameSync(from, `${this.file}.${age}`);
    }
    this.#handle = fs.openSync(this.file, 'a', 0o600);
    this.#size = 0;
  }
}
