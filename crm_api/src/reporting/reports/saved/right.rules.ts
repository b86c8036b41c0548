import { scopeOf } from '../../../kernel/context/actor.js';
import type { Call } from '../../../kernel/context/call.js';
import { deletionForbidden, notYours, ownerless, viewOnly } from './saved.errors.js';
import { rights, type Right } from './saved.types.js';

/** What a rank of the database comes to for the caller, whose role may not write at all. */
export function rightOf(call: Call, rank: number): Right {
  if (scopeOf(call.actor, 'reports', 'write') === null) return 'view';
  return rights[Math.max(rank, 1) - 1] ?? 'view';
}

/** @throws CrmError 403 `view_only` */
export function requireEdit(rank: number): void {
  if (rank < 2) throw viewOnly();
}

/** @throws CrmError 403 `not_yours` */
export function requireManage(what: 'report' | 'folder', rank: number): void {
  if (rank < 3) throw notYours(what);
}

/** @throws CrmError 403 `not_yours` */
export function requireDeletion(call: Call, what: 'report' | 'folder', row: { readonly rank: number; readonly owner_id: string }): void {
  requireManage(what, row.rank);
  if (row.owner_id !== call.actor.userId && scopeOf(call.actor, 'reports', 'delete') !== 'all') throw deletionForbidden(what);
}

/** The user who owns or writes. @throws CrmError 422 for a client that acts for none. */
export function requireUser({ actor }: Call): string {
  if (actor.userId === null) throw ownerless();
  return actor.userId;
}
