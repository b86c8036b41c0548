import type { TestApi, Caller } from '../../testing/api.testing.js';

/** Deterministic random numbers (mulberry32), so that a failure can be repeated from its seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the spec puts into a user's row. */
export interface UserSpec {
  readonly login: string;
  readonly team: string | null;
  readonly region: string | null;
  readonly roles: readonly string[];
}

/** Makes a team and gives its id. */
export async function makeTeam(api: TestApi, name: string, region: string | null): Promise<string> {
  const [row] = await api.db('crm_core.crm_teams').insert({ name, region }).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Makes a role as a row, beside the rules of the API. */
export async function makeRole(api: TestApi, key: string, permissions: object, fields: object = {}): Promise<void> {
  await api.db('crm_core.crm_roles').insert({ key, name: key, name_ar: key, permissions: JSON.stringify(permissions), fields: JSON.stringify(fields) });
}

/** Makes a user with the demo password and gives its id. */
export async function makeUser(api: TestApi, { login, team, region, roles }: UserSpec): Promise<string> {
  const [user] = await api.db('crm_core.crm_users').insert({ name: `User ${login}`, email: `${login}@crm.test`, team_id: team, region }).returning<{ id: string }[]>('id');
  const id = user?.id ?? '';
  const demo = await api.admin('crm_core.crm_credentials').first<{ password_hash: string }>('password_hash');
  await api.db('crm_core.crm_credentials').insert({ user_id: id, password_hash: demo.password_hash });
  for (const key of roles) {
    const role = await api.db('crm_core.crm_roles').where({ key }).whereNull('deleted_at').first<{ id: string }>('id');
    await api.db('crm_core.crm_user_roles').insert({ user_id: id, role_id: role.id });
  }
  return id;
}

/** The least that makes one record of each kind that people own, `account` being one that all may point at. */
export const leastValues = (account: string, owner: string | null): Readonly<Record<string, Record<string, unknown>>> => ({
  accounts: { legal_name: `Account ${Math.random()}`, owner_id: owner }, contacts: { full_name: 'Contact', owner_id: owner }, leads: { full_name: 'Lead', owner_id: owner },
  deals: { name: 'Deal', owner_id: owner }, activities: { kind: 'note', subject: 'Activity', owner_id: owner }, tickets: { subject: 'Ticket', owner_id: owner },
  quotes: { currency: 'USD', net_total: '10', owner_id: owner }, invoices: { account_id: account, currency: 'USD', net_total: '10', owner_id: owner },
  subscriptions: { account_id: account, unit_price: '10', currency: 'USD', started_on: '2026-01-01', owner_id: owner }, campaigns: { name: 'Campaign', channel: 'email', owner_id: owner },
});

/** A change of each kind of record that no rule of its domain minds. */
export const harmless: Readonly<Record<string, Record<string, unknown>>> = {
  accounts: { city: 'x' }, contacts: { city: 'x' }, leads: { company: 'x' }, deals: { next_step: 'x' }, activities: { outcome: 'x' }, tickets: { category: 'x' }, quotes: { notes: 'x' },
  invoices: { due_on: '2026-12-31' }, subscriptions: { cancel_reason: 'x' }, campaigns: { utm_campaign: 'x' },
};

/** Asks GraphQL and gives the code of the first error, or null with the data. */
export async function askGraphql(who: Caller, query: string, variables: object = {}): Promise<{ code: string | null; data: Record<string, unknown> | null }> {
  const answer = await who.post<{ data?: Record<string, unknown> | null; errors?: { extensions: { code: string } }[] }>('/graphql', { query, variables });
  return { code: answer.body.errors?.[0]?.extensions.code ?? null, data: answer.body.data ?? null };
}
