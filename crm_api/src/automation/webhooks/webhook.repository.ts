import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { Sql } from '../../kernel/crud/scope.js';
import type { DisabledReason, WebhookRow } from './webhook.types.js';

/** The select list of endpoints, `t` being the webhook, `c` its client, `u` its user. */
export const webhookColumns = `t.id, t.user_id, t.client_id, c.client_id AS client_key, coalesce(u.name, c.name) AS owner_name, t.name, t.url, t.event_types, t.is_enabled, t.disabled_reason, t.disabled_at,
  t.failing_since, t.secret_sealed, t.previous_secret_sealed, t.previous_secret_until, t.created_at, t.updated_at, t.xmin::text AS __version`;

const from = 'crm_core.crm_webhooks t LEFT JOIN crm_core.crm_users u ON u.id = t.user_id LEFT JOIN crm_core.crm_api_clients c ON c.id = t.client_id';

/** Columns that a change may set. */
export type WebhookPatch = Partial<Pick<WebhookRow, 'name' | 'url' | 'is_enabled' | 'disabled_reason' | 'secret_sealed' | 'previous_secret_sealed' | 'previous_secret_until'>>
  & { readonly event_types?: readonly string[]; readonly failing_since?: null; readonly disabled_at?: Date | null; readonly deleted_at?: Date };

/** Endpoints in reach, the oldest first. */
export async function listWebhooks(db: Reader, scope: Sql | null): Promise<WebhookRow[]> {
  const { rows } = await db.raw<{ rows: WebhookRow[] }>(`SELECT ${webhookColumns} FROM ${from} WHERE t.deleted_at IS NULL${scope ? ` AND ${scope.sql}` : ''} ORDER BY t.id`, [...(scope?.bindings ?? [])]);
  return rows;
}

/** One endpoint in reach, locked until the transaction ends where asked for. */
export async function findWebhook(db: Reader, id: string, scope: Sql | null, lock = false): Promise<WebhookRow | undefined> {
  const { rows } = await db.raw<{ rows: WebhookRow[] }>(`SELECT ${webhookColumns} FROM ${from} WHERE t.id = ? AND t.deleted_at IS NULL${scope ? ` AND ${scope.sql}` : ''}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [id, ...(scope?.bindings ?? [])]);
  return rows[0];
}

/** How many endpoints there are. */
export async function countWebhooks(db: Reader): Promise<number> {
  const { rows } = await db.raw<{ rows: { n: number }[] }>('SELECT count(*)::int AS n FROM crm_core.crm_webhooks WHERE deleted_at IS NULL');
  return rows[0]?.n ?? 0;
}

/** An id for an endpoint to be: its secret is sealed to it before the row exists. */
export async function nextId(db: Reader): Promise<string> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>('SELECT crm_core.crm_uuid_v7()::text AS id');
  return rows[0]?.id ?? '';
}

/** Writes a new endpoint. */
export async function insertWebhook(trx: Knex.Transaction, values: Pick<WebhookRow, 'id' | 'user_id' | 'client_id' | 'name' | 'url' | 'secret_sealed'> & { readonly event_types: readonly string[] }): Promise<void> {
  await trx('crm_core.crm_webhooks').insert(values);
}

/** Changes an endpoint. */
export async function updateWebhook(trx: Knex.Transaction, id: string, patch: WebhookPatch): Promise<void> {
  await trx('crm_core.crm_webhooks').where({ id }).update(patch);
}

/** Switches an endpoint off by the product's own decision; false where it was off already. */
export async function disableWebhook(trx: Knex.Transaction, id: string, reason: DisabledReason): Promise<boolean> {
  return (await trx('crm_core.crm_webhooks').where({ id, is_enabled: true }).update({ is_enabled: false, disabled_reason: reason, disabled_at: trx.fn.now() })) > 0;
}
