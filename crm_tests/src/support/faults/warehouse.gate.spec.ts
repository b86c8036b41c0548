import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import { WarehouseGate } from './warehouse.gate.js';

describe('WarehouseGate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-gate-'));
  let server: EmbeddedWarehouse;
  let gate: WarehouseGate;
  let warehouse: Warehouse;

  beforeAll(async () => {
    server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
    gate = await WarehouseGate.open(Number(new URL(server.url).port));
    const url = new URL(server.url);
    url.port = String(gate.port);
    warehouse = createWarehouse(url.href, { retryForMs: 0 });
    await warehouse.command('CREATE DATABASE crm_gate');
    await warehouse.command('CREATE TABLE crm_gate.rows (id UInt32) ENGINE = MergeTree ORDER BY id');
  }, 120_000);
  beforeEach(() => warehouse.command('TRUNCATE TABLE crm_gate.rows'));
  afterEach(() => { gate.mode = 'open'; });
  afterAll(async () => {
    await warehouse.close();
    await gate.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const insert = (): Promise<unknown> => warehouse.insertBody('INSERT INTO crm_gate.rows FORMAT TabSeparated', () => Readable.from([Buffer.from('1\n2\n3\n4\n')]))
    .then(() => 'written', (error: unknown) => (error as { code?: unknown }).code ?? 'lost');
  const rows = async (): Promise<number> => Number((await warehouse.first<{ n: string }>('SELECT count() AS n FROM crm_gate.rows'))?.n);

  const cases = [
    { mode: 'open', says: 'written', leaves: 4 },
    { mode: 'no_space', says: '243', leaves: 0 },
    { mode: 'half_written', says: '243', leaves: 2 },
    { mode: 'lost_answer', says: 'ECONNRESET', leaves: 4 },
    { mode: 'torn_answer', says: 'ECONNRESET', leaves: 4 },
  ] as const;
  for (const { mode, says, leaves } of cases) {
    it(`${mode}: the client hears ${says} and ${leaves} of 4 rows are there`, async () => {
      gate.mode = mode;
      const heard = await insert();
      gate.mode = 'open';
      expect(heard).toBe(says);
      expect(await rows()).toBe(leaves);
    });
  }

  it('is opened by the last that set it, also in the same mode', () => {
    const first = gate.spoil('no_space');
    const second = gate.spoil('no_space');
    first();
    expect(gate.mode).toBe('no_space');
    second();
    expect(gate.mode).toBe('open');
  });
});
