import type { Knex } from 'knex';
import { requireScope } from '../../../kernel/context/actor.js';
import type { Call } from '../../../kernel/context/call.js';
import { schemasOf } from '../../../kernel/crud/crud.schema.js';
import type { CrudService, Item, Values } from '../../../kernel/crud/crud.service.js';
import { hiddenFields, hides, requireVisible } from '../../../kernel/crud/field.access.js';
import { parseListQuery } from '../../../kernel/crud/list.query.js';
import { audit } from '../../../kernel/crud/trail.js';
import { CrmError, forbidden, invalidBody, notFound } from '../../../kernel/errors/crm.error.js';
import { fieldProblems } from '../../../kernel/errors/joi.problems.js';
import { AccountService } from '../../accounts/account.service.js';
import { ContactService } from '../../contacts/contact.service.js';
import { LeadService } from '../../leads/lead.service.js';
import { alreadyDecided } from '../merging/merge.errors.js';
import { soundJudge } from './dedupe.runner.js';
import { bothInReach, decideCandidate, findCandidate, findUnfinished, insertJob, listCandidates, type CandidateRow, type DedupeJobRow } from './duplicate.repository.js';
import { findAlike } from './match.repository.js';
import { score } from './match.score.js';
import type { Evidence, MatchEntity } from './match.types.js';

/** One field's part in a resemblance. */
export interface Reason {
  readonly field: string;
  readonly agreement: 'same' | 'similar' | 'different';
  /** 0–1. */
  readonly similarity: number;
}

/** A pair as shown. */
export interface ShownCandidate {
  readonly id: string;
  readonly entity: MatchEntity;
  readonly similarity: number;
  readonly reasons: readonly Reason[];
  readonly status: CandidateRow['status'];
  readonly decided_at: string | null;
  readonly created_at: string;
  /** Null where the record was merged or deleted since. */
  readonly left: Item | null;
  readonly right: Item | null;
}

const same = 0.995;
const similar = 0.75;

/** Below this a resemblance is not worth interrupting somebody who types. */
const worthTelling = 0.5;
const toldAtOnce = 10;

/** Pairs of records that may be one: what was found, what is decided, what a new record resembles. */
export class DuplicateService {
  private readonly services: Readonly<Record<MatchEntity, CrudService>> = { accounts: new AccountService(), contacts: new ContactService(), leads: new LeadService() };

  /** One page of candidates that the caller may see on both sides, the most alike first, and where the next page begins. */
  async list(call: Call, entity: MatchEntity, status: string, limit: number, after: readonly [string, string] | null): Promise<{ items: ShownCandidate[]; next: readonly [string, string] | null }> {
    requireScope(call.actor, entity, 'read');
    const rows = await listCandidates(call.db, call, entity, status, limit + 1, after);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: await this.show(call, entity, page), next: last ? [last.similarity, last.id] : null };
  }

  /** @throws CrmError 404 where there is no such candidate, or a side of it is out of reach. */
  async get(call: Call, id: string): Promise<ShownCandidate> {
    const row = await findCandidate(call.db, call, id);
    const [shown] = row ? await this.show(call, row.entity, [row]) : [];
    if (!shown) throw notFound('duplicate', id);
    return shown;
  }

  /**
   * Sets a pair aside, so that no search offers it again, or takes it up again.
   * @throws CrmError 404, 403, 409 already_decided.
   */
  async decide(trx: Knex.Transaction, call: Call, id: string, to: 'rejected' | 'open'): Promise<void> {
    const row = await findCandidate(trx, call, id, true);
    if (!row) throw notFound('duplicate', id);
    requireScope(call.actor, row.entity, 'write');
    if (!await bothInReach(trx, call, row, 'write')) throw notFound('duplicate', id);
    if (to === 'rejected' ? row.status !== 'open' : row.status !== 'rejected' && row.status !== 'undone') throw alreadyDecided(row.status);
    await decideCandidate(trx, id, to, call.actor.userId);
    await audit(trx, call, { action: 'update', entity: 'merge_candidates', entityId: id, before: { status: row.status }, after: { status: to } });
  }

  /**
   * What a record that is about to be made resembles, among those the caller may see. Hidden fields are not looked at, so that the answer tells nothing of them.
   * @throws CrmError 422 where the values are none of the kind's fields.
   */
  async check(call: Call, entity: MatchEntity, values: Values, except: string | null): Promise<{ similarity: number; reasons: Reason[]; record: Item }[]> {
    requireScope(call.actor, entity, 'read');
    const { resource } = this.services[entity];
    const { error, value } = schemasOf(resource).patch.validate(values);
    if (error) throw invalidBody(fieldProblems(error.details).map((one) => ({ ...one, path: `values.${one.path}` })));
    requireVisible(call.actor, resource, Object.keys(value as Values));
    const named = { ...(value as Values) };
    const joined = [named['first_name'], named['last_name']].filter((one) => typeof one === 'string').join(' ');
    if (entity !== 'accounts') named['full_name'] ??= joined === '' ? null : joined;
    const name = entity === 'accounts' ? 'legal_name' : 'full_name';
    const { asked, found } = await findAlike(call.db, call, entity, { ...named, [name]: named[name] ?? '' }, except);
    const soundsAlike = await soundJudge(call.db, [asked, ...found]);
    const hidden = hiddenFields(call.actor, entity);
    const matches = found.map((one) => ({ id: one.id, ...score(entity, blind(asked, hidden), blind(one, hidden), soundsAlike) }))
      .filter((one) => one.similarity >= worthTelling).sort((a, b) => b.similarity - a.similarity).slice(0, toldAtOnce);
    const items = await this.items(call, entity, matches.map((one) => one.id));
    return matches.flatMap((one) => {
      const record = items.get(one.id);
      return record ? [{ similarity: one.similarity, reasons: this.reasons(call, entity, one.evidence), record }] : [];
    });
  }

  /**
   * Queues a search of all records of a kind; one at a time.
   * @throws CrmError 403 where the role does not write all of them, 409 search_running.
   */
  async search(trx: Knex.Transaction, call: Call, entity: MatchEntity, threshold: number): Promise<DedupeJobRow> {
    if (requireScope(call.actor, entity, 'write') !== 'all') throw forbidden(`A search reads all ${entity}, and your role reaches some. Ask somebody whose role writes all of them.`);
    await trx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('crm_dedupe_queue:' || ?, 0))`, [entity]);
    const running = await findUnfinished(trx, entity);
    if (running) throw new CrmError(409, 'search_running', `A search of ${entity} is ${running.status} already (${running.id}). Wait until it is done.`);
    const job = await insertJob(trx, entity, threshold, call.actor.userId);
    await audit(trx, call, { action: 'create', entity: 'dedupe_jobs', entityId: job.id, after: { entity, threshold } });
    return job;
  }

  private async show(call: Call, entity: MatchEntity, rows: readonly CandidateRow[]): Promise<ShownCandidate[]> {
    const items = await this.items(call, entity, rows.flatMap((row) => [row.left_id, row.right_id]));
    return rows.map((row) => ({
      id: row.id, entity, similarity: Number(row.similarity), reasons: this.reasons(call, entity, row.evidence), status: row.status, decided_at: row.decided_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(), left: items.get(row.left_id) ?? null, right: items.get(row.right_id) ?? null,
    }));
  }

  private async items(call: Call, entity: MatchEntity, ids: readonly string[]): Promise<Map<string, Item>> {
    if (ids.length === 0) return new Map();
    const service = this.services[entity];
    const page = await service.list(call, parseListQuery(service.resource, { 'filter[id][in]': [...new Set(ids)].join(','), limit: '200' }));
    return new Map(page.items.map((item) => [item.id, item]));
  }

  /** What speaks for and against, without what the caller's role does not show. */
  private reasons(call: Call, entity: MatchEntity, evidence: Evidence): Reason[] {
    const { resource } = this.services[entity];
    const hidden = hiddenFields(call.actor, entity);
    return Object.entries(evidence).filter(([field]) => !hides(resource, hidden, field))
      .map(([field, similarity]): Reason => ({ field, agreement: similarity >= same ? 'same' : similarity >= similar ? 'similar' : 'different', similarity }))
      .sort((a, b) => b.similarity - a.similarity);
  }
}

/** A record without the fields that are hidden from the caller. */
function blind<T extends object>(record: T, hidden: ReadonlySet<string>): T {
  const aliases: Readonly<Record<string, string>> = { company: 'account_id' };
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, hidden.has(name) || hidden.has(aliases[name] ?? '') ? null : value as unknown])) as T;
}
