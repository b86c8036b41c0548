import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a folder of real public data beside the checkout, or undefined where it is missing; a test that needs it then says so. */
export function sharedData(folder: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../../shared/data/${folder}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
