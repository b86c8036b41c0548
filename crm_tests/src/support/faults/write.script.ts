import type { FaultTable, Version } from './write.ledger.js';

/** A statement of a transaction. `place` says that it returns the place of its version. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly returnsPlace?: boolean;
}

// Keys of different writers never meet: the order of a row's versions is the order of its one writer.
const range = 1_000_000_000;
// Few enough keys that rows are changed, deleted and made again many times.
const liveKeys = 150;

const texts = ['plain', 'tab\tand\nnewline', 'back\\slash \\N', 'عميل جديد', '🧾 invoice', "quote ' and \"", ''] as const;

/** What one writer believes to exist, and the next transaction it makes of it. All chance comes from `random`. */
export class WriteScript {
  private live = new Map<string, number>();
  private counter = 0;
  private nextId = 1;
  readonly statements: Statement[] = [];
  readonly versions: Version[] = [];
  private draft = new Map<string, number>();

  constructor(readonly writer: number, private readonly random: () => number) {}

  /** Composes the next transaction into `statements` and `versions`. */
  compose(): void {
    this.begin();
    const choice = this.random();
    if (choice < 0.03) this.bigDocument();
    else if (choice < 0.07) this.bulk();
    else if (choice < 0.12) this.subtransaction();
    else if (choice < 0.25) this.hot();
    else {
      const many = 1 + Math.floor(this.random() * 3);
      for (let count = 0; count < many; count++) this.something();
      if (this.random() < 0.1) this.hot();
    }
  }

  /** Starts an empty transaction. */
  begin(): void {
    this.statements.length = 0;
    this.versions.length = 0;
    this.draft = new Map(this.live);
  }

  /** The transaction was committed: what it did is what exists now. */
  keep(): void {
    this.live = this.draft;
  }

  /** A row of `crm_fault_rows` with a value in some more column, for a change of shape. */
  insertWith(column: string | null): void {
    const stamp = this.stamp();
    const id = this.fresh();
    const more = column === null ? ['', ''] : [`, ${column}`, ', $3'];
    this.statements.push({
      sql: `INSERT INTO crm_core.crm_fault_rows (id, stamp, amount, name${more[0]}) VALUES ($1, $2, 1.5, 'shape'${more[1]})`,
      values: [id, stamp, ...(column === null ? [] : [stamp % 1_000])],
    });
    this.note('crm_fault_rows', String(id), 'c', stamp);
  }

  private something(): void {
    const keys = this.keys('crm_fault_rows');
    const choice = this.random();
    if (keys.length < 10 || (choice < 0.3 && keys.length < liveKeys)) this.insert();
    else if (choice < 0.65) this.update(this.one(keys));
    else if (choice < 0.75) this.move(this.one(keys));
    else if (choice < 0.87) this.remove(this.one(keys));
    else this.touchDocument();
  }

  private insert(): void {
    const stamp = this.stamp();
    const id = this.fresh();
    this.statements.push({
      sql: 'INSERT INTO crm_core.crm_fault_rows (id, stamp, amount, name, note, at) VALUES ($1, $2, $3, $4, $5, now())',
      values: [id, stamp, this.amount(), this.one(texts), this.random() < 0.2 ? null : 'n'.repeat(Math.floor(this.random() * 400))],
    });
    this.note('crm_fault_rows', String(id), 'c', stamp);
    if (this.random() < 0.5) this.lines(id, 1 + Math.floor(this.random() * 4));
  }

  private update(key: string): void {
    const stamp = this.stamp();
    this.statements.push({ sql: 'UPDATE crm_core.crm_fault_rows SET stamp = $2, amount = $3, name = $4, at = now() WHERE id = $1', values: [key, stamp, this.amount(), this.one(texts)] });
    this.note('crm_fault_rows', key, 'u', stamp);
  }

  /** Changes the primary key: the old row ends, a new one begins. Sometimes back to a key that existed before. */
  private move(key: string): void {
    const stamp = this.stamp();
    const to = this.fresh();
    this.statements.push({ sql: 'UPDATE crm_core.crm_fault_rows SET id = $2, stamp = $3 WHERE id = $1', values: [key, to, stamp] });
    this.note('crm_fault_rows', key, 'd', this.draft.get(`crm_fault_rows ${key}`) ?? 0);
    this.note('crm_fault_rows', String(to), 'c', stamp);
  }

  private remove(key: string): void {
    this.statements.push({ sql: 'DELETE FROM crm_core.crm_fault_rows WHERE id = $1', values: [key] });
    this.note('crm_fault_rows', key, 'd', this.draft.get(`crm_fault_rows ${key}`) ?? 0);
    const lines = this.keys('crm_fault_lines').filter((line) => line.startsWith(`${key}/`));
    if (lines.length === 0) return;
    this.statements.push({ sql: 'DELETE FROM crm_core.crm_fault_lines WHERE row_id = $1', values: [key] });
    for (const line of lines) this.note('crm_fault_lines', line, 'd', this.draft.get(`crm_fault_lines ${line}`) ?? 0);
  }

  /** New lines of a row in one statement; each line's stamp follows the one before. */
  private lines(row: number, many: number): void {
    const first = this.stamp(many);
    const before = this.keys('crm_fault_lines').filter((line) => line.startsWith(`${row}/`)).length;
    if (before > 0) return;
    this.statements.push({ sql: `INSERT INTO crm_core.crm_fault_lines (row_id, line, stamp) SELECT $1, n, $2::bigint + n - 1 FROM generate_series(1, $3::int) AS n`, values: [row, first, many] });
    for (let line = 1; line <= many; line++) this.note('crm_fault_lines', `${row}/${line}`, 'c', first + line - 1);
  }

  /** Some hundred lines at once, or their end. */
  private bulk(): void {
    const row = this.writer * range;
    const old = this.keys('crm_fault_lines').filter((line) => line.startsWith(`${row}/`));
    if (old.length === 0) {
      this.lines(row, 300);
      return;
    }
    this.statements.push({ sql: 'DELETE FROM crm_core.crm_fault_lines WHERE row_id = $1', values: [row] });
    for (const line of old) this.note('crm_fault_lines', line, 'd', this.draft.get(`crm_fault_lines ${line}`) ?? 0);
  }

  private bigDocument(): void {
    const keys = this.keys('crm_fault_docs');
    const stamp = this.stamp();
    // Hash after hash: text that does not compress and is stored out of line.
    const blocks = 2_000 + Math.floor(this.random() * 8_000);
    const key = keys.length < 5 ? String(this.writer * range + keys.length) : this.one(keys);
    const known = this.draft.has(`crm_fault_docs ${key}`);
    this.statements.push({
      sql: `INSERT INTO crm_core.crm_fault_docs (id, stamp, body) SELECT $1::bigint, $2::bigint, string_agg(md5(($2::bigint + n)::text), '') FROM generate_series(1, $3::int) AS n
            ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp, body = excluded.body`,
      values: [key, stamp, blocks],
    });
    this.note('crm_fault_docs', key, known ? 'u' : 'c', stamp);
  }

  /** Changes a small column beside a large value, which Postgres then does not write again. */
  private touchDocument(): void {
    const keys = this.keys('crm_fault_docs');
    if (keys.length === 0) return this.insert();
    const key = this.one(keys);
    const stamp = this.stamp();
    this.statements.push({ sql: 'UPDATE crm_core.crm_fault_docs SET stamp = $2 WHERE id = $1', values: [key, stamp] });
    this.note('crm_fault_docs', key, 'u', stamp);
  }

  /** A row that all writers change; the place of the version is counted by the row itself. */
  private hot(): void {
    const key = String(1 + Math.floor(this.random() * 4));
    const stamp = this.stamp();
    this.statements.push({ sql: 'UPDATE crm_core.crm_fault_hot SET n = n + 1, stamp = $2 WHERE id = $1 RETURNING n', values: [key, stamp], returnsPlace: true });
    this.versions.push({ table: 'crm_fault_hot', key, op: 'u', stamp });
  }

  /** Work that is taken back inside the transaction, between work that stays. */
  private subtransaction(): void {
    this.something();
    this.statements.push({ sql: 'SAVEPOINT inner_part', values: [] });
    const { length } = this.versions;
    const kept = new Map(this.draft);
    this.something();
    this.insert();
    this.statements.push({ sql: 'ROLLBACK TO SAVEPOINT inner_part', values: [] });
    this.versions.length = length;
    this.draft = kept;
    this.something();
  }

  private note(table: FaultTable, key: string, op: Version['op'], stamp: number): void {
    this.versions.push({ table, key, op, stamp });
    if (op === 'd') this.draft.delete(`${table} ${key}`);
    else this.draft.set(`${table} ${key}`, stamp);
  }

  private keys(table: FaultTable): string[] {
    const found: string[] = [];
    for (const name of this.draft.keys()) if (name.startsWith(`${table} `)) found.push(name.slice(table.length + 1));
    return found;
  }

  private stamp(many = 1): number {
    const first = this.writer * range + this.counter + 1;
    this.counter += many;
    return first;
  }

  /** A key that does not exist now; every third time one that existed before. */
  private fresh(): number {
    if (this.nextId > 20 && this.random() < 0.33) {
      const old = this.writer * range + 1 + Math.floor(this.random() * (this.nextId - 1));
      if (!this.draft.has(`crm_fault_rows ${old}`)) return old;
    }
    return this.writer * range + this.nextId++;
  }

  private amount(): string {
    return ((this.random() - 0.5) * 2e9).toFixed(2);
  }

  private one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }
}
