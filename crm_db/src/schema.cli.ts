import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dumpSchema } from './schema/schema.dump.js';
import { startTestCluster } from './testing/database.testing.js';

/** Rewrites schema.sql from a throw-away database. */
async function main(): Promise<void> {
  const cluster = await startTestCluster();
  try {
    const database = await cluster.createDatabase();
    const path = fileURLToPath(new URL('../schema.sql', import.meta.url));
    writeFileSync(path, await dumpSchema(database.adminUrl));
    process.stdout.write(`${path} written\n`);
  } finally {
    await cluster.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
