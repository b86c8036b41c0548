import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion, withVersion } from '../../kernel/contract/record.version.js';
import type { Resource } from '../../kernel/crud/resource.js';
import { placeTaken } from '../../kernel/crud/restore.errors.js';
import { audit } from '../../kernel/crud/trail.js';
import { invalidBody, notFound } from '../../kernel/errors/crm.error.js';
import { roleInUse, versionNotFound } from './role.errors.js';
import { countHolders, findRole, hideRole, insertRole, listVersions, noteVersion, showRole, updateRole } from './role.repository.js';
import { fieldProblems, permissionProblems, requireAdministrator, requireCovers } from './role.rules.js';
import type { RoleContent, RoleRow, RoleVersionRow } from './role.types.js';

/** A role as JSON carries it. */
export function presentRole(row: RoleRow): Record<string, unknown> {
  const { __version, created_at, updated_at, ...rest } = row;
  return withVersion({ ...rest, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() }, __version);
}

const contentOf = ({ key, name, name_ar, permissions, fields }: RoleContent): RoleContent => ({ key, name, name_ar, permissions, fields });

/** The rules of roles: what they say is checked, every change is kept, and somebody can always administer. */
export class RoleService {
  constructor(private readonly known: readonly Resource[]) {}

  /** One role; 404 where there is none. */
  async get(db: Reader, id: string): Promise<Record<string, unknown>> {
    return presentRole(await this.find(db, id));
  }

  /** Makes a role. */
  async create(trx: Knex.Transaction, call: Call, input: RoleContent): Promise<Record<string, unknown>> {
    const content = this.checked(call, contentOf(input));
    const id = await insertRole(trx, content);
    await noteVersion(trx, call, id, 1, 'create', null, content);
    await audit(trx, call, { action: 'create', entity: 'roles', entityId: id, after: { ...content } });
    return this.get(trx, id);
  }

  /** Changes what is given; a change that changes nothing makes no version. */
  async update(trx: Knex.Transaction, call: Call, id: string, input: Partial<RoleContent>): Promise<Record<string, unknown>> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Record<string, unknown>);
    return this.replace(trx, call, current, { ...contentOf(current), ...input }, 'update');
  }

  /** Hides a role that nobody has. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Record<string, unknown>);
    requireAdministrator(current, null);
    const { users, clients } = await countHolders(trx, id);
    if (users + clients > 0) throw roleInUse(users, clients);
    await hideRole(trx, id, current.version + 1);
    await noteVersion(trx, call, id, current.version + 1, 'delete', contentOf(current), null);
    await audit(trx, call, { action: 'delete', entity: 'roles', entityId: id, before: { ...contentOf(current) } });
  }

  /** Brings a hidden role back as it was; nobody has it then. @throws CrmError 409 where another role has its key by now. */
  async restore(trx: Knex.Transaction, call: Call, id: string): Promise<Record<string, unknown>> {
    const current = await findRole(trx, id, true, true);
    if (!current) throw notFound('role', id);
    const content = this.checked(call, contentOf(current));
    await showRole(trx, id, current.version + 1).catch((error: unknown) => { throw placeTaken('role', error) ?? error; });
    await noteVersion(trx, call, id, current.version + 1, 'revert', null, content);
    await audit(trx, call, { action: 'restore', entity: 'roles', entityId: id, after: { ...content } });
    return this.get(trx, id);
  }

  /** The changes of a role, newest first; a delivered role begins with its first change. */
  async versions(db: Reader, id: string): Promise<RoleVersionRow[]> {
    await this.find(db, id);
    return listVersions(db, id);
  }

  /** Makes a role say again what it said in a version; that is a new version. */
  async revert(trx: Knex.Transaction, call: Call, id: string, version: number): Promise<Record<string, unknown>> {
    const current = await this.find(trx, id, true);
    requireVersion(call, current as unknown as Record<string, unknown>);
    const all = await listVersions(trx, id);
    // What a delivered role said at first is only known from what its first change found.
    const wanted = all.find((one) => one.version === version)?.after ?? all.find((one) => one.version === version + 1)?.before;
    if (wanted === null || wanted === undefined) throw versionNotFound(version);
    return this.replace(trx, call, current, contentOf(wanted), 'revert');
  }

  private async replace(trx: Knex.Transaction, call: Call, current: RoleRow, wanted: RoleContent, action: 'update' | 'revert'): Promise<Record<string, unknown>> {
    const before = contentOf(current);
    if (canonical(before) === canonical(wanted)) return presentRole(current);
    const after = this.checked(call, wanted);
    requireAdministrator(before, after);
    await updateRole(trx, current.id, current.version + 1, after);
    await noteVersion(trx, call, current.id, current.version + 1, action, before, after);
    await audit(trx, call, { action: 'update', entity: 'roles', entityId: current.id, before: { ...before }, after: { ...after } });
    return this.get(trx, current.id);
  }

  private checked(call: Call, content: RoleContent): RoleContent {
    const problems = [...permissionProblems(content.permissions), ...fieldProblems(content.fields, this.known)];
    if (problems.length > 0) throw invalidBody(problems.slice(0, 50));
    requireCovers(call.actor, content);
    return content;
  }

  private async find(db: Reader, id: string, lock = false): Promise<RoleRow> {
    const row = await findRole(db, id, lock);
    if (!row) throw notFound('role', id);
    return row;
  }
}

/** Text that is equal for equal content whatever the order of its keys, which jsonb does not keep. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}
