import { prepared, type Action } from 'crm_db';
import type { Knex } from 'knex';
import type { QueryBuilder } from 'objection';
import type { Call, Reader } from '../context/call.js';
import { featureOff, notFound } from '../errors/crm.error.js';
import { countRows, type Count } from './count.js';
import { pageByCustom } from '../custom/custom.page.js';
import { searchedFields } from '../custom/custom.query.js';
import type { CrmModel, Row } from './crm.model.js';
import { hiddenFields, requireVisible } from './field.access.js';
import { readCursor, writeCursor } from './cursor.js';
import type { ListQuery } from './list.query.js';
import type { Resource } from './resource.js';
import { scopeCondition } from './scope.js';
import { afterCondition, filterCondition, orderSql, searchConditions, selectList } from './select.sql.js';

/** One page of a list. */
export interface Page {
  rows: Row[];
  nextCursor: string | null;
}

interface FindOptions {
  readonly action?: Action;
  readonly lock?: boolean;
  readonly deleted?: boolean;
}

// What an erasure deletes for good; of other records it takes words only.
const persons: ReadonlySet<string> = new Set(['contacts', 'leads', 'accounts', 'users']);

/** Reads and writes the rows of one resource; every read is cut to what the caller's scope reaches. */
export class CrudRepository {
  constructor(readonly resource: Resource) {}

  /** One page in a stable order; rows inserted meanwhile are neither repeated nor make others be skipped. */
  async list(db: Reader, call: Call, query: ListQuery): Promise<Page> {
    const { resource } = this;
    const customs = await this.searched(db, call, query);
    const position = readCursor(resource, query);
    const [first] = query.sort;
    if (first?.custom) {
      const rows = await pageByCustom({ custom: first.custom, descending: first.descending, limit: query.limit + 1, position }, selectList(resource, call, false), () => this.matching(db, call, query, customs));
      return this.page(query, rows);
    }
    const builder = this.matching(db, call, query, customs);
    if (position) {
      const after = afterCondition(resource, query, position);
      builder.whereRaw(after.sql, [...after.bindings]);
    }
    const keys = query.sort.map((key, index) => `t.${key.field}::text AS __k${index}`);
    const found = await builder
      .select(db.raw([...selectList(resource, call, false), ...keys].join(', ')))
      .orderByRaw(orderSql(query.sort))
      .limit(query.limit + 1);
    return this.page(query, found as unknown as Row[]);
  }

  private page(query: ListQuery, rows: Row[]): Page {
    const { resource } = this;
    const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
    const nextCursor = last === undefined ? null
      : writeCursor(resource, query, { id: last.id, values: query.sort.map((_, index) => (last[`__k${index}`] ?? null) as string | null) });
    return { rows: rows.slice(0, query.limit), nextCursor };
  }

  /** How many rows match: exact where that is cheap, else the planner's estimate, flagged. */
  async count(db: Knex, call: Call, query: ListQuery): Promise<Count> {
    const customs = await this.searched(db, call, query);
    return countRows(db, (trx) => this.matching(trx, call, query, customs).select(trx.raw('1')).toKnexQuery());
  }

  /**
   * One row that the caller's scope for the action reaches, optionally locked until the transaction ends.
   * @throws CrmError 404 otherwise.
   */
  async get(db: Reader, call: Call, id: string, options: FindOptions = {}): Promise<Row> {
    const row = await this.find(db, call, id, options);
    if (!row) throw notFound(this.resource.singular, id);
    return row;
  }

  /** Like `get`, but undefined where there is none. */
  async find(db: Reader, call: Call, id: string, options: FindOptions = {}): Promise<Row | undefined> {
    const { resource } = this;
    const builder = this.base(db).select(db.raw(selectList(resource, call, options.lock !== true).join(', '))).where('t.id', id);
    if (options.deleted === true) builder.whereNotNull('t.deleted_at');
    else builder.whereNull('t.deleted_at');
    this.cut(builder, call, options.action ?? 'read');
    // Only the row itself is locked; NO KEY leaves other transactions free to point at it.
    if (options.lock === true) builder.forNoKeyUpdate();
    return (await builder.first().onBuildKnex((built) => { void built.options(prepared); })) as unknown as Row | undefined;
  }

  /** Inserts and returns the new row's id. */
  async insert(trx: Knex.Transaction, values: Record<string, unknown>): Promise<string> {
    const row = await this.resource.model.query(trx).insert(values as Partial<CrmModel>).returning('id');
    return row.id;
  }

  /** Changes the given columns of one row. */
  async update(trx: Knex.Transaction, id: string, values: Record<string, unknown>): Promise<void> {
    await this.resource.model.query(trx).where('id', id).patch(values as Partial<CrmModel>);
  }

  /** Whether an erasure has made a pseudonym of a row: then nothing is left to bring back. */
  async erased(trx: Knex.Transaction, id: string): Promise<boolean> {
    const { name, table } = this.resource;
    if (!persons.has(name)) return false;
    const row = await trx('crm_core.crm_erasures').whereRaw('scope @> ?::jsonb', [JSON.stringify([{ table: table.replace(/^crm_core\./, ''), action: 'anonymise', keys: [id] }])]).first<{ id: string } | undefined>('id');
    return row !== undefined;
  }

  private base(db: Reader): QueryBuilder<CrmModel, CrmModel[]> {
    return this.resource.model.query(db).alias('t');
  }

  private cut(builder: QueryBuilder<CrmModel, CrmModel[]>, call: Call, action: Action): void {
    const scope = scopeCondition(call.actor, this.resource.name, action, this.resource.ownership);
    if (scope) builder.whereRaw(scope.sql, [...scope.bindings]);
  }

  private async searched(db: Reader, call: Call, query: ListQuery): Promise<readonly string[]> {
    return query.q === null ? [] : searchedFields(db, call, this.resource);
  }

  private matching(db: Reader, call: Call, query: ListQuery, customs: readonly string[]): QueryBuilder<CrmModel, CrmModel[]> {
    requireVisible(call.actor, this.resource, [...query.filters, ...query.sort].map((one) => one.field));
    const builder = this.base(db);
    if (query.deleted === true) builder.whereNotNull('t.deleted_at');
    else builder.whereNull('t.deleted_at');
    this.cut(builder, call, 'read');
    // Deleted records are for those who could bring them back.
    if (query.deleted === true) this.cut(builder, call, 'delete');
    for (const filter of query.filters) {
      const declared = this.resource.conditions?.[filter.field];
      if (declared !== undefined && !call.feature(declared.feature)) throw featureOff(declared.feature);
      const condition = declared === undefined ? filterCondition(filter, this.resource) : declared.sql(String(filter.value), filter.op === 'ne');
      builder.whereRaw(condition.sql, [...condition.bindings]);
    }
    if (query.q !== null) {
      for (const condition of searchConditions(this.resource, query.q, hiddenFields(call.actor, this.resource.name), customs)) builder.whereRaw(condition.sql, [...condition.bindings]);
    }
    return builder;
  }
}
