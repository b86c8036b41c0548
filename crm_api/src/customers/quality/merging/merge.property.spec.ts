import fc from 'fast-check';
import { startApi, type Caller, type TestApi } from '../../../testing/api.testing.js';
import { matchEntities } from '../duplicates/match.types.js';
import { seeded } from '../duplicates/planted.testing.js';
import { hangsOn } from './merge.repository.js';
import { mergeChildren, mergeKeeps } from './merge.children.js';
import { makeWorld, snapshot } from './merge.world.testing.js';

describe('what a merge moves', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi({ CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('is every column that points at such a record: a new one must be declared', async () => {
    for (const entity of matchEntities) {
      const { rows } = await api.admin.raw<{ rows: { name: string }[] }>(`
        SELECT r.relnamespace::regnamespace || '.' || r.relname || '.' || a.attname AS name FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
         WHERE c.contype = 'f' AND c.confrelid = 'crm_core.crm_${entity}'::regclass`);
      expect(rows.length).toBeGreaterThan(2);
      const declared = new Set([...mergeChildren[entity].map((child) => `${child.table}.${child.column}`), ...Object.keys(mergeKeeps)].map((name) => `crm_core.${name}`));
      for (const { name } of rows) expect(declared.has(name)).withContext(`${name} points at crm_${entity}: add it to merge.children.ts`).toBeTrue();
    }
    const { rows } = await api.admin.raw<{ rows: { name: string }[] }>(`
      SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'crm_core'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'uuid'::regtype
         AND a.attname ~ '(^|_)(account_id|contact_id|lead_id|entity_id|subject_id|survivor_id|loser_id|left_id|right_id|merged_into_id)$'`);
    const declared = new Set([...Object.values(mergeChildren).flat().map((child) => `${child.table}.${child.column}`), ...Object.keys(mergeKeeps)]);
    for (const { name } of rows) expect(declared.has(name)).withContext(`${name}: say in merge.children.ts whether it moves`).toBeTrue();
    expect(rows.length).toBeGreaterThan(25);
  });

  it('is found by indexes, live or deleted', async () => {
    await api.db.transaction(async (trx) => {
      await trx.raw('SET LOCAL enable_seqscan = off');
      for (const entity of matchEntities) {
        for (const child of mergeChildren[entity]) {
          const id = '00000000-0000-7000-8000-000000000001';
          const { rows } = await trx.raw<{ rows: Record<string, string>[] }>(`EXPLAIN SELECT 1 FROM crm_core.${child.table} t WHERE ${hangsOn(child)}${child.entity === undefined ? '' : ` AND t.entity = '${child.entity}'`}`, [id, id]);
          expect(rows.map((row) => row['QUERY PLAN']).join('\n')).withContext(`${child.table}.${child.column}`).not.toContain('Seq Scan');
        }
      }
    });
  });

  it('comes back to the byte when the merges of a random world are undone, the last one first', async () => {
    let merges = 0;
    await fc.assert(fc.asyncProperty(fc.integer(), fc.array(fc.tuple(fc.constantFrom(...matchEntities), fc.nat(), fc.nat(), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })), { minLength: 1, maxLength: 8 }), async (seed, plan) => {
      const world = await makeWorld(api.db, seeded(seed), 5, 25);
      const states = [await snapshot(api.db)];
      const done: string[] = [];
      const live = { accounts: [...world.accounts], contacts: [...world.contacts], leads: [...world.leads] };
      for (const [entity, a, b, sides] of plan) {
        const list = live[entity];
        if (list.length < 2) continue;
        const survivor = list[a % list.length] ?? '';
        const others = list.filter((id) => id !== survivor);
        const loser = others[b % others.length] ?? '';
        const names = { accounts: ['legal_name', 'region', 'annual_revenue', 'lifecycle', 'external_id', 'city'], contacts: ['full_name', 'email', 'mobile', 'account_id', 'utm_source', 'city'], leads: ['full_name', 'email', 'status', 'company', 'industry', 'source'] }[entity];
        const answer = await admin.post<{ id: string; moved: Record<string, number> }>('/merges', { entity, survivor_id: survivor, loser_id: loser, fields: Object.fromEntries(names.map((name, index) => [name, sides[index] === true ? 'loser' : 'survivor'])) });
        if (answer.status !== 201) throw new Error(answer.text);
        for (const child of mergeChildren[entity]) {
          if (child.unlessTaken) continue;
          const left = await api.db(`crm_core.${child.table}`).where({ [child.column]: loser }).whereNotIn('id', child.table === `crm_${entity}` ? [survivor, loser] : []).modify((query) => { if (child.entity !== undefined) void query.where({ entity: child.entity }); }).count<{ count: string }[]>();
          if (left[0]?.count !== '0') throw new Error(`${child.table}.${child.column} still points at the merged record`);
        }
        live[entity] = [survivor, ...others.filter((id) => id !== loser)];
        done.push(answer.body.id);
        states.push(await snapshot(api.db));
        merges += 1;
      }
      for (const id of done.reverse()) {
        states.pop();
        const answer = await admin.post<{ kept_fields: string[]; kept_rows: number }>(`/merges/${id}/undo`);
        if (answer.status !== 200) throw new Error(answer.text);
        const [now, then] = [await snapshot(api.db), states.at(-1) ?? new Map<string, string>()];
        const wrong = [...new Set([...now.keys(), ...then.keys()])].filter((key) => now.get(key) !== then.get(key)).map((key) => `${key}: ${then.get(key) ?? 'nothing'} became ${now.get(key) ?? 'nothing'}`);
        if (wrong.length > 0 || answer.body.kept_rows > 0 || answer.body.kept_fields.length > 0) throw new Error(`${wrong.length} rows differ: ${wrong.slice(0, 3).join('\n')}`);
      }
    }), { numRuns: 12, seed: 20_261_129, endOnFailure: true });
    expect(merges).toBeGreaterThan(25);
  }, 300_000);
});
