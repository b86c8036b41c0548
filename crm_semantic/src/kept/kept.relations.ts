import { randomBytes } from 'node:crypto';
import { tablesRead } from '../server/table.versions.js';
import { relationsIn, type Relation } from './relation.finder.js';

/** What the kept rows are made with. */
export interface KeptWarehouse {
  /** Runs a statement that changes something, with the settings of every question. */
  command(sql: string): Promise<void>;
  query<R>(sql: string, values: unknown[]): Promise<R[]>;
}

/** How far tables are, as text; the same text means the same rows. */
export interface KeptStates {
  fingerprint(tables: readonly string[]): Promise<string>;
}

/** A statement that reads kept rows. */
export interface KeptStatement {
  readonly sql: string;
  /** Whether an error says that kept rows are no longer there, so that the statement as it was is to be asked. */
  isLost(error: unknown): boolean;
  /** To be called once the statement has ended: rows that are read are not dropped. */
  release(): void;
}

interface Table {
  readonly name: string;
  /** What it stands for. */
  readonly sql: string;
  readonly rows: number;
  readonly bytes: number;
  users: number;
  retired: boolean;
}

interface Entry {
  readonly state: string;
  readonly tables: readonly string[];
  asked: number;
  usedAt: number;
  table: Promise<Table | null> | null;
  /** What it takes once it is there. */
  bytes: number;
}

/** One question pays for its own rows alone; the second in the same state is who gains. */
const worthIt = 2;
const idleMs = 600_000;
const gone = 'CRM: kept rows are gone';
const lost = new RegExp(`${gone}|UNKNOWN_TABLE|UNKNOWN_IDENTIFIER`);

/**
 * Keeps the rows that many questions begin with (the live deals with their rate day, the customers by first day) in the memory of the warehouse, as
 * tables of `crm_mart`, for as long as the mirrored tables that they are made of stay as they are: the questions of a dashboard then read them instead of
 * working each of them out again. Like an answer that is kept, they are found by the state of those tables and by the day, so they are never older than what
 * they stand for. They are no part of a definition: a statement whose kept rows are gone is asked as it was written.
 */
export class KeptRelations {
  private readonly entries = new Map<string, Entry>();
  private readonly prefix = `kept_${randomBytes(4).toString('hex')}_`;
  private made = 0;
  private cleared: Promise<void> | null = null;
  private complained = false;

  constructor(
    private readonly warehouse: KeptWarehouse,
    private readonly states: KeptStates,
    private readonly columns: () => Promise<ReadonlyMap<string, readonly string[]>>,
    private readonly limitBytes: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The statement with kept rows in the place of those that were asked for before in this state; null when there are none. */
  async use(statement: string): Promise<KeptStatement | null> {
    if (!statement.includes(') AS `crm_')) return null;
    const columns = await this.columns();
    // What reads the past, the proof among it, is hardly ever asked twice.
    const found = relationsIn(statement, columns).filter(({ sql }) => !sql.includes('crm_history.'));
    // A state that cannot be read now is no reason to refuse the question, which waits for the warehouse by itself.
    const tables = await Promise.all(found.map((relation) => this.take(relation, columns.get(relation.cube) ?? []).catch(() => null)));
    const used = tables.filter((table) => table !== null);
    if (used.length === 0) return null;
    let [sql, at] = ['', 0];
    for (const [i, { from, to }] of found.entries()) {
      const table = tables[i];
      if (table) sql += `${statement.slice(at, from)}${reading(table)}`;
      else sql += statement.slice(at, to);
      at = to;
    }
    return { sql: sql + statement.slice(at), isLost: (error) => this.isLost(error, used), release: () => { for (const table of used) this.release(table); } };
  }

  /** Drops what nobody asked for lately and what stands for an earlier state. */
  async sweep(): Promise<void> {
    for (const [sql, entry] of this.entries) {
      if (this.now() - entry.usedAt < idleMs && entry.state === (await this.states.fingerprint(entry.tables))) continue;
      if (this.entries.get(sql) === entry) this.retire(sql);
    }
  }

  /** Drops everything. */
  async close(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const { table } of entries) {
      const made = await table;
      if (made) await this.drop(made.name);
    }
  }

  private async take({ sql, cube }: Relation, columns: readonly string[]): Promise<Table | null> {
    const tables = tablesRead(sql);
    const state = await this.states.fingerprint(tables);
    let entry = this.entries.get(sql);
    if (entry?.state !== state) {
      this.retire(sql);
      entry = { state, tables, asked: 0, usedAt: 0, table: null, bytes: 0 };
      this.entries.set(sql, entry);
    }
    entry.asked += 1;
    entry.usedAt = this.now();
    if (entry.asked >= worthIt) entry.table ??= this.make(entry, { sql, cube }, columns);
    const table = await entry.table;
    if (!table || table.retired) return null;
    table.users += 1;
    return table;
  }

  private async make(entry: Entry, { sql, cube }: Pick<Relation, 'sql' | 'cube'>, columns: readonly string[]): Promise<Table | null> {
    const name = `crm_mart.${this.prefix}${(this.made += 1)}`;
    try {
      await (this.cleared ??= this.clear().catch((error: unknown) => { this.cleared = null; throw error; }));
      await this.warehouse.command(`CREATE TABLE ${name} ENGINE = Memory COMMENT '${cube}' AS SELECT ${columns.map((column) => `\`${column}\``).join(', ')} FROM (${sql})`);
      const [size] = await this.warehouse.query<{ rows: string | number; bytes: string | number }>(`SELECT total_rows AS rows, total_bytes AS bytes FROM system.tables WHERE database = 'crm_mart' AND name = '${name.slice('crm_mart.'.length)}'`, []);
      const table: Table = { name, sql, rows: Number(size?.rows), bytes: Number(size?.bytes), users: 0, retired: false };
      if (table.bytes > this.limitBytes) {
        await this.drop(name);
        return null;
      }
      entry.bytes = table.bytes;
      this.makeRoom();
      return table;
    } catch (error) {
      // What is wrong with the rows themselves (a missing rate) the question itself will say.
      if (!this.complained && !/FUNCTION_THROW_IF/.test(String(error))) {
        this.complained = true;
        process.stderr.write(`semantic: rows of ${cube} are not kept, each question works them out: ${(String(error).split('\n')[0] ?? '').slice(0, 300)}\n`);
      }
      return null;
    }
  }

  /** Drops those that were not used for longest until the rest fits. */
  private makeRoom(): void {
    let sum = 0;
    for (const [sql, { bytes }] of [...this.entries].sort(([, a], [, b]) => b.usedAt - a.usedAt)) {
      sum += bytes;
      if (bytes > 0 && sum > this.limitBytes) this.retire(sql);
    }
  }

  private retire(sql: string): void {
    const entry = this.entries.get(sql);
    this.entries.delete(sql);
    void entry?.table?.then((table) => {
      if (!table) return;
      table.retired = true;
      if (table.users === 0) void this.drop(table.name);
    });
  }

  private release(table: Table): void {
    table.users -= 1;
    if (table.retired && table.users === 0) void this.drop(table.name);
  }

  private isLost(error: unknown, used: readonly Table[]): boolean {
    if (!lost.test(textOf(error))) return false;
    for (const { sql, retired } of used) if (!retired) this.retire(sql);
    return true;
  }

  /** Drops what an earlier process left; nobody else keeps tables of these names. */
  private async clear(): Promise<void> {
    const left = await this.warehouse.query<{ name: string }>(`SELECT name FROM system.tables WHERE database = 'crm_mart' AND startsWith(name, 'kept_') AND NOT startsWith(name, '${this.prefix}')`, []);
    for (const { name } of left) await this.drop(`crm_mart.${name}`);
  }

  private async drop(name: string): Promise<void> {
    // SYNC: an engine that drops later would keep the memory until then. One that cannot be dropped now is dropped at the next start, and empty after the warehouse's.
    await this.warehouse.command(`DROP TABLE IF EXISTS ${name} SYNC`).catch(() => undefined);
  }
}

/** Rows in memory are empty after a restart of the warehouse: the count, taken by the same statement, tells that from rows that are there. */
function reading({ name, rows }: Table): string {
  return `(SELECT * FROM ${name} WHERE (SELECT throwIf(count() != ${rows}, '${gone}') FROM ${name}) = 0)`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${textOf(error.cause)}` : String(error);
}
