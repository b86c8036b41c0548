import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWarehouse, type Warehouse } from '../connection.js';
import { startEmbeddedWarehouse, type EmbeddedWarehouse } from '../embedded/embedded.child.js';

/** A real warehouse for the specs of one file. */
export interface TestWarehouse {
  readonly server: EmbeddedWarehouse;
  readonly warehouse: Warehouse;
  readonly dataDir: string;
  /** Address without credentials. */
  readonly origin: string;
  close(): Promise<void>;
}

export const USER = 'crm_app';
// Characters that must be escaped in a URL.
export const PASSWORD = 'a/b c@d';

/** Starts an empty warehouse on a free port in a temporary folder. */
export async function startTestWarehouse(): Promise<TestWarehouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-warehouse-'));
  const server = await startEmbeddedWarehouse({ dataDir, user: USER, password: PASSWORD });
  const warehouse = createWarehouse(server.url);
  return {
    server,
    warehouse,
    dataDir,
    origin: new URL(server.url).origin,
    close: async () => {
      await warehouse.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Tries until the check holds; fails after the deadline. */
export async function until(check: () => Promise<boolean> | boolean, milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not true within ${String(milliseconds)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
