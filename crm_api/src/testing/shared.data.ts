import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text of a file of the shared test data, or null where the folder is missing (then the spec is pending and says so). */
export function sharedData(path: string): string | null {
  const file = fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
