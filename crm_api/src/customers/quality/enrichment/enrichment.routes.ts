import Joi from 'joi';
import type { Reader } from '../../../kernel/context/call.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { route, type RouteSpec } from '../../../kernel/route.js';
import { entitySchema } from '../duplicates/duplicate.schema.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import { readNames, type RecordName } from '../merging/merge.repository.js';
import { EnrichmentService } from './enrichment.service.js';
import { FileProvider } from './file.provider.js';
import type { ProposalRow } from './proposal.repository.js';

const shared = { tag: 'enrichment', feature: 'crm_feature_enrichment', access: 'signed_in' } as const;
const time = Joi.string().isoDate();
const status = Joi.string().valid('open', 'accepted', 'rejected');

const proposalItem = Joi.object({
  id: Joi.string().guid().required(), entity: entitySchema.required(), entity_id: Joi.string().guid().required(), record: Joi.object({ name: Joi.string().required(), name_ar: Joi.string().allow(null).required() }).allow(null).required().description('What the record is called.'), provider: Joi.string().required().description('The source.'), field: Joi.string().required(),
  current: Joi.string().allow(null).required().description('The value when the proposal was made.'), proposed: Joi.string().required(), status: status.required(),
  decided_by: Joi.string().guid().allow(null).required(), decided_at: time.allow(null).required(), created_at: time.required(),
}).label('EnrichmentProposal');
const proposalPage = Joi.object({ items: Joi.array().items(proposalItem).required(), next_cursor: Joi.valid(null).required() }).label('EnrichmentProposalPage');

const withName = (row: ProposalRow, record: RecordName | null): unknown => ({
  id: row.id, entity: row.entity, entity_id: row.entity_id, record, provider: row.provider, field: row.field, current: row.seen_value, proposed: row.proposed_value, status: row.status,
  decided_by: row.decided_by, decided_at: row.decided_at?.toISOString() ?? null, created_at: row.created_at.toISOString(),
});

async function present(db: Reader, rows: readonly ProposalRow[]): Promise<unknown[]> {
  const [first] = rows;
  const known = first ? await readNames(db, first.entity, [...new Set(rows.map((row) => row.entity_id))]) : new Map<string, RecordName>();
  return rows.map((row) => withName(row, known.get(row.entity_id) ?? null));
}

/** `/enrichment`: values that other sources know, as proposals. `file` is the path of the file source; null: no source. */
export function enrichmentRoutes(file: string | null): RouteSpec[] {
  const service = new EnrichmentService(file === null ? [] : [new FileProvider(file)]);
  const of = { entity: entitySchema.required(), entity_id: Joi.string().guid().lowercase().required() };
  const decide = (path: string, id: string, summary: string, to: 'accepted' | 'rejected'): RouteSpec => route({
    ...shared, method: 'POST', path: `/enrichment/proposals/{id}/${path}`, id, summary, params: idParams, problems: [403, 404, 409, 422], responses: { 200: proposalItem },
    handle: async (call, { params }) => (await present(call.db, [await call.db.transaction((trx) => service.decide(trx, call, params['id'] ?? '', to))]))[0],
  });
  return [
    route({
      ...shared, method: 'POST', path: '/enrichment/lookups', id: 'createEnrichmentLookup', summary: 'Ask the sources about a record; what they know becomes proposals', problems: [403, 404, 409, 422, 502],
      body: Joi.object(of).required().label('EnrichmentLookup'), responses: { 200: proposalPage },
      async handle(call, { body }) {
        const { entity, entity_id: id } = body as { entity: MatchEntity; entity_id: string };
        return { items: await present(call.db, await service.ask(call, entity, id)), next_cursor: null };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/enrichment/proposals', id: 'listEnrichmentProposals', summary: 'What is proposed for a record, or for all of a kind', problems: [400, 403, 404],
      query: Joi.object({ entity: of.entity, entity_id: of.entity_id.optional().description('Only for this record.'), status: status.default('open').description('open by default.') }), responses: { 200: proposalPage },
      handle: async (call, { query }) => ({ items: await present(call.db, await service.list(call, query['entity'] as MatchEntity, (query['entity_id'] as string | undefined) ?? null, query['status'] as string)), next_cursor: null }),
    }),
    decide('accept', 'acceptEnrichmentProposal', 'Make a proposal the value of its field', 'accepted'),
    decide('reject', 'rejectEnrichmentProposal', 'Set a proposal aside; it is not made again', 'rejected'),
  ];
}
