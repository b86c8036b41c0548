import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { FieldProblem } from '../../../kernel/errors/crm.error.js';
import type { AudienceRole, NamedShare, Share, Shared } from './saved.types.js';

const table = 'crm_core.crm_report_shares';

interface ShareRow {
  readonly role: string | null;
  readonly team_id: string | null;
  readonly user_id: string | null;
  readonly may: Share['may'];
  readonly name: string | null;
}

const column = (of: Shared): 'report_id' | 'folder_id' => ('report_id' in of ? 'report_id' : 'folder_id');
const key = (of: Shared): string => ('report_id' in of ? of.report_id : of.folder_id);

/** Who else is shown it, with their names: roles first, then teams, then people. */
export async function listShares(db: Reader, of: Shared): Promise<NamedShare[]> {
  const { rows } = await db.raw<{ rows: ShareRow[] }>(`
    SELECT s.role, s.team_id, s.user_id, s.may, coalesce(r.name, t.name, u.name) AS name FROM ${table} s
    LEFT JOIN crm_core.crm_roles r ON r.key = s.role AND r.deleted_at IS NULL LEFT JOIN crm_core.crm_teams t ON t.id = s.team_id LEFT JOIN crm_core.crm_users u ON u.id = s.user_id
    WHERE s.${column(of)} = ? ORDER BY s.role NULLS LAST, s.team_id IS NULL, name, s.id`, [key(of)]);
  return rows.map(({ role, team_id: team, user_id: user, may, name }) => ({ ...(role === null ? {} : { role }), ...(team === null ? {} : { team_id: team }), ...(user === null ? {} : { user_id: user }), may, name }));
}

/** Every role that there is, by name. */
export async function listRoles(db: Reader): Promise<AudienceRole[]> {
  return (await db.raw<{ rows: AudienceRole[] }>('SELECT key, name, name_ar FROM crm_core.crm_roles WHERE deleted_at IS NULL ORDER BY name, key')).rows;
}

/** Puts these shares in the place of those that there are. */
export async function replaceShares(trx: Knex.Transaction, of: Shared, shares: readonly Share[]): Promise<void> {
  await trx(table).where({ [column(of)]: key(of) }).delete();
  if (shares.length > 0) await trx(table).insert(shares.map((one) => ({ ...of, ...one })));
}

/** Shares whose role, team or person there is not. */
export async function shareProblems(db: Reader, shares: readonly Share[]): Promise<FieldProblem[]> {
  const list = (name: 'role' | 'team_id' | 'user_id'): string[] => shares.flatMap((one) => one[name] ?? []);
  const { rows } = await db.raw<{ rows: { value: string }[] }>(`
    SELECT key AS value FROM crm_core.crm_roles WHERE key = ANY(?::text[]) AND deleted_at IS NULL
    UNION ALL SELECT id::text FROM crm_core.crm_teams WHERE id = ANY(?::uuid[]) AND deleted_at IS NULL
    UNION ALL SELECT id::text FROM crm_core.crm_users WHERE id = ANY(?::uuid[]) AND is_active AND deleted_at IS NULL`, [list('role'), list('team_id'), list('user_id')]);
  const known = new Set(rows.map(({ value }) => value));
  const words = { role: 'the key of a role', team_id: 'the id of a team', user_id: 'the id of an active user' } as const;
  return shares.flatMap((one, index) => (['role', 'team_id', 'user_id'] as const).flatMap((name): FieldProblem[] => {
    const value = one[name];
    return value === undefined || known.has(value.toLowerCase()) ? [] : [{ path: `shares.${index}.${name}`, code: 'unknown_reference', message: `"${value}" is not ${words[name]}. Take the share out, or name another.` }];
  }));
}
