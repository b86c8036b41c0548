import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { requireWritable } from '../../kernel/crud/field.access.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import type { TaggedEntity } from '../../kernel/lists/tag.member.js';
import { addTaggings, clearTag, findTag, insertTag, knownTags, listTags, moveTaggings, removeTaggings, tagsOf, updateTag, type TagRow } from './tag.repository.js';

/** How many tags there can be: a list that a person can still choose from. */
export const mostTags = 1000;

const taken = (error: unknown, name: string): unknown => ((error as { constraint?: string }).constraint !== 'crm_tags_name_key' ? error
  : new CrmError(409, 'already_exists', `There is already a tag "${name}". Use it, or merge the two.`, { cause: error, errors: [{ path: 'name', code: 'unique', message: '"name" must be unique.' }] }));

/** Tags: who may write a record tags it with what there is; what there is, is a matter of its own. */
export class TagService {
  /** All tags. */
  list(call: Call): Promise<TagRow[]> {
    return listTags(call.db);
  }

  /** One tag. @throws CrmError 404. */
  async get(db: Reader, id: string, lock = false): Promise<TagRow> {
    const row = await findTag(db, id, lock);
    if (!row) throw notFound('tag', id);
    return row;
  }

  /** Makes a tag. */
  async create(trx: Knex.Transaction, call: Call, { name, color = null }: { readonly name: string; readonly color?: string | null }): Promise<TagRow> {
    if ((await listTags(trx)).length >= mostTags) throw new CrmError(409, 'too_many', `There can be at most ${mostTags} tags. Merge or delete some.`);
    const id = await trx.transaction((inner) => insertTag(inner, { name, color })).catch((error: unknown) => { throw taken(error, name); });
    await audit(trx, call, { action: 'create', entity: 'tags', entityId: id, after: { name, color } });
    return this.get(trx, id);
  }

  /** Renames or colours a tag. */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: { readonly name?: string; readonly color?: string | null }): Promise<TagRow> {
    const current = await this.get(trx, id, true);
    requireVersion(call, { __version: current.__version });
    await trx.transaction((inner) => updateTag(inner, id, patch)).catch((error: unknown) => { throw taken(error, patch.name ?? ''); });
    await audit(trx, call, { action: 'update', entity: 'tags', entityId: id, before: { name: current.name, color: current.color }, after: patch });
    return this.get(trx, id);
  }

  /** Deletes a tag and takes it off everything. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.get(trx, id, true);
    requireVersion(call, { __version: current.__version });
    await clearTag(trx, id);
    await updateTag(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'tags', entityId: id, before: { name: current.name, records: current.records } });
  }

  /** Makes two tags one: everything carries the one that stays. */
  async merge(trx: Knex.Transaction, call: Call, id: string, into: string): Promise<TagRow> {
    if (id === into) throw invalidBody([{ path: 'into', code: 'same', message: '"into" must be another tag.' }]);
    // In the order of their ids, so that merges that meet wait for each other.
    for (const one of [id, into].sort()) await this.get(trx, one, true);
    const gone = await this.get(trx, id);
    const moved = await moveTaggings(trx, id, into);
    await updateTag(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'merge', entity: 'tags', entityId: into, before: { id, name: gone.name }, after: { moved } });
    return this.get(trx, into);
  }

  /** Adds tags to records and takes others off; all of it or nothing. Returns how many records changed. */
  async tag(trx: Knex.Transaction, call: Call, records: CrudService, ids: readonly string[], change: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<number> {
    const entity = records.resource.name as TaggedEntity;
    requireWritable(call.actor, records.resource, { tags: [] });
    const known = await knownTags(trx, change.add);
    const unknown = change.add.filter((tag) => !known.has(tag));
    if (unknown.length > 0) throw invalidBody(unknown.map((tag) => ({ path: 'tags', code: 'unknown_reference', message: `There is no tag ${tag}; make it first, or choose another.` })));
    // In the order of their ids, so that calls that meet wait for each other.
    const ordered = [...ids].sort();
    for (const id of ordered) await records.requireWrite(trx, call, id, true);
    const before = await tagsOf(trx, entity, ids);
    await removeTaggings(trx, entity, ids, change.remove.filter((tag) => !known.has(tag)));
    await addTaggings(trx, entity, ordered.flatMap((id) => change.add.map((tag) => ({ id, tag }))));
    const after = await tagsOf(trx, entity, ids);
    let changed = 0;
    for (const id of ids) {
      const [old, now] = [before.get(id) ?? [], after.get(id) ?? []];
      if (old.join() === now.join()) continue;
      changed += 1;
      await audit(trx, call, { action: 'update', entity, entityId: id, before: { tags: old }, after: { tags: now } });
    }
    return changed;
  }
}
