import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';

const run = promisify(execFile);

/** Writes the client's types from an OpenAPI document into `<folder>/src/schema.ts` and compiles the client into `<folder>/dist`. */
export async function buildClient(document: object, folder: string): Promise<void> {
  const types = astToString(await openapiTypescript(document as OpenAPI3));
  await writeFile(path.join(folder, 'src', 'schema.ts'), types);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', folder]).catch((error: { stdout?: string; message: string }) => { throw new Error(`The client does not compile: ${error.stdout ?? error.message}`); });
}
