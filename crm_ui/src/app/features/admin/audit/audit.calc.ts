import { IconName } from '@shared/icon/icons';
import { AuditEntry, FINDING_KINDS, Verification } from './audit.model';

/** One value that an entry tells of; `path` leads into nested values, such as a role's permissions. */
export interface AuditChange {
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** Members that say nothing to a reader. */
const SILENT: ReadonlySet<string> = new Set(['search_text', 'fingerprint', 'updated_at']);
const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (one: unknown, two: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(two ?? null);

/**
 * What an entry says was changed, in the order of its members. A change tells only what was sent, so what stands on its old side alone was left as it is; where there is
 * one side only, all of it counts.
 */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): AuditChange[] {
  const changes: AuditChange[] = [];
  const walk = (old: unknown, now: unknown, path: readonly string[]): void => {
    if (isPlain(old) || isPlain(now)) {
      const [one, two] = [isPlain(old) ? old : {}, isPlain(now) ? now : {}];
      for (const key of new Set([...Object.keys(one), ...Object.keys(two)])) if (!SILENT.has(key)) walk(one[key], two[key], [...path, key]);
    } else if (!same(old, now)) changes.push({ path, before: old ?? null, after: now ?? null });
  };
  for (const key of new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])) {
    if (SILENT.has(key) || (before && after && !Object.hasOwn(after, key))) continue;
    walk(before?.[key], after?.[key], [key]);
  }
  return changes;
}

/** How a value is shown. */
export type ValueKind = 'empty' | 'boolean' | 'number' | 'date' | 'instant' | 'id' | 'list' | 'object' | 'text';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The kind of a value as JSON has it. */
export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined || value === '') return 'empty';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : 'list';
  if (typeof value === 'object') return 'object';
  const text = String(value);
  if (UUID.test(text)) return 'id';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'date';
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return 'instant';
  return /^-?\d+\.\d+$/.test(text) ? 'number' : 'text';
}

/** The kind of record that a field points at; null where it points at none that has a list. */
export function targetOf(field: string): string | null {
  switch (field) {
    case 'owner_id': case 'user_id': case 'manager_id': case 'assignee_id': case 'actor_id': return 'users';
    case 'account_id': case 'parent_id': case 'converted_account_id': return 'accounts';
    case 'contact_id': case 'primary_contact_id': case 'converted_contact_id': return 'contacts';
    case 'deal_id': case 'converted_deal_id': return 'deals';
    case 'team_id': return 'teams';
    case 'product_id': return 'products';
    case 'campaign_id': return 'campaigns';
    case 'pipeline_id': return 'pipelines';
    case 'lead_id': return 'leads';
    default: return null;
  }
}

/** Actions that the log knows, those of records first. */
export const ACTIONS = ['create', 'update', 'delete', 'restore', 'stage_move', 'merge', 'unmerge', 'erase', 'read', 'export', 'request', 'refusal', 'suppressed', 'verify', 'login', 'login_failed', 'lock', 'password_change', 'factor_on', 'factor_off', 'session_end', 'revoke', 'invite', 'key_rotate', 'secret_rotate'] as const;

/** Actions that are looked for together. */
export const ACTION_GROUPS = {
  changes: ['create', 'update', 'delete', 'restore', 'stage_move', 'merge', 'unmerge', 'erase'],
  seen: ['read', 'export'],
  refused: ['refusal', 'login_failed', 'lock', 'suppressed'],
} as const satisfies Readonly<Record<string, readonly (typeof ACTIONS)[number][]>>;

/** What entries are about, besides records. */
export const ENTITIES = ['accounts', 'contacts', 'leads', 'deals', 'stages', 'pipelines', 'products', 'quotes', 'invoices', 'subscriptions', 'tickets', 'activities', 'campaigns', 'users', 'teams', 'roles', 'api_clients', 'flags', 'imports', 'webhooks', 'audit', 'privacy', 'merge_candidates', 'duplicates', 'dedupe_jobs', 'merges', 'enrichment_proposals', 'enrichment', 'auth', 'oidc', 'graphql', 'analytics', 'signing_keys'] as const;

const ICONS: Readonly<Record<string, IconName>> = {
  create: 'plus', update: 'pencil', delete: 'trash', restore: 'undo', stage_move: 'arrow-right', merge: 'merge', unmerge: 'undo', erase: 'user-x', read: 'eye', export: 'download', request: 'activity', refusal: 'lock',
  login: 'key', login_failed: 'circle-x', lock: 'lock', session_end: 'log-out', verify: 'shield-check', invite: 'user-plus', key_rotate: 'refresh', secret_rotate: 'refresh',
};
/** The picture of an action. */
export const iconOf = (action: string): IconName => ICONS[action] ?? 'activity';

/** Actions that somebody who looks for trouble looks at first. */
export const isLoud = (action: string): boolean => ['refusal', 'login_failed', 'lock', 'erase', 'delete', 'suppressed'].includes(action);

/** True while a verification is on its way. */
export const isRunning = (one: Pick<Verification, 'status'> | null): boolean => one?.status === 'queued' || one?.status === 'running';

/** How far a verification is, from 0 to 1; null until that is known. */
export const progressOf = ({ checked, total }: Pick<Verification, 'checked' | 'total'>): number | null => (total === null || total === 0 ? null : Math.min(1, checked / total));

/** All differences that a verification found. */
export const differencesOf = ({ counts }: Pick<Verification, 'counts'>): number => FINDING_KINDS.reduce((sum, kind) => sum + (counts?.[kind] ?? 0), 0);
