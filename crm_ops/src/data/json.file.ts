import fs from 'node:fs';
import path from 'node:path';

/** Writes JSON readable by its owner only, whole or not at all: a crash leaves the old file. */
export function writeJson(file: string, value: unknown): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  const handle = fs.openSync(draft, 'w', 0o600);
  try {
    fs.writeSync(handle, `${JSON.stringify(value, null, 2)}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
}

/** Reads a JSON object; null when the file is missing, 'damaged' when it holds anything else. */
export function readJson(file: string): Record<string, unknown> | null | 'damaged' {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : 'damaged';
  } catch {
    return 'damaged';
  }
}
