import type { Knex } from 'knex';

/** A stored row as plain SQL gives it. */
export type Stored = Record<string, unknown> & { id: string };

/** A role as it is stored. */
export interface StoredRole { readonly permissions: Record<string, Record<string, string> | undefined>; readonly fields: Record<string, Record<string, string> | undefined> }

/** A person with what the rules look at. */
export interface Person { readonly id: string; readonly team_id: string | null; readonly region: string | null; readonly roles: readonly StoredRole[] }

/** One list as it is asked for. */
export interface Question {
  readonly resource: string;
  readonly filters: readonly { readonly field: string; readonly op: 'eq' | 'ne' | 'null'; readonly value: string }[];
  readonly sort: string | null;
  readonly q: string | null;
}

const order = ['own', 'team', 'region', 'all'];
const searched: Readonly<Record<string, readonly string[]>> = {
  accounts: ['legal_name', 'legal_name_ar', 'website', 'city'], contacts: ['full_name', 'full_name_ar', 'email', 'phone', 'mobile'], leads: ['full_name', 'company', 'email', 'phone'],
  deals: ['name', 'external_id', '@account_id'], quotes: ['number', '@account_id'], invoices: ['number', '@account_id'], tickets: ['number', 'subject'],
};

/**
 * What somebody must see, computed from rows that plain SQL has read and from the words of the guide: it shares no line with the
 * code that it judges.
 */
export class Oracle {
  readonly rows = new Map<string, Stored[]>();
  private users = new Map<string, { team_id: string | null; region: string | null }>();
  private teams = new Map<string, { region: string | null; manager_id: string | null; deleted_at: unknown }>();
  private accounts = new Map<string, Stored>();

  /** Reads everything. */
  async read(db: Knex, resources: readonly string[]): Promise<void> {
    const all = async (table: string): Promise<Stored[]> => (await db.raw<{ rows: { row: Stored }[] }>(`SELECT to_jsonb(t) AS row FROM crm_core.crm_${table} t`)).rows.map(({ row }) => row);
    for (const resource of resources) this.rows.set(resource, await all(resource));
    this.users = new Map((await all('users')).map((row) => [row.id, row as never]));
    this.teams = new Map((await all('teams')).map((row) => [row.id, row as never]));
    this.accounts = new Map((this.rows.get('accounts') ?? await all('accounts')).map((row) => [row.id, row]));
  }

  /** The widest scope of the person's roles. */
  scope(person: Person, resource: string): string | null {
    const found = person.roles.flatMap((role) => { const scope = role.permissions[resource]?.['read']; return scope === undefined ? [] : [scope]; });
    return found.sort((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? null;
  }

  /** Fields that none of the roles which reach furthest shows. */
  hidden(person: Person, resource: string): ReadonlySet<string> {
    const widest = this.scope(person, resource);
    const roles = person.roles.filter((role) => widest !== null && role.permissions[resource]?.['read'] === widest);
    const [first] = roles;
    return new Set(Object.keys(first?.fields[resource] ?? {}).filter((field) => roles.every((role) => role.fields[resource]?.[field] === 'hidden')));
  }

  /** Live rows in the person's reach. */
  visible(person: Person, resource: string): Stored[] {
    const scope = this.scope(person, resource);
    return (this.rows.get(resource) ?? []).filter((row) => row['deleted_at'] === null && this.inReach(person, resource, scope, row));
  }

  private inReach(person: Person, resource: string, scope: string | null, row: Stored): boolean {
    if (scope === null) return false;
    if (scope === 'all') return true;
    const owner = row['owner_id'] as string | null;
    if (owner !== null && owner === person.id) return true;
    const team = owner === null ? null : this.users.get(owner)?.team_id ?? null;
    const teams = [...this.teams].filter(([id, one]) => one.deleted_at === null && (id === person.team_id || one.manager_id === person.id)).map(([id]) => id);
    if (scope !== 'own' && team !== null && teams.includes(team)) return true;
    if (scope !== 'region') return false;
    const mine = this.regionOf(person.id);
    return mine !== null && (this.ownRegion(resource, row) ?? (owner === null ? null : this.regionOf(owner))) === mine;
  }

  private regionOf(user: string): string | null {
    const one = this.users.get(user);
    return (one?.team_id ? this.teams.get(one.team_id)?.region : null) || one?.region || null;
  }

  private ownRegion(resource: string, row: Stored): string | null {
    if (resource === 'accounts' || resource === 'leads') return (row['region'] as string | null) || null;
    if (resource === 'campaigns') return null;
    const account = this.accounts.get(String(row['account_id']));
    const survivor = account?.['merged_into_id'] ? this.accounts.get(String(account['merged_into_id'])) : account;
    return ((survivor?.['region'] ?? null) as string | null) || null;
  }

  /** Ids that a question must find, in no order; 403 where it may not be asked. */
  answer(person: Person, question: Question): ReadonlySet<string> | 403 {
    const { resource, filters, sort, q } = question;
    if (this.scope(person, resource) === null) return 403;
    const hidden = this.hidden(person, resource);
    if ([...filters.map(({ field }) => field), ...(sort === null ? [] : [sort.replace('-', '')])].some((field) => hidden.has(field))) return 403;
    const words = q === null ? [] : q.toLowerCase().split(/\s+/);
    return new Set(this.visible(person, resource).filter((row) =>
      filters.every(({ field, op, value }) => {
        const stored = row[field] ?? null;
        const equal = stored !== null && (typeof stored === 'number' ? stored === Number(value) : String(stored).trimEnd().toLowerCase() === value.toLowerCase());
        return op === 'null' ? (stored === null) === (value === 'true') : op === 'eq' ? equal : !equal;
      }) && words.every((word) => (searched[resource] ?? []).some((field) => {
        if (hidden.has(field.replace('@', ''))) return false;
        // A record is found by the name of its account, and by nothing else that the account's own page shows.
        const account = field.startsWith('@') ? this.accounts.get(String(row['account_id'])) : null;
        const texts = account === null ? [row[field]] : [account?.['legal_name'], account?.['legal_name_ar']];
        return texts.some((text) => typeof text === 'string' && text.toLowerCase().includes(word));
      }))).map(({ id }) => id));
  }
}
