import type { Call } from '../context/call.js';
import { field, type Field } from '../crud/fields.js';
import { parseListQuery, type ListQuery } from '../crud/list.query.js';
import type { Resource } from '../crud/resource.js';
import { isUuid } from '../crud/uuid.js';
import { customColumns } from '../custom/custom.query.js';
import { CrmError, featureOff, invalidQuery, notFound } from '../errors/crm.error.js';
import { asParameters, findSaved, segmentFeature, type SavedQuery } from './segment.reader.js';
import { tagFeature } from './tag.member.js';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Reads what a list is asked for: its own fields, custom fields, tags, and `segment=`, whose conditions hold beside the caller's own. All of it is judged
 * with the caller's eyes, whoever saved the segment.
 */
export async function readList(call: Call, resource: Resource, query: Parameters): Promise<ListQuery> {
  const { segment, ...own } = query;
  const saved = segment === undefined ? null : await savedParameters(call, resource, segment);
  const listed = await listedResource(call, resource, { ...saved, ...own });
  if (saved === null) return parseListQuery(listed, own);
  const { sort, ...conditions } = saved;
  const before = readSaved(listed, saved);
  const asked = parseListQuery(listed, { ...(sort === undefined ? {} : { sort }), ...own });
  return { ...asked, q: [before.q, asked.q].filter((one) => one !== null).join(' ') || null, filters: Object.keys(conditions).length === 0 ? asked.filters : [...before.filters, ...asked.filters] };
}

/** Reads the query of a segment that is being saved; throws every problem as 400. */
export async function readSegment(call: Call, resource: Resource, saved: Omit<SavedQuery, 'entity'>): Promise<ListQuery> {
  const parameters = asParameters(saved);
  return parseListQuery(await listedResource(call, resource, parameters), parameters);
}

async function savedParameters(call: Call, resource: Resource, id: unknown): Promise<Record<string, string>> {
  if (!call.feature(segmentFeature)) throw featureOff(segmentFeature);
  if (typeof id !== 'string' || !isUuid(id)) throw invalidQuery([{ path: 'segment', code: 'invalid', message: '"segment" must be the id of a segment.' }]);
  const saved = await findSaved(call.db, call, id);
  if (!saved) throw notFound('segment', id);
  if (saved.entity !== resource.name) throw invalidQuery([{ path: 'segment', code: 'other_entity', message: `The segment is about ${saved.entity}; choose one about ${resource.name}.` }]);
  return asParameters(saved);
}

// What was right when it was saved may name a field that is gone since.
function readSaved(resource: Resource, saved: Parameters): ListQuery {
  try {
    return parseListQuery(resource, saved);
  } catch (cause) {
    if (!(cause instanceof CrmError)) throw cause;
    throw new CrmError(409, 'segment_outdated', `The segment asks for what is no longer there: ${cause.message} Change or delete it under /crm/v1/segments.`, { cause, ...(cause.errors ? { errors: cause.errors } : {}) });
  }
}

/** The resource with what the parameters name beyond its own fields: custom fields and tags. */
async function listedResource(call: Call, resource: Resource, query: Parameters): Promise<Resource> {
  const fields: Record<string, Field> = {};
  if (resource.computed['tags'] !== undefined && Object.keys(query).some((key) => key.startsWith('filter[tags]'))) {
    if (!call.feature(tagFeature)) throw featureOff(tagFeature);
    fields['tags'] = field.uuid('A tag of the record.');
  }
  const customs = await customColumns(call, resource, query);
  return { ...resource, fields: { ...resource.fields, ...fields, ...customs?.fields }, ...(customs ? { custom: customs.columns } : {}) };
}
