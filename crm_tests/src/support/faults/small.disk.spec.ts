import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import { SmallDisk } from './small.disk.js';

describe('a warehouse on a full disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-disk-'));
  let disk: SmallDisk | null = null;
  let server: EmbeddedWarehouse;
  let warehouse: Warehouse;

  beforeAll(async () => {
    disk = SmallDisk.mount(join(folder, 'warehouse'), 256);
    server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
    warehouse = createWarehouse(server.url, { retryForMs: 0 });
    await warehouse.command('CREATE DATABASE crm_disk');
    await warehouse.command('CREATE TABLE crm_disk.rows (id UInt32, text String) ENGINE = MergeTree ORDER BY id');
    await warehouse.command("INSERT INTO crm_disk.rows SELECT number, repeat('x', 20) FROM numbers(100000)");
  }, 120_000);
  afterAll(async () => {
    await warehouse.close();
    await server.stop();
    disk?.unmount();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('says so, to readers and writers, and goes on when there is space again', async () => {
    if (!disk) {
      pending('a small filesystem can only be mounted by root on Linux; the answers of a full disk are simulated in the fault suite');
      return;
    }
    const [earlier, later] = [disk.fill(), disk.fill()];
    earlier();
    expect(disk.left).toBe(0);
    // Never an empty or shortened answer: a figure made of it would be wrong without a sign.
    for (const query of ['SELECT id, text FROM crm_disk.rows', 'SELECT count() AS n FROM crm_disk.rows', 'SELECT id FROM crm_disk.rows LIMIT 3']) {
      const heard = await warehouse.rows(query).then((rows) => `${rows.length} rows`, (error: unknown) => (error as { code?: unknown }).code);
      expect(heard).withContext(query).toBe('243');
    }
    await expectAsync(warehouse.insert('crm_disk.rows', [{ id: 1, text: 'late' }])).toBeRejectedWith(jasmine.objectContaining({ code: '243' }));
    // A definition written now would be empty, and nobody could open the folder again.
    await expectAsync(warehouse.command('ALTER TABLE crm_disk.rows ADD COLUMN late String')).toBeRejectedWith(jasmine.objectContaining({ code: '243' }));
    await expectAsync(warehouse.command('CREATE TABLE crm_disk.late (id UInt64) ENGINE = MergeTree ORDER BY id')).toBeRejectedWith(jasmine.objectContaining({ code: '243' }));
    later();
    expect(await warehouse.first('SELECT count() AS n FROM crm_disk.rows')).toEqual({ n: '100000' });
    await warehouse.insert('crm_disk.rows', [{ id: 1, text: 'late' }]);
    expect(await warehouse.first('SELECT count() AS n FROM crm_disk.rows')).toEqual({ n: '100001' });
  }, 60_000);
});
