import type { Knex } from 'knex';
import { requireScope } from '../context/actor.js';
import type { Call, Reader } from '../context/call.js';
import { requireVersion, withVersion } from '../contract/record.version.js';
import { readCustom, writeCustom, type CustomChange } from '../custom/custom.input.js';
import { customName } from '../custom/custom.types.js';
import { CrmError, invalidBody, mergedAway, type FieldProblem } from '../errors/crm.error.js';
import type { Row } from './crm.model.js';
import { fieldRule, hiddenFields, hides, requireWritable } from './field.access.js';
import type { CrudRepository } from './crud.repository.js';
import type { ListQuery } from './list.query.js';
import { ownerships } from './ownership.js';
import type { Resource } from './resource.js';
import { placeTaken, recordErased } from './restore.errors.js';
import { scopeCondition } from './scope.js';
import { auditAndTell, tell, type TimelineEntry } from './trail.js';
import { toJson } from './values.js';

/** A record as JSON carries it. */
export type Item = Record<string, unknown> & { id: string };

/** A page as JSON carries it. */
export interface ItemPage {
  items: Item[];
  next_cursor: string | null;
  total?: number;
  total_is_estimate?: boolean;
}

/** Values that were checked against the resource's schema. */
export type Values = Record<string, unknown>;

/** The rules that all records share; a domain overrides the hooks for its own. Writes take the transaction that the route or job opened. */
export class CrudService {
  constructor(protected readonly repository: CrudRepository) {}

  get resource(): Resource {
    return this.repository.resource;
  }

  /** One page, with the total where it was asked for. */
  async list(call: Call, query: ListQuery): Promise<ItemPage> {
    const [page, count] = await Promise.all([
      this.repository.list(call.db, call, query),
      query.count ? this.repository.count(call.db, call, query) : null,
    ]);
    return {
      items: page.rows.map((row) => this.present(call, row, false)),
      next_cursor: page.nextCursor,
      ...(count ? { total: count.total, total_is_estimate: count.estimate } : {}),
    };
  }

  /** One record; 404 where the caller may not see it. */
  async get(db: Reader, call: Call, id: string): Promise<Item> {
    return this.present(call, await this.repository.get(db, call, id), true);
  }

  /** Locks the record until the transaction ends where asked for. @throws CrmError 403 or 404 where the caller may not change it. */
  async requireWrite(db: Reader, call: Call, id: string, lock = false): Promise<void> {
    await this.repository.get(db, call, id, { action: 'write', lock });
  }

  /** Makes a record; `system` are columns that callers cannot set, such as `created_at` of an imported row. */
  async create(trx: Knex.Transaction, call: Call, input: Values, system: Values = {}): Promise<Item> {
    requireScope(call.actor, this.resource.name, 'write');
    requireWritable(call.actor, this.resource, input);
    const { custom: given, ...plain } = input;
    const custom = await readCustom(trx, call, this.resource, given, null);
    const owned = this.withOwner(call, plain);
    const values = await this.beforeCreate(trx, call, owned);
    await this.checkReferences(trx, call, values);
    const id = await this.repository.insert(trx, { ...values, ...system });
    await writeCustom(trx, id, custom);
    const row = await this.inScope(trx, call, id);
    const after = { ...this.snapshot(row, Object.keys({ ...values, ...system })), ...named(custom.values) };
    const fields = [...Object.keys(values), ...Object.keys(named(custom.values))];
    await auditAndTell(trx, call, { action: 'create', entity: this.resource.name, entityId: id, after }, this.story(row, 'created', { fields }));
    await this.afterCreate(trx, call, row);
    return this.present(call, row, true);
  }

  /** Changes only the given fields, behind the row's lock; a change that changes nothing writes nothing. */
  async update(trx: Knex.Transaction, call: Call, id: string, input: Values, system: Values = {}): Promise<Item> {
    const current = await this.repository.get(trx, call, id, { action: 'write', lock: true });
    requireVersion(call, current);
    requireWritable(call.actor, this.resource, input);
    const { custom: given, ...plain } = input;
    const held = (current['custom'] ?? {}) as Values;
    const custom = await readCustom(trx, call, this.resource, given, held);
    const wanted = await this.beforeUpdate(trx, call, current, plain);
    const patch = this.changes(current, { ...wanted, ...system });
    const names = Object.keys(patch);
    const customs = Object.keys(custom.values);
    if (names.length === 0 && customs.length === 0) return this.present(call, await this.repository.get(trx, call, id, { action: 'write' }), true);
    await this.checkReferences(trx, call, patch);
    // A change of custom values alone is a new version of the record as well.
    await this.repository.update(trx, id, names.length === 0 ? { updated_at: new Date() } : patch);
    await writeCustom(trx, id, custom);
    const row = await this.inScope(trx, call, id);
    const before = { ...this.snapshot(current, names), ...named(Object.fromEntries(customs.map((key) => [key, held[key] ?? null]))) };
    const after = { ...patch, ...named(custom.values) };
    await auditAndTell(trx, call, { action: 'update', entity: this.resource.name, entityId: id, before, after }, this.story(row, 'updated', { fields: Object.keys(after) }));
    if (names.length > 0) await this.afterUpdate(trx, call, current, patch);
    return this.present(call, row, true);
  }

  /** Hides a record; it can be restored. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.repository.get(trx, call, id, { action: 'delete', lock: true });
    requireVersion(call, current);
    await this.beforeRemove(trx, call, current);
    await this.repository.update(trx, id, { deleted_at: new Date() });
    await auditAndTell(trx, call, { action: 'delete', entity: this.resource.name, entityId: id, before: { deleted_at: null } }, this.story(current, 'deleted', {}));
  }

  /** Brings a hidden record back. @throws CrmError 409 where a living record has its place, or an erasure has taken what it said. */
  async restore(trx: Knex.Transaction, call: Call, id: string): Promise<Item> {
    const current = await this.repository.get(trx, call, id, { action: 'delete', lock: true, deleted: true });
    requireVersion(call, current);
    if (typeof current['merged_into_id'] === 'string') throw mergedAway(current['merged_into_id']);
    if (await this.repository.erased(trx, id)) throw recordErased(this.resource.singular);
    await this.repository.update(trx, id, { deleted_at: null }).catch((error: unknown) => { throw placeTaken(this.resource.singular, error) ?? error; });
    await auditAndTell(trx, call, { action: 'restore', entity: this.resource.name, entityId: id, before: { deleted_at: current.deleted_at?.toISOString() } }, this.story(current, 'restored', {}));
    return this.present(call, await this.repository.get(trx, call, id), true);
  }

  /** A row as JSON: declared members only, null where the caller's role does not show one. */
  present(call: Call, row: Row, detail: boolean): Item {
    const { resource } = this;
    const item: Item = withVersion({ id: row.id }, row['__version']);
    const hidden = hiddenFields(call.actor, resource.name);
    for (const [name, field] of Object.entries(resource.fields)) item[name] = hidden.has(name) ? null : toJson(field, row[name]);
    for (const name of Object.keys(resource.references)) item[name] = hides(resource, hidden, name) ? null : row[name] ?? null;
    for (const [name, computed] of Object.entries(resource.computed)) {
      if (!detail && computed.detailOnly === true) continue;
      const value = hidden.has(name) ? null : row[name] ?? null;
      item[name] = value === null || computed.conceal === undefined ? value : computed.conceal(value, (of, field) => fieldRule(call.actor, of, field) === 'hidden');
    }
    if (row.deleted_at !== null) item['deleted_at'] = row.deleted_at.toISOString();
    return item;
  }

  /** Rules and derived values before a record is made; returns the columns to insert. */
  protected beforeCreate(_trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    return Promise.resolve(input);
  }

  /** Rules and derived values before a change; returns the columns wanted. */
  protected beforeUpdate(_trx: Knex.Transaction, _call: Call, _current: Row, input: Values): Promise<Values> {
    return Promise.resolve(input);
  }

  /** Rules before a record is hidden. */
  protected beforeRemove(_trx: Knex.Transaction, _call: Call, _current: Row): Promise<void> {
    return Promise.resolve();
  }

  /** What else happens in the same transaction once a record exists. */
  protected afterCreate(_trx: Knex.Transaction, _call: Call, _row: Row): Promise<void> {
    return Promise.resolve();
  }

  /** What else happens in the same transaction once a record was changed. */
  protected afterUpdate(_trx: Knex.Transaction, _call: Call, _before: Row, _patch: Values): Promise<void> {
    return Promise.resolve();
  }

  /** What a change adds to the record's story; null where the resource has none. */
  private story(row: Row, kind: string, data: Values): TimelineEntry | null {
    const { timeline, singular, name } = this.resource;
    if (!timeline) return null;
    const account = timeline.account === null ? null : row[timeline.account];
    return {
      entity: name, entityId: row.id, accountId: typeof account === 'string' ? account : null, kind,
      summary: `${singular.replace(/_/g, ' ')} ${kind}: ${String(row[timeline.label] ?? row.id)}`, data,
    };
  }

  /** Adds to the record's story beside what the standard changes add. */
  protected async tell(trx: Knex.Transaction, call: Call, row: Row, kind: string, data: Values): Promise<void> {
    const story = this.story(row, kind, data);
    if (story !== null) await tell(trx, call, story);
  }

  private withOwner(call: Call, input: Values): Values {
    const column = this.resource.ownership?.ownerColumn;
    if (column === undefined || input[column] !== undefined || call.actor.userId === null) return input;
    return { ...input, [column]: call.actor.userId };
  }

  private changes(current: Row, wanted: Values): Values {
    const patch: Values = {};
    for (const [name, value] of Object.entries(wanted)) {
      const field = this.resource.fields[name];
      const before = field ? toJson(field, current[name]) : current[name];
      if (!same(before, value, field?.kind === 'money' || field?.kind === 'decimal')) patch[name] = value;
    }
    return patch;
  }

  private snapshot(row: Row, names: readonly string[]): Values {
    return Object.fromEntries(names.map((name) => {
      const field = this.resource.fields[name];
      return [name, field ? toJson(field, row[name]) : row[name]];
    }));
  }

  /** The row after a write. It must still be in reach of the same permission: nobody gives away or takes what is not theirs. */
  private async inScope(trx: Knex.Transaction, call: Call, id: string): Promise<Row> {
    const row = await this.repository.find(trx, call, id, { action: 'write' });
    if (row) return row;
    throw new CrmError(403, 'outside_scope',
      `Your role may only write ${this.resource.name} within its scope, and this change would put the record outside it. Choose an owner in your scope.`);
  }

  private async checkReferences(trx: Knex.Transaction, call: Call, values: Values): Promise<void> {
    const given = Object.entries(this.resource.references).filter(([, one]) => typeof values[one.column] === 'string');
    if (given.length === 0) return;
    const bindings: Knex.Value[] = [];
    const columns = given.map(([name, one]) => {
      const visible = one.resource && call.actor.permissions[one.resource]?.read !== undefined
        ? scopeCondition(call.actor, one.resource, 'read', ownerships[one.resource] ?? null) : null;
      bindings.push(values[one.column] as string, ...(visible?.bindings ?? []));
      // Locked as the foreign key will lock it anyway, but before the look: a record that is being merged or deleted is not pointed at meanwhile.
      return `EXISTS (SELECT 1 FROM ${one.table} t WHERE t.id = ? AND t.deleted_at IS NULL${visible ? ` AND ${visible.sql}` : ''} FOR KEY SHARE OF t) AS ${name}`;
    });
    const { rows } = await trx.raw<{ rows: Record<string, boolean>[] }>(`SELECT ${columns.join(', ')}`, bindings);
    const problems: FieldProblem[] = given.filter(([name]) => rows[0]?.[name] !== true).map(([name, one]) => ({
      path: one.column, code: 'unknown_reference', message: `"${one.column}" is not the id of a ${name} that exists and that you may see.`,
    }));
    if (problems.length > 0) throw invalidBody(problems);
  }
}

/** Custom values by the names under which audit, story and roles know them. */
const named = (values: CustomChange['values']): Values => Object.fromEntries(Object.entries(values).map(([key, value]) => [customName(key), value]));

function same(before: unknown, after: unknown, exactDecimal: boolean): boolean {
  if (before === after) return true;
  if (before === null || after === null || before === undefined || after === undefined) return (before ?? null) === (after ?? null);
  // "10" and "10.00" are one amount.
  if (exactDecimal && typeof before === 'string' && typeof after === 'string') return trim(before) === trim(after);
  return JSON.stringify(before) === JSON.stringify(after);
}

const trim = (decimal: string): string => {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const negative = whole.startsWith('-');
  const digits = `${whole.replace(/^-?0*(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`;
  return negative && /[1-9]/.test(digits) ? `-${digits}` : digits;
};
