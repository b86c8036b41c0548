import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWarehouse } from './connection.js';
import { startEmbeddedWarehouse } from './embedded/embedded.child.js';
import { dumpSchema } from './migrations/migration.runner.js';

// Writes schema.sql from a fresh engine that ran all migrations.
const dataDir = await mkdtemp(join(tmpdir(), 'crm-schema-'));
const server = await startEmbeddedWarehouse({ dataDir, user: 'crm_app', password: 'crm' });
try {
  const warehouse = createWarehouse(server.url);
  await writeFile(fileURLToPath(new URL('../schema.sql', import.meta.url)), await dumpSchema(warehouse));
  await warehouse.close();
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
