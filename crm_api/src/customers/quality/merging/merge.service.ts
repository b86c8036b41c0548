import type { Knex } from 'knex';
import { requireScope } from '../../../kernel/context/actor.js';
import type { Call } from '../../../kernel/context/call.js';
import type { Row } from '../../../kernel/crud/crm.model.js';
import { CrudRepository } from '../../../kernel/crud/crud.repository.js';
import { requireWritable } from '../../../kernel/crud/field.access.js';
import type { Resource } from '../../../kernel/crud/resource.js';
import { audit, tell } from '../../../kernel/crud/trail.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import { parentLoop } from '../../accounts/account.errors.js';
import { AccountRepository } from '../../accounts/account.repository.js';
import { accountResource } from '../../accounts/account.schema.js';
import { contactResource } from '../../contacts/contact.schema.js';
import { leadResource } from '../../leads/lead.schema.js';
import { decideCandidate, findPair } from '../duplicates/duplicate.repository.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import { alreadyMerged, alreadyUndone, outsideScope, sameRecord, survivorGone } from './merge.errors.js';
import { takenFields, type FieldChoices } from './merge.fields.js';
import { copyColumns, findMerge, insertMerge, lockPair, moveBack, moveChildren, noteUndone, restoreColumns, setMerged, type MergeRow } from './merge.repository.js';

/** The kinds of records that can be merged. */
export const mergeResources: Readonly<Record<MatchEntity, Resource>> = { accounts: accountResource, contacts: contactResource, leads: leadResource };

/** Which two records become one, and whose values count. */
export interface MergeInput {
  readonly entity: MatchEntity;
  readonly survivorId: string;
  readonly loserId: string;
  readonly fields: FieldChoices;
}

/** What an undo could not take back, as somebody changed it since. */
export interface UndoResult {
  readonly merge: MergeRow;
  readonly keptFields: readonly string[];
  readonly keptRows: number;
}

/** Makes two records one and takes it back; every step in the transaction that the route opened. */
export class MergeService {
  private readonly accounts = new AccountRepository();

  /**
   * Merges: the survivor takes the chosen values and everything that hangs on the other record, which is hidden and remembers its survivor.
   * @throws CrmError 404 where either is out of reach, 409 already_merged, 403 field_read_only or outside_scope, 422.
   */
  async merge(trx: Knex.Transaction, call: Call, { entity, survivorId, loserId, fields }: MergeInput): Promise<MergeRow> {
    const resource = mergeResources[entity];
    const repository = new CrudRepository(resource);
    requireScope(call.actor, entity, 'write');
    requireScope(call.actor, entity, 'delete');
    if (survivorId === loserId) throw sameRecord();
    await lockPair(trx, entity, survivorId, loserId);
    const survivor = await repository.get(trx, call, survivorId, { action: 'write' });
    const loser = await repository.get(trx, call, loserId, { action: 'delete' });
    for (const row of [survivor, loser]) if (row['merged_into_id'] !== null) throw alreadyMerged(row.id);
    requireWritable(call.actor, resource, Object.fromEntries(Object.entries(fields).filter(([, side]) => side === 'loser')));
    const columns = await this.withoutLoop(trx, entity, survivor, loser, fields, takenFields(resource, survivor, loser, fields));
    // The other one first: its address and name are then free for the survivor.
    await setMerged(trx, entity, loserId, survivorId);
    const { before, after } = await copyColumns(trx, entity, columns, loserId, survivorId);
    const moved = await moveChildren(trx, entity, loserId, survivorId);
    const now = await repository.find(trx, call, survivorId, { action: 'write' });
    if (!now) throw outsideScope();
    const candidate = await findPair(trx, entity, survivorId, loserId);
    if (candidate) await decideCandidate(trx, candidate.id, 'merged', call.actor.userId);
    const merge = await insertMerge(trx, {
      entity, survivor_id: survivorId, loser_id: loserId, candidate_id: candidate?.id ?? null, candidate_before: candidate?.status ?? null,
      survivor_before: before, survivor_after: after, moved, merged_by: call.actor.userId,
    });
    await audit(trx, call, { action: 'merge', entity, entityId: survivorId, before, after: { ...after, merge_id: merge.id, merged_id: loserId } });
    await audit(trx, call, { action: 'merge', entity, entityId: loserId, before: { merged_into_id: null }, after: { merged_into_id: survivorId, merge_id: merge.id } });
    await this.tell(trx, call, resource, now, 'merged', `${this.label(resource, loser)} → ${this.label(resource, now)}`, { merge_id: merge.id, merged_id: loserId, fields: columns });
    return merge;
  }

  /**
   * Takes a merge back: children return that are still where it put them, values that are still what it made them, and the other record is there again.
   * @throws CrmError 404 where the merge or a record is out of reach, 409 already_undone, survivor_gone, or already_exists where another record took the name or address since.
   */
  async undo(trx: Knex.Transaction, call: Call, id: string): Promise<UndoResult> {
    const seen = await findMerge(trx, id);
    if (!seen) throw notFound('merge', id);
    const { entity, survivor_id: survivorId, loser_id: loserId } = seen;
    const resource = mergeResources[entity];
    const repository = new CrudRepository(resource);
    requireScope(call.actor, entity, 'write');
    requireScope(call.actor, entity, 'delete');
    await lockPair(trx, entity, survivorId, loserId);
    const merge = await findMerge(trx, id, true);
    if (!merge) throw notFound('merge', id);
    const loser = await repository.find(trx, call, loserId, { action: 'delete', deleted: true });
    if (merge.undone_at !== null) throw alreadyUndone();
    if (!loser) throw notFound('merge', id);
    const survivor = await repository.find(trx, call, survivorId, { action: 'write' });
    if (!survivor || survivor['merged_into_id'] !== null) throw survivorGone();
    const keptFields = await restoreColumns(trx, entity, survivorId, merge.survivor_before, merge.survivor_after);
    await setMerged(trx, entity, loserId, null);
    let keptRows = 0;
    for (const move of merge.moved) keptRows += move.ids.length - await moveBack(trx, entity, move, survivorId, loserId);
    // Undone by people: not proposed again, unless it was never a candidate.
    if (merge.candidate_id !== null) await decideCandidate(trx, merge.candidate_id, 'undone', call.actor.userId);
    await noteUndone(trx, id, call.actor.userId);
    const back = Object.fromEntries(Object.entries(merge.survivor_before).filter(([name]) => !keptFields.includes(name)));
    await audit(trx, call, { action: 'unmerge', entity, entityId: survivorId, before: merge.survivor_after, after: { ...back, merge_id: id, kept_fields: keptFields, kept_rows: keptRows } });
    await audit(trx, call, { action: 'unmerge', entity, entityId: loserId, before: { merged_into_id: survivorId }, after: { merged_into_id: null, merge_id: id } });
    for (const row of [survivor, loser]) await this.tell(trx, call, resource, row, 'merge_undone', `${this.label(resource, loser)} ⇄ ${this.label(resource, survivor)}`, { merge_id: id });
    return { merge: { ...merge, undone_at: new Date(), undone_by: call.actor.userId }, keptFields, keptRows };
  }

  /** The tree of accounts must stay one: a survivor below the other record moves up to where that was, and takes no parent from below itself. */
  private async withoutLoop(trx: Knex.Transaction, entity: MatchEntity, survivor: Row, loser: Row, choices: FieldChoices, columns: string[]): Promise<string[]> {
    if (entity !== 'accounts') return columns;
    const rest = columns.filter((column) => column !== 'parent_id');
    if (await this.accounts.hasAncestor(trx, survivor.id, loser.id)) return [...rest, 'parent_id'];
    if (!columns.includes('parent_id') || !await this.accounts.hasAncestor(trx, loser.id, survivor.id)) return columns;
    if (choices['parent_id'] === 'loser') throw parentLoop();
    return rest;
  }

  private label(resource: Resource, row: Row): string {
    return String(row[resource.timeline?.label ?? 'id']);
  }

  private async tell(trx: Knex.Transaction, call: Call, resource: Resource, row: Row, kind: string, summary: string, data: Record<string, unknown>): Promise<void> {
    const account = resource.timeline?.account == null ? null : row[resource.timeline.account];
    await tell(trx, call, { entity: resource.name, entityId: row.id, accountId: typeof account === 'string' ? account : null, kind, summary: `${resource.singular} ${kind.replace('_', ' ')}: ${summary}`, data });
  }
}
