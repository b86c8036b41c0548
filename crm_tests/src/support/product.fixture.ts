import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionalFlags } from 'crm_db';
import { launch, type Product, type SampleSize } from 'crm_ops';
import { readConfig } from '../config.js';
import { ProductClient } from './product.client.js';

/** A whole product of a test's own. */
export interface TestProduct {
  readonly product: Product;
  client(email?: string): Promise<ProductClient>;
  /** Runs a command of the root package.json as a person would, with this product's settings; resolves with its output and exit code. */
  command(script: string, args?: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }>;
  dispose(): Promise<void>;
}

const commands: Readonly<Record<string, string>> = {
  parity: 'crm_cdc/dist/parity.cli.js',
  import: 'crm_api/dist/imports.cli.js',
};

/** Settings of products whose specs are not about the proof of the KPIs: it takes a processor for their first minute. */
export const unproved = Object.freeze({ CRM_KPI_PROOF_EVERY_MS: '0' });

/** Turns every optional feature off, as an administrator would. */
async function turnOff(product: Product): Promise<void> {
  const admin = await new ProductClient(product.url, 'admin@crm.test', product.demoPassword).signIn();
  for (const key of optionalFlags) await admin.must('PATCH', `/flags/${key}`, { enabled: false });
}

/** Starts a product in a folder of its own on a free port; `env` are settings beside the usual ones; with `CRM_TEST_FLAGS=off` without optional features. */
export async function startProduct(sample: SampleSize, env: Readonly<Record<string, string>> = {}): Promise<TestProduct> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-product-'));
  chmodSync(folder, 0o755); // The database server's user must be able to enter.
  const product = await launch({ dataDir: join(folder, 'data'), port: 0, sample, env, healthyMs: 120_000 });
  if (readConfig().withoutOptional) await turnOff(product);
  return {
    product,
    client: (email = 'admin@crm.test') => new ProductClient(product.url, email, product.demoPassword).signIn(),
    async command(script, args = []) {
      const file = fileURLToPath(new URL(`../../../${commands[script] ?? script}`, import.meta.url));
      const child = spawn(process.execPath, [file, ...args], { env: { ...product.env, CRM_URL: product.url, PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      return { stdout, stderr, code: code ?? 1 };
    },
    async dispose() {
      await product.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
