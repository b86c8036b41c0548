import type { Knex } from 'knex';
import type { Call } from '../../../kernel/context/call.js';
import { schemasOf } from '../../../kernel/crud/crud.schema.js';
import type { CrudService, Item, Values } from '../../../kernel/crud/crud.service.js';
import { fieldRule } from '../../../kernel/crud/field.access.js';
import { parseListQuery } from '../../../kernel/crud/list.query.js';
import { audit } from '../../../kernel/crud/trail.js';
import { CrmError, notFound } from '../../../kernel/errors/crm.error.js';
import { AccountService } from '../../accounts/account.service.js';
import { ContactService } from '../../contacts/contact.service.js';
import { LeadService } from '../../leads/lead.service.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import type { EnrichmentProvider } from './enrichment.provider.js';
import { decideProposal, insertProposals, listProposals, lockProposal, type ProposalRow } from './proposal.repository.js';

/** Asks sources about records and keeps what they say as proposals; only a person makes one a value. */
export class EnrichmentService {
  private readonly services: Readonly<Record<MatchEntity, CrudService>> = { accounts: new AccountService(), contacts: new ContactService(), leads: new LeadService() };

  constructor(private readonly providers: readonly EnrichmentProvider[]) {}

  /**
   * Asks every source about a record that the caller may change; answers with all open proposals. Values that are no values of their field are left out.
   * @throws CrmError 404, 409 enrichment_off where no source is set, 502 source_failed.
   */
  async ask(call: Call, entity: MatchEntity, id: string): Promise<ProposalRow[]> {
    if (this.providers.length === 0) throw new CrmError(409, 'enrichment_off', 'No source of values is set. An administrator can set CRM_ENRICHMENT_FILE to a CSV or JSON file, see the guide on data quality.');
    const record = await this.changeable(call.db, call, entity, id);
    for (const provider of this.providers) {
      const facts = await provider.lookUp(entity, record).catch((cause: unknown) => {
        call.log.error({ err: cause, provider: provider.name }, 'The source of values could not be asked');
        throw new CrmError(502, 'source_failed', `The source "${provider.name}" could not be asked. Try again later; an administrator finds the reason in the log.`, { cause });
      });
      const rows = facts.flatMap(({ field, value }) => {
        const parsed = this.valueOf(entity, record, field, value);
        if (parsed === undefined || same(parsed, record[field])) return [];
        return [{ entity, entity_id: id, provider: provider.name, field, seen_value: stored(record[field]), proposed_value: String(parsed) }];
      });
      await call.db.transaction((trx) => insertProposals(trx, rows));
    }
    return this.list(call, entity, id, 'open');
  }

  /** What is proposed for a record, or (null) for all in the caller's reach, without fields that the caller is not shown. */
  async list(call: Call, entity: MatchEntity, id: string | null, status: string): Promise<ProposalRow[]> {
    const service = this.services[entity];
    if (id === null) {
      const rows = (await listProposals(call.db, entity, null, status)).filter((row) => fieldRule(call.actor, entity, row.field) !== 'hidden');
      if (rows.length === 0) return [];
      const { items } = await service.list(call, parseListQuery(service.resource, { 'filter[id][in]': [...new Set(rows.map((row) => row.entity_id))].join(','), limit: '200' }));
      const reached = new Set(items.map((item) => item.id));
      return rows.filter((row) => reached.has(row.entity_id));
    }
    await service.get(call.db, call, id);
    return (await listProposals(call.db, entity, id, status)).filter((row) => fieldRule(call.actor, entity, row.field) !== 'hidden');
  }

  /**
   * Makes a proposal the value, by the record's own rules, trail and permissions; or sets it aside for good.
   * @throws CrmError 404, 409 already_decided, 409 value_changed where the field is not as it was when the proposal was made.
   */
  async decide(trx: Knex.Transaction, call: Call, id: string, to: 'accepted' | 'rejected'): Promise<ProposalRow> {
    const row = await lockProposal(trx, id);
    if (!row || fieldRule(call.actor, row.entity, row.field) === 'hidden') throw notFound('proposal', id);
    const record = await this.changeable(trx, call, row.entity, row.entity_id);
    if (row.status !== 'open') throw new CrmError(409, 'already_decided', `This proposal is ${row.status} already. Reload the list.`);
    if (to === 'accepted') {
      if (stored(record[row.field]) !== row.seen_value) throw new CrmError(409, 'value_changed', `"${row.field}" was changed since the proposal was made. Look at the record, then reject the proposal or enter the value by hand.`);
      const value = this.valueOf(row.entity, record, row.field, row.proposed_value);
      await this.services[row.entity].update(trx, call, row.entity_id, { [row.field]: value });
    }
    await decideProposal(trx, id, to, call.actor.userId);
    await audit(trx, call, { action: 'update', entity: 'enrichment_proposals', entityId: id, before: { status: 'open' }, after: { status: to, field: row.field, entity_id: row.entity_id } });
    return { ...row, status: to, decided_by: call.actor.userId, decided_at: new Date() };
  }

  /** The record as shown to somebody who may write it. */
  private async changeable(db: Call['db'] | Knex.Transaction, call: Call, entity: MatchEntity, id: string): Promise<Item> {
    const service = this.services[entity];
    await service.requireWrite(db, call, id);
    return service.get(db, call, id);
  }

  /** The value in the form of its field, or undefined where it is none or nobody writes the field. */
  private valueOf(entity: MatchEntity, record: Item, field: string, text: string): unknown {
    const { resource } = this.services[entity];
    const declared = Object.hasOwn(resource.fields, field) ? resource.fields[field] : undefined;
    if (!declared || declared.readOnly || declared.createOnly || declared.kind === 'uuid' || declared.kind === 'boolean') return undefined;
    const raw = declared.kind === 'integer' || declared.kind === 'number' ? Number(text) : text;
    const country: Values = typeof record['country_code'] === 'string' && field !== 'country_code' ? { country_code: record['country_code'] } : {};
    const { error, value } = schemasOf(resource).patch.validate({ ...country, [field]: raw });
    return error ? undefined : (value as Values)[field];
  }
}

const stored = (value: unknown): string | null => (value === null || value === undefined || value === '' ? null : String(value as string | number));
const same = (proposed: unknown, current: unknown): boolean => stored(proposed) === stored(current);
