import type { Knex } from 'knex';
import type { MatchEntity } from '../duplicates/match.types.js';
import { mergeChildren } from './merge.children.js';

/** A world of records that point at each other in every way there is. */
export interface World { readonly accounts: string[]; readonly contacts: string[]; readonly leads: string[] }

// Worlds of one database must not meet in unique names.
let serial = 0;

/** Makes `size` records of each kind and `children` rows in every table that hangs on them, at random, some deleted. */
export async function makeWorld(db: Knex, random: () => number, size: number, children: number): Promise<World> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const maybe = <T>(list: readonly T[]): T | null => (random() < 0.25 ? null : pick(list));
  const insert = async (table: string, make: () => Record<string, unknown>, count = children): Promise<string[]> => {
    const rows = await db(`crm_core.${table}`).insert(Array.from({ length: count }, make)).returning<{ id: string }[]>('id');
    return rows.map((row) => row.id);
  };
  const unique = (): string => `${Math.floor(random() * 1e9).toString(36)}-${serial++}`;
  const bin = (): Record<string, unknown> => (random() < 0.15 ? { deleted_at: '2026-01-02T03:04:05.678901Z' } : {});
  const accounts = await insert('crm_accounts', () => ({
    legal_name: `Company ${unique()}`, region: maybe(['Gulf', 'Levant']), phone: maybe(['+97142000000']), lifecycle: pick(['prospect', 'customer', 'former']), annual_revenue: maybe(['9007199254740993.07', '12.30']),
    currency: maybe(['AED']), became_customer_at: maybe(['2025-03-04T05:06:07.123456Z']), employee_count: maybe([7, 90]), external_source: 'x', external_id: unique(),
  }), size);
  for (const [index, id] of accounts.entries()) if (index > 0 && random() < 0.6) await db('crm_core.crm_accounts').where({ id }).update({ parent_id: pick(accounts.slice(0, index)) });
  const contacts = await insert('crm_contacts', () => ({
    full_name: `Person ${unique()}`, full_name_ar: maybe(['سارة']), account_id: maybe(accounts), email: maybe([`${unique()}@x.example`]), mobile: maybe([`+97150${String(1_000_000 + serial++)}`]), email_opt_in: random() < 0.5, city: maybe(['Dubai']),
    utm_source: maybe(['news']), utm_medium: maybe(['mail']),
  }), size);
  const leads = await insert('crm_leads', () => ({ full_name: `Lead ${unique()}`, email: maybe(['shared@x.example']), company: maybe(['X']), score: maybe(['12.50']), status: pick(['new', 'working', 'converted', 'disqualified']), converted_account_id: maybe(accounts), converted_contact_id: maybe(contacts), mql_at: maybe(['2026-01-01T00:00:00.000001Z']) }), size);
  const entities = { accounts, contacts, leads } as const;
  const any = (): { entity: MatchEntity; entity_id: string } => { const entity = pick(['accounts', 'contacts', 'leads'] as const); return { entity, entity_id: pick(entities[entity]) }; };
  const stage = await db('crm_core.crm_stages').where({ kind: 'open' }).first<{ id: string; pipeline_id: string }>('id', 'pipeline_id');
  const at = { account_id: (): string | null => maybe(accounts), contact_id: (): string | null => maybe(contacts) };
  const money = { currency: 'USD' };
  await insert('crm_deals', () => ({ name: 'D', pipeline_id: stage.pipeline_id, stage_id: stage.id, account_id: at.account_id(), primary_contact_id: at.contact_id(), expected_value: (random() * 1000).toFixed(2), ...bin() }));
  await insert('crm_quotes', () => ({ number: unique(), ...money, account_id: at.account_id(), contact_id: at.contact_id(), ...bin() }));
  await insert('crm_orders', () => ({ number: unique(), ...money, account_id: at.account_id(), ...bin() }));
  const invoices = await insert('crm_invoices', () => ({ number: unique(), ...money, account_id: pick(accounts), ...bin() }));
  await insert('crm_payments', () => ({ invoice_id: pick(invoices), account_id: pick(accounts), amount: '1.50', ...money, ...bin() }));
  const subscriptions = await insert('crm_subscriptions', () => ({ account_id: pick(accounts), unit_price: '3.00', ...money, started_on: '2026-01-01', ...bin() }));
  await insert('crm_subscription_changes', () => ({ subscription_id: pick(subscriptions), account_id: pick(accounts), kind: 'new', effective_on: '2026-01-01', mrr_before: '0', mrr_after: '3', ...money }));
  await insert('crm_activities', () => ({ kind: 'call', subject: 'S', account_id: at.account_id(), contact_id: at.contact_id(), lead_id: maybe(leads), ...bin() }));
  await insert('crm_tickets', () => ({ number: unique(), subject: 'T', account_id: at.account_id(), contact_id: at.contact_id(), ...bin() }));
  await insert('crm_touches', () => ({ occurred_at: '2026-01-01T00:00:00Z', channel: 'mail', kind: 'click', account_id: at.account_id(), contact_id: at.contact_id(), lead_id: maybe(leads) }));
  await insert('crm_timeline', () => ({ ...any(), account_id: at.account_id(), kind: 'note', summary: 'n' }));
  // A few values only, so that both records of a merge often have the same one.
  const channels = new Set<string>();
  for (let index = 0; index < children; index += 1) {
    const row = { contact_id: pick(contacts), kind: pick(['email', 'x']), value: pick(['a', 'b', 'c']), ...bin() };
    const key = `${row.contact_id}${row.kind}${row.value}`;
    if (!('deleted_at' in row) && channels.has(key)) continue;
    if (!('deleted_at' in row)) channels.add(key);
    await db('crm_core.crm_contact_channels').insert(row);
  }
  const tags = await insert('crm_tags', () => ({ name: unique() }), 3);
  const fields = await insert('crm_custom_fields', () => ({ entity: 'contacts', key: `f${serial++}`, label: 'f', label_ar: 'ف', type: 'text' }), 3);
  const model = await insert('crm_models', () => ({ kind: 'churn', version: 1_000_000 + serial++, state: 'retired' }), 1);
  for (const id of [...accounts, ...contacts, ...leads]) {
    const entity = accounts.includes(id) ? 'accounts' : contacts.includes(id) ? 'contacts' : 'leads';
    for (const tag of tags) if (random() < 0.5) await db('crm_core.crm_taggings').insert({ tag_id: tag, entity, entity_id: id, ...bin() });
    for (const field of fields) if (random() < 0.5) await db('crm_core.crm_custom_values').insert({ field_id: field, entity_id: id, text_value: unique(), ...bin() });
    if (entity === 'accounts') for (const kind of ['churn', 'lead']) if (random() < 0.5) await db('crm_core.crm_account_scores').insert({ account_id: id, model_id: model[0], kind, probability: '0.5' });
  }
  return entities;
}

/** Every row of the three kinds and of all that hangs on them, as text without updated_at; stories that merges themselves tell are left out. */
export async function snapshot(db: Knex): Promise<Map<string, string>> {
  const tables = new Set(['crm_accounts', 'crm_contacts', 'crm_leads', ...Object.values(mergeChildren).flat().map((child) => child.table)]);
  const rows = new Map<string, string>();
  for (const table of tables) {
    const found = await db.raw<{ rows: { id: string; text: string }[] }>(`SELECT id, (to_jsonb(t) - 'updated_at')::text AS text FROM crm_core.${table} t${table === 'crm_timeline' ? ` WHERE kind NOT IN ('merged', 'merge_undone')` : ''}`);
    for (const { id, text } of found.rows) rows.set(`${table} ${id}`, text);
  }
  return rows;
}
