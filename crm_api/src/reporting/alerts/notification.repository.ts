import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';

const table = 'crm_core.crm_notifications';

/** Something that a user is told. */
export interface NotificationRow {
  readonly id: string;
  readonly kind: 'alert_firing' | 'alert_ended' | 'schedule_failed';
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly read_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = ['id', 'kind', 'title', 'params', 'read_at', 'created_at', 'updated_at'] as const;

/** Tells a user something. */
export async function notify(trx: Knex.Transaction, userId: string, { kind, title, params }: Pick<NotificationRow, 'kind' | 'title' | 'params'>): Promise<void> {
  await trx(table).insert({ user_id: userId, kind, title, params: JSON.stringify(params) });
}

/** The newest things that a user was told, and how many are unread. */
export async function listNotifications(db: Reader, userId: string, { unread, limit }: { readonly unread: boolean; readonly limit: number }): Promise<{ readonly items: NotificationRow[]; readonly unread: number }> {
  const mine = (): Knex.QueryBuilder => db(table).where({ user_id: userId }).whereNull('deleted_at');
  const items = await (unread ? mine().whereNull('read_at') : mine()).orderBy('id', 'desc').limit(limit).select<NotificationRow[]>(...columns);
  const counted = await mine().whereNull('read_at').count<{ count: string }[]>();
  return { items, unread: Number(counted[0]?.count ?? 0) };
}

/** Marks one as read, or all of a user's (`id` null); gives those that are theirs. */
export async function markRead(db: Reader, userId: string, id: string | null): Promise<NotificationRow[]> {
  const mine = db(table).where({ user_id: userId }).whereNull('deleted_at');
  if (id === null) {
    await mine.whereNull('read_at').update({ read_at: db.fn.now() });
    return [];
  }
  return mine.where({ id }).update({ read_at: db.raw('coalesce(read_at, now())') }).returning<NotificationRow[]>([...columns]);
}

/** Forgets what is older than so many days; gives how many. */
export async function forgetNotifications(db: Knex, days: number): Promise<number> {
  return db(table).where('created_at', '<', db.raw('now() - make_interval(days => ?)', [days])).delete();
}
