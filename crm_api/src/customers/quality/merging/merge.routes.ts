import Joi from 'joi';
import { requireScope, scopeOf } from '../../../kernel/context/actor.js';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { CrudRepository } from '../../../kernel/crud/crud.repository.js';
import { fieldRule, hiddenFields } from '../../../kernel/crud/field.access.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import { findCandidate } from '../duplicates/duplicate.repository.js';
import { entitySchema } from '../duplicates/duplicate.schema.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import { alreadyDecided, notOfPair } from './merge.errors.js';
import { choosableGroups, type FieldChoices } from './merge.fields.js';
import { findMerge, listMerges, readNames, type MergeRow, type RecordName } from './merge.repository.js';
import { mergeResources, MergeService } from './merge.service.js';

const shared = { tag: 'merges', feature: 'crm_feature_dedupe', access: 'signed_in' } as const;
const shownMerges = 100;
const id = Joi.string().guid();
const time = Joi.string().isoDate();
const fields = Joi.object().pattern(Joi.string().max(64), Joi.string().valid('survivor', 'loser')).default({})
  .description('Whose value counts, by field. Without a choice the survivor keeps its value and takes the other one where it has none; consent goes with its address, a status with its times.');

const names = Joi.object({ name: Joi.string().required(), name_ar: Joi.string().allow(null).required() }).allow(null).required();

const mergeItem = Joi.object({
  id: id.required(), entity: entitySchema.required(), survivor_id: id.required(), loser_id: id.required(), survivor: names.description('What it is called.'), loser: names.description('What it is called.'), candidate_id: id.allow(null).required(), merged_by: id.allow(null).required(),
  fields: Joi.array().items(Joi.string()).required().description('Fields that the survivor took.'),
  moved: Joi.object().pattern(Joi.string(), Joi.number().integer()).required().description('Rows that were moved, by table.'),
  created_at: time.required(), undone_at: time.allow(null).required(), undone_by: id.allow(null).required(),
}).label('Merge');
const undoItem = mergeItem.keys({
  kept_fields: Joi.array().items(Joi.string()).required().description('Fields of the survivor that somebody changed since; they were left alone.'),
  kept_rows: Joi.number().integer().required().description('Moved rows that somebody changed or deleted since; they were left where they are.'),
}).label('MergeUndone');
const fieldsPage = Joi.object({
  items: Joi.array().items(Joi.object({
    fields: Joi.array().items(Joi.string()).required().description('Fields that belong together: choose the same record for all of them.'), read_only: Joi.boolean().required().description('Your role does not change them: they stay the survivor\'s.'),
  }).label('MergeFields')).required(), next_cursor: Joi.valid(null).required(),
}).label('MergeFieldsPage');
const mergePage = Joi.object({ items: Joi.array().items(mergeItem).required(), next_cursor: Joi.valid(null).required() }).label('MergePage');

function withNames(row: MergeRow, known: ReadonlyMap<string, RecordName>): Record<string, unknown> {
  const moved: Record<string, number> = {};
  for (const { table, ids } of row.moved) moved[table] = (moved[table] ?? 0) + ids.length;
  return {
    id: row.id, entity: row.entity, survivor_id: row.survivor_id, loser_id: row.loser_id, survivor: known.get(row.survivor_id) ?? null, loser: known.get(row.loser_id) ?? null, candidate_id: row.candidate_id, merged_by: row.merged_by, fields: Object.keys(row.survivor_after), moved,
    created_at: row.created_at.toISOString(), undone_at: row.undone_at?.toISOString() ?? null, undone_by: row.undone_by,
  };
}

const present = async (db: Reader, row: MergeRow): Promise<Record<string, unknown>> => withNames(row, await readNames(db, row.entity, [row.survivor_id, row.loser_id]));

/** A merge is seen by who sees its survivor. */
async function visible(call: Call, row: MergeRow): Promise<boolean> {
  if (scopeOf(call.actor, row.entity, 'read') === null) return false;
  return await new CrudRepository(mergeResources[row.entity]).find(call.db, call, row.survivor_id) !== undefined;
}

/** `/merges` and `/duplicates/{id}/merge`: two records become one, and two again. */
export function mergeRoutes(): RouteSpec[] {
  const service = new MergeService();
  const created = async (db: Reader, merge: MergeRow): Promise<Reply> => Reply.created(`/merges/${merge.id}`, await present(db, merge));
  return [
    route({
      ...shared, method: 'POST', path: '/duplicates/{id}/merge', id: 'mergeDuplicate', summary: 'Merge the two records of a pair', params: idParams, problems: [403, 404, 409, 422],
      body: Joi.object({ survivor_id: id.required().description('The record that stays.'), fields }).required().label('DuplicateMerge'), responses: { 201: mergeItem },
      async handle(call, { params, body }) {
        const { survivor_id: survivorId, fields: choices } = body as { survivor_id: string; fields?: FieldChoices };
        return created(call.db, await call.db.transaction(async (trx) => {
          const candidate = await findCandidate(trx, call, params['id'] ?? '');
          if (!candidate) throw notFound('duplicate', params['id'] ?? '');
          if (candidate.status === 'merged') throw alreadyDecided(candidate.status);
          const survivor = survivorId.toLowerCase();
          if (survivor !== candidate.left_id && survivor !== candidate.right_id) throw notOfPair();
          return service.merge(trx, call, { entity: candidate.entity, survivorId: survivor, loserId: survivor === candidate.left_id ? candidate.right_id : candidate.left_id, fields: choices ?? {} });
        }));
      },
    }),
    route({
      ...shared, method: 'POST', path: '/merges', id: 'createMerge', summary: 'Merge two records that no search has found', problems: [403, 404, 409, 422],
      body: Joi.object({ entity: entitySchema.required(), survivor_id: id.required().description('The record that stays.'), loser_id: id.required().description('The record that goes into it.'), fields }).required().label('MergeRequest'),
      responses: { 201: mergeItem },
      async handle(call, { body }) {
        const { entity, survivor_id: survivorId, loser_id: loserId, fields: choices } = body as { entity: MatchEntity; survivor_id: string; loser_id: string; fields?: FieldChoices };
        return created(call.db, await call.db.transaction((trx) => service.merge(trx, call, { entity, survivorId: survivorId.toLowerCase(), loserId: loserId.toLowerCase(), fields: choices ?? {} })));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/merges', id: 'listMerges', summary: 'Merges, newest first', problems: [400], responses: { 200: mergePage },
      query: Joi.object({ entity: entitySchema.required(), survivor_id: id.description('Only those into this record.') }),
      async handle(call, { query }) {
        const rows = await listMerges(call.db, query['entity'] as MatchEntity, (query['survivor_id'] as string | undefined) ?? null, shownMerges);
        const seen = await Promise.all(rows.map((row) => visible(call, row)));
        const shown = rows.filter((_, index) => seen[index]);
        const known = await readNames(call.db, query['entity'] as MatchEntity, shown.flatMap((row) => [row.survivor_id, row.loser_id]));
        return { items: shown.map((row) => withNames(row, known)), next_cursor: null };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/merges/fields', id: 'listMergeFields', summary: 'The fields whose value a merge can choose, by what belongs together', problems: [400, 403], responses: { 200: fieldsPage },
      query: Joi.object({ entity: entitySchema.required() }),
      handle(call, { query }) {
        const entity = query['entity'] as MatchEntity;
        requireScope(call.actor, entity, 'read');
        const hidden = hiddenFields(call.actor, entity);
        const groups = choosableGroups(mergeResources[entity]).map((group) => group.filter((name) => !hidden.has(name))).filter((group) => group.length > 0);
        return Promise.resolve({ items: groups.map((group) => ({ fields: group, read_only: group.some((name) => fieldRule(call.actor, entity, name) === 'read_only') })), next_cursor: null });
      },
    }),
    route({
      ...shared, method: 'GET', path: '/merges/{id}', id: 'getMerge', summary: 'One merge', params: idParams, problems: [404], responses: { 200: mergeItem },
      async handle(call, { params }) {
        const row = await findMerge(call.db, params['id'] ?? '');
        if (!row || !await visible(call, row)) throw notFound('merge', params['id'] ?? '');
        return present(call.db, row);
      },
    }),
    route({
      ...shared, method: 'POST', path: '/merges/{id}/undo', id: 'undoMerge', summary: 'Take a merge back: values and children as they were, except what somebody changed since', params: idParams,
      problems: [403, 404, 409], responses: { 200: undoItem },
      async handle(call, { params }) {
        const { merge, keptFields, keptRows } = await call.db.transaction((trx) => service.undo(trx, call, params['id'] ?? ''));
        return { ...await present(call.db, merge), kept_fields: keptFields, kept_rows: keptRows };
      },
    }),
  ];
}
