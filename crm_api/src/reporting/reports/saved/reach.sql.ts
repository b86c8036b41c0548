import type { Knex } from 'knex';
import { scopeOf } from '../../../kernel/context/actor.js';
import type { Call } from '../../../kernel/context/call.js';
import type { Sql } from '../../../kernel/crud/scope.js';

const folders = 'crm_core.crm_report_folders';
const shares = 'crm_core.crm_report_shares';
const isShared = (condition: string): string => `EXISTS (SELECT FROM ${shares} s WHERE s.${condition})`;

/**
 * The beginning of a statement: `mine`, what shares grant to the caller, `tree`, every folder with its depth and the caller's right by number, and `me`.
 * A folder's right goes on to what is in it, its owner's as that to edit; with everybody's to write, what is shared is managed, what is not stays unseen.
 */
export function reach({ actor }: Pick<Call, 'actor'>): Sql {
  const all = scopeOf(actor, 'reports', 'write') === 'all';
  const bindings: Knex.Value[] = [actor.userId ?? null, all, [...actor.roles], [...actor.teamIds], actor.userId ?? null];
  return {
    sql: `WITH RECURSIVE me AS (SELECT ?::uuid AS id, ?::boolean AS all),
      mine AS (
        SELECT s.report_id, s.folder_id, max(CASE s.may WHEN 'edit' THEN 2 ELSE 1 END) AS rank FROM ${shares} s
        WHERE s.role = ANY(?::text[]) OR s.team_id = ANY(?::uuid[]) OR s.user_id = ? GROUP BY 1, 2),
      tree AS (
        SELECT f.id, f.parent_id, 1 AS depth, o.shared, CASE WHEN f.owner_id = me.id OR me.all AND o.shared THEN 3 ELSE coalesce(m.rank, 0) END AS rank
        FROM ${folders} f CROSS JOIN me LEFT JOIN mine m ON m.folder_id = f.id CROSS JOIN LATERAL (SELECT ${isShared('folder_id = f.id')} AS shared) o
        WHERE f.parent_id IS NULL AND f.deleted_at IS NULL
        UNION ALL
        SELECT f.id, f.parent_id, p.depth + 1, o.shared, CASE WHEN f.owner_id = me.id OR me.all AND o.shared THEN 3 ELSE greatest(least(p.rank, 2), coalesce(m.rank, 0)) END
        FROM ${folders} f JOIN tree p ON f.parent_id = p.id CROSS JOIN me LEFT JOIN mine m ON m.folder_id = f.id CROSS JOIN LATERAL (SELECT p.shared OR ${isShared('folder_id = f.id')} AS shared) o
        WHERE f.deleted_at IS NULL)`,
    bindings,
  };
}

/** Tables of a statement about reports `t` after {@link reach}: the folder `f`, the owner `u` and the caller's right `r.rank`. */
export const reportTables = `crm_core.crm_reports t CROSS JOIN me LEFT JOIN crm_core.crm_users u ON u.id = t.owner_id LEFT JOIN tree f ON f.id = t.folder_id LEFT JOIN mine m ON m.report_id = t.id
  CROSS JOIN LATERAL (SELECT CASE WHEN t.owner_id = me.id OR me.all AND (coalesce(f.shared, false) OR ${isShared('report_id = t.id')}) THEN 3 ELSE greatest(least(coalesce(f.rank, 0), 2), coalesce(m.rank, 0)) END AS rank) r`;
