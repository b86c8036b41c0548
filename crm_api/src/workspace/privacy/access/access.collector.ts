import type { Knex } from 'knex';
import { bound, identifierPattern } from '../erasure.repository.js';
import { strongIdentifiers } from '../erasure.subject.js';
import type { Person, PersonSets } from '../erasure.types.js';
import { accessTables, partsOf, personTables, staffColumn, withheldBecause, withheldTables, type AccessTable } from './access.plan.js';

/** A row as it is given to the person. */
export type GivenRow = Record<string, unknown>;

/** What was left out, and why. */
export interface Withheld {
  readonly table: string;
  readonly column: string | null;
  readonly because: string;
}

/** Texts of other records that name the person; nothing else of those records. */
export interface Mention {
  readonly table: string;
  readonly id: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** Everything stored about a person. */
export interface Collected {
  readonly tables: readonly { readonly table: string; readonly rows: readonly GivenRow[] }[];
  readonly mentions: readonly Mention[];
  readonly withheld: readonly Withheld[];
}

interface Catalogue {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** table → its columns that point at contacts, leads and accounts. */
  readonly references: ReadonlyMap<string, readonly { readonly column: string; readonly set: keyof typeof personTables }[]>;
}

async function readCatalogue(trx: Knex.Transaction): Promise<Catalogue> {
  const columns = new Map<string, string[]>();
  const listed = await trx.raw<{ rows: { table: string; column: string }[] }>(`SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'crm_core'::regnamespace AND c.relkind = 'r' AND a.atttypid <> 'bytea'::regtype ORDER BY c.relname, a.attnum`);
  for (const { table, column } of listed.rows) columns.set(table, [...(columns.get(table) ?? []), column]);
  const references = new Map<string, { column: string; set: keyof typeof personTables }[]>();
  const keys = await trx.raw<{ rows: { table: string; column: string; target: string }[] }>(`SELECT r.relname AS table, a.attname AS column, t.relname AS target FROM pg_constraint c
    JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND r.relnamespace = 'crm_core'::regnamespace ORDER BY 1, 2`);
  for (const { table, column, target } of keys.rows) {
    const set = (Object.keys(personTables) as (keyof typeof personTables)[]).find((one) => personTables[one] === target);
    if (set !== undefined) references.set(table, [...(references.get(table) ?? []), { column, set }]);
  }
  return { columns, references };
}

/** Numbers for the people who work here, given as they are met. */
class Staff {
  private readonly numbers = new Map<string, number>();

  constructor(private readonly self: ReadonlySet<string>) {}

  hide(name: string, value: unknown): unknown {
    if (typeof value === 'string' && staffColumn.test(name) && !this.self.has(value) && /^[0-9a-f-]{36}$/.test(value)) return this.numberOf(value);
    if (Array.isArray(value)) return value.map((one) => this.hide('', one));
    if (value !== null && typeof value === 'object' && !(value instanceof Date)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.hide(key, inner)]));
    return value;
  }

  private numberOf(id: string): string {
    const known = this.numbers.get(id) ?? this.numbers.size + 1;
    this.numbers.set(id, known);
    return `staff:${known}`;
  }
}

/** Rows that are the person's: by the erasure's plan, by a foreign key, or as part of a row that is. */
function conditionOf(one: AccessTable, sets: PersonSets, catalogue: Catalogue, found: ReadonlyMap<string, readonly string[]>): { sql: string; bindings: string[] } | null {
  const parts: string[] = [];
  const bindings: string[] = [];
  if (one.owned !== undefined) {
    // A row that is being changed by this very transaction cannot be: nothing is.
    const owned = bound(one.owned, sets);
    parts.push(owned.sql);
    bindings.push(...owned.bindings);
  }
  for (const { column, set } of catalogue.references.get(one.table) ?? []) {
    if (sets[set].length === 0) continue;
    parts.push(`"${column}" = ANY(?::uuid[])`);
    bindings.push(`{${sets[set].join(',')}}`);
  }
  const part = partsOf[one.table];
  const wholes = part === undefined ? [] : found.get(part[1]) ?? [];
  if (part !== undefined && wholes.length > 0) {
    parts.push(`"${part[0]}" = ANY(?::uuid[])`);
    bindings.push(`{${wholes.join(',')}}`);
  }
  return parts.length === 0 ? null : { sql: parts.join(' OR '), bindings };
}

/** Of a document only the texts that name the person: what stands beside them may be about others. */
function namingParts(value: unknown, names: readonly string[]): string[] {
  if (typeof value === 'string') return names.some((name) => value.toLowerCase().includes(name)) ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap((inner) => namingParts(inner, names)) : [];
}

function textNaming(text: string, names: readonly string[]): string | null {
  if (!/^[[{]/.test(text)) return text;
  try {
    return [...new Set(namingParts(JSON.parse(text), names))].join('\n') || null;
  } catch {
    return text; // A text that only begins like a document.
  }
}

async function mentionsIn(trx: Knex.Transaction, one: AccessTable, pattern: string | null, identifiers: readonly string[], own: ReadonlySet<string>): Promise<Mention[]> {
  if (pattern === null || one.mentioned.length === 0) return [];
  const { rows } = await trx.raw<{ rows: Record<string, string | null>[] }>(
    `SELECT id::text AS id, ${one.mentioned.map((column) => `CASE WHEN "${column}"::text ~* ? THEN "${column}"::text END AS "${column}"`).join(', ')} FROM crm_core.${one.table} WHERE ${one.mentioned.map((column) => `"${column}"::text ~* ?`).join(' OR ')} ORDER BY id`,
    [...one.mentioned, ...one.mentioned].map(() => pattern));
  const names = strongIdentifiers(identifiers).map((name) => name.toLowerCase());
  return rows.filter((row) => !own.has(row['id'] ?? '')).map(({ id, ...texts }) => ({
    table: one.table, id: id ?? '',
    texts: Object.fromEntries(Object.entries(texts).map(([column, text]) => [column, text === null ? null : textNaming(text, names)] as const).filter((pair): pair is readonly [string, string] => pair[1] !== null)),
  }));
}

/** Collects everything about a person, in one snapshot of the caller's transaction. */
export async function collect(trx: Knex.Transaction, { sets, identifiers }: Person): Promise<Collected> {
  const catalogue = await readCatalogue(trx);
  const pattern = identifierPattern(identifiers);
  const staff = new Staff(new Set(sets.users));
  const tables: { table: string; rows: GivenRow[] }[] = [];
  const mentions: Mention[] = [];
  const withheld: Withheld[] = [];
  const found = new Map<string, readonly string[]>();
  // Wholes before their parts.
  const ordered = accessTables().sort((a, b) => Number(Object.hasOwn(partsOf, a.table)) - Number(Object.hasOwn(partsOf, b.table)));
  for (const one of ordered) {
    const where = conditionOf(one, sets, catalogue, found);
    const all = catalogue.columns.get(one.table) ?? [];
    const shown = all.filter((column) => withheldBecause(one, column) === null);
    const { rows } = where === null ? { rows: [] } : await trx.raw<{ rows: GivenRow[] }>(`SELECT ${shown.map((column) => `"${column}"`).join(', ')} FROM crm_core.${one.table} WHERE ${where.sql} ORDER BY id`, where.bindings);
    if (rows.length > 0) {
      found.set(one.table, rows.map((row) => String(row['id'])));
      tables.push({ table: one.table, rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, staff.hide(name, value)]))) });
      for (const column of all) {
        const because = withheldBecause(one, column);
        if (because !== null) withheld.push({ table: one.table, column, because });
      }
    }
    mentions.push(...await mentionsIn(trx, one, pattern, identifiers, new Set(found.get(one.table))));
  }
  for (const [table, because] of Object.entries(withheldTables)) withheld.push({ table, column: null, because });
  return { tables, mentions, withheld };
}
