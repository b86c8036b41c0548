import type { Knex } from 'knex';
import { requireScope, scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { requireVisible } from '../../kernel/crud/field.access.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { readList, readSegment } from '../../kernel/lists/list.reader.js';
import { findSegment, insertSegment, listSegments, updateSegment } from './segment.repository.js';
import type { SegmentChange, SegmentRow } from './segment.types.js';

/** The rules of segments: what is saved must be a list that its saver could ask for; who opens it sees what they may. */
export class SegmentService {
  private readonly services: ReadonlyMap<string, CrudService>;

  constructor(services: readonly CrudService[]) {
    this.services = new Map(services.map((service) => [service.resource.name, service]));
  }

  /** Segments that the caller is shown, of records that they may read. */
  async list(call: Call, entity: string | null): Promise<SegmentRow[]> {
    return (await listSegments(call.db, call, entity)).filter((row) => scopeOf(call.actor, this.service(row.entity).resource.name, 'read') !== null);
  }

  /** One segment. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<SegmentRow> {
    const row = await findSegment(db, call, id, lock);
    if (!row) throw notFound('segment', id);
    return row;
  }

  /** Whether the caller may change a segment: its owner, or who may write everybody's. */
  mine(call: Call, row: SegmentRow): boolean {
    const scope = scopeOf(call.actor, 'segments', 'write');
    return scope === 'all' || (scope !== null && row.owner_id !== null && row.owner_id === call.actor.userId);
  }

  /** How many records the caller sees in a segment. */
  async count(call: Call, id: string): Promise<{ total: number; total_is_estimate: boolean }> {
    const { entity } = await this.get(call.db, call, id);
    const service = this.service(entity);
    requireScope(call.actor, service.resource.name, 'read');
    const page = await service.list(call, await readList(call, service.resource, { segment: id, limit: '1', count: 'true' }));
    return { total: page.total ?? 0, total_is_estimate: page.total_is_estimate ?? false };
  }

  /** Saves a list. */
  async create(trx: Knex.Transaction, call: Call, input: SegmentChange & { readonly entity: string; readonly name: string; readonly filter: Readonly<Record<string, unknown>> }): Promise<SegmentRow> {
    const values = { entity: input.entity, name: input.name, filter: input.filter, q: input.q ?? null, sort: input.sort ?? null, visibility: input.visibility ?? 'private' as const };
    if (call.actor.userId === null && values.visibility !== 'all') throw invalidBody([{ path: 'visibility', code: 'no_owner', message: 'Without a user of your own nobody would be shown it; send "all".' }]);
    await this.check(call, values);
    const id = await insertSegment(trx, { ...values, owner_id: call.actor.userId });
    await audit(trx, call, { action: 'create', entity: 'segments', entityId: id, after: values });
    return this.get(trx, call, id);
  }

  /** Changes the given parts. */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: SegmentChange): Promise<SegmentRow> {
    const current = await this.changeable(trx, call, id);
    await this.check(call, { ...current, ...patch });
    await updateSegment(trx, id, patch);
    const { name, filter, q, sort, visibility } = current;
    await audit(trx, call, { action: 'update', entity: 'segments', entityId: id, before: { name, filter, q, sort, visibility }, after: { ...patch } });
    return this.get(trx, call, id);
  }

  /** Deletes a segment; the records stay. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const { name, entity } = await this.changeable(trx, call, id);
    await updateSegment(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'segments', entityId: id, before: { name, entity } });
  }

  private async changeable(trx: Knex.Transaction, call: Call, id: string): Promise<SegmentRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    if (!this.mine(call, current)) throw new CrmError(403, 'not_yours', 'Only the owner may change this segment. Save one of your own with the same conditions.');
    return current;
  }

  private service(entity: string): CrudService {
    const service = this.services.get(entity);
    if (!service) throw new Error(`Segments know no ${entity}`);
    return service;
  }

  /** @throws CrmError 422 with what a list would say. */
  private async check(call: Call, saved: Pick<SegmentRow, 'entity' | 'filter' | 'q' | 'sort'>): Promise<void> {
    const { resource } = this.service(saved.entity);
    requireScope(call.actor, resource.name, 'read');
    const query = await readSegment(call, resource, saved).catch((error: unknown) => {
      throw error instanceof CrmError && error.errors ? invalidBody(error.errors) : error;
    });
    requireVisible(call.actor, resource, [...query.filters, ...query.sort].map((one) => one.field));
  }
}
