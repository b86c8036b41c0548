import { startApi, type TestApi } from '../../../testing/api.testing.js';
import { runDedupe } from './dedupe.runner.js';
import { insertJob } from './duplicate.repository.js';
import type { MatchEntity } from './match.types.js';
import { Planter, seeded, type Planted } from './planted.testing.js';

/** What a search found of what there is: shares of what was found that is true, and of what is true that was found, also by kind of disturbance. */
interface Quality { precision: number; recall: number; found: number; compared: number; byKind: Record<string, number>; wrong: string[]; missed: string[] }

// Other seeds than those on which the weights of match.score.ts were set.
describe('the search for duplicates, on records of which it is known who is who', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(); }, 120_000);
  afterAll(async () => { await api.stop(); });

  async function measure(entity: MatchEntity, planted: Planted): Promise<Quality> {
    await api.db.raw(`ANALYZE crm_core.crm_${entity}`).catch(() => undefined); // The application's role may not; the plan does without.
    const job = await api.db.transaction((trx) => insertJob(trx, entity, 0.85, null));
    const counts = await runDedupe(api.db, job);
    const rows = await api.db('crm_core.crm_merge_candidates').where({ entity }).select<{ left_id: string; right_id: string }[]>('left_id', 'right_id');
    const found = new Set(rows.map((row) => `${row.left_id} ${row.right_id}`));
    const right = [...found].filter((pair) => planted.truth.has(pair));
    const kinds = new Map<string, [number, number]>();
    for (const [pair, kind] of planted.truth) {
      const [hit, all] = kinds.get(kind) ?? [0, 0];
      kinds.set(kind, [hit + (found.has(pair) ? 1 : 0), all + 1]);
    }
    return {
      precision: right.length / found.size, recall: right.length / planted.truth.size, found: found.size, compared: counts?.compared ?? 0,
      byKind: Object.fromEntries([...kinds].map(([kind, [hit, all]]) => [kind, Math.round((1000 * hit) / all) / 1000])),
      wrong: [...found].filter((pair) => !planted.truth.has(pair)).slice(0, 20), missed: [...planted.truth.keys()].filter((pair) => !found.has(pair)).slice(0, 20),
    };
  }

  const people = ['contacts', 'leads'] as const;
  for (const [index, entity] of people.entries()) {
    it(`finds doubles of ${entity} and little else`, async () => {
      const quality = await measure(entity, await new Planter(api.db, seeded(1_000_003 + index)).people(entity, 6000));
      expect(quality.precision).withContext(JSON.stringify(quality)).toBeGreaterThan(0.97);
      expect(quality.recall).withContext(JSON.stringify(quality)).toBeGreaterThan(0.92);
      for (const [kind, recall] of Object.entries(quality.byKind)) expect(recall).withContext(`${kind} ${JSON.stringify(quality.byKind)}`).toBeGreaterThan(0.8);
    }, 180_000);
  }

  it('finds doubles of accounts and little else', async () => {
    const quality = await measure('accounts', await new Planter(api.db, seeded(99)).companies(3000));
    expect(quality.precision).withContext(JSON.stringify(quality)).toBeGreaterThan(0.97);
    expect(quality.recall).withContext(JSON.stringify(quality)).toBeGreaterThan(0.92);
  }, 180_000);
});
