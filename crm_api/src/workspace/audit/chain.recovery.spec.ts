import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapCluster, createKnex, migrateDown, migrateUp, migrations, startEmbeddedPostgres, type ClusterUrls, type EmbeddedPostgres } from 'crm_db';
import type { Knex } from 'knex';
import { sealWaiting } from './audit.sealer.js';
import { verifyChain } from './chain.verifier.js';

const patience = 240_000;
const password = 'recovery';

describe('the audit chain of a server with a past', () => {
  let base: string;
  let server: EmbeddedPostgres;
  let open: Knex[] = [];
  const urls = (): ClusterUrls => {
    const url = (role: string): string => `postgres://${role}:${password}@127.0.0.1:${server.port}/crm`;
    return { adminUrl: url('crm_owner'), appUrl: url('crm_app'), streamUrl: url('crm_stream') };
  };
  const start = async (): Promise<void> => { server = await startEmbeddedPostgres({ dataDir: join(base, 'postgres'), password }); };
  const connect = (url: string, max: number): Knex => {
    const knex = createKnex(url, { max });
    open.push(knex);
    return knex;
  };
  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'crm-audit-'));
    chmodSync(base, 0o755); // The server's user must be able to enter.
    open = [];
    await start();
    await bootstrapCluster(server.superuserUrl, urls());
    await migrateUp(connect(urls().adminUrl, 2));
  }, patience);
  afterEach(async () => {
    for (const knex of open) await knex.destroy();
    await server.stop();
    rmSync(server.folder, { recursive: true, force: true });
    rmSync(base, { recursive: true, force: true });
  }, patience);

  it('has every acknowledged entry, sealed or waiting, after kill -9 amid writers and sealers', async () => {
    const app = connect(urls().appUrl, 12);
    const acknowledged: string[] = [];
    let [dead, rounds] = [false, 0];
    const untilDeath = async (work: () => Promise<unknown>): Promise<void> => {
      while (!dead) await work().catch((error: unknown) => { if (!dead) throw error; });
    };
    const writers = Array.from({ length: 8 }, () => untilDeath(async () => {
      const [row] = await app('crm_core.crm_audit_log').insert({ action: 'update', entity: 'deals', after: '{"n": 1}' }).returning<{ id: string }[]>('id');
      acknowledged.push(row?.id ?? '');
      rounds += 1;
      if (rounds < 400 || dead) return;
      dead = true;
      process.kill(server.pid, 'SIGKILL');
    }));
    const sealers = [1, 2].map(() => untilDeath(() => sealWaiting(app, 5)));
    await Promise.all([...writers, ...sealers]);
    await server.exited;
    await app.destroy();
    open = open.filter((one) => one !== app);
    await start();
    const again = connect(urls().appUrl, 2);
    const before = await verifyChain(again);
    expect(before.findings).toEqual([]);
    const kept = new Set(await again('crm_core.crm_audit_log').pluck<string[]>('id'));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    await sealWaiting(again);
    const after = await verifyChain(again);
    expect([after.findings, after.checked, after.waiting]).toEqual([[], kept.size, 0]);
    expect(after.checked).toBeGreaterThanOrEqual(acknowledged.length);
  }, patience);

  it('begins with the entries that were there before it', async () => {
    const owner = connect(urls().adminUrl, 2);
    const place = migrations.findIndex(({ name }) => name.endsWith('_audit_seal'));
    await migrateDown(owner, migrations.length - place);
    await owner.raw(`INSERT INTO crm_core.crm_audit_log (action, entity, entity_id, before, after, ip, updated_at)
      SELECT 'update', 'deals', crm_core.crm_uuid_v7(), jsonb_build_object('n', n), '{"name": "عقد"}', '192.0.2.1', '2026-01-01' FROM generate_series(1, 300) n`);
    await migrateUp(owner);
    const app = connect(urls().appUrl, 2);
    const waiting = await verifyChain(app);
    expect([waiting.findings, waiting.checked, waiting.waiting]).toEqual([[], 0, 300]);
    await sealWaiting(app, 100);
    const sealed = await verifyChain(app);
    expect([sealed.findings, sealed.checked, sealed.head?.position]).toEqual([[], 300, 300]);
    expect(await app('crm_core.crm_audit_log').whereNot('updated_at', '2026-01-01').select('id')).toEqual([]);
  }, patience);
});
