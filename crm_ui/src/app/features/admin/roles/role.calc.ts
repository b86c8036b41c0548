import { PermissionAction } from '@core/session/permissions';
import { ACTIONS, CatalogueResource, FieldRule, RoleContent, RoleFields, RolePermissions, RoleVersion, Scope, SCOPES } from '../admin.model';

/** How far a cell of the matrix reaches; null: not at all. */
export type Level = Scope | null;

/** One difference between two states of a role. `wider` says whether more is allowed afterwards; null for names. */
export interface RoleChange {
  readonly kind: 'name' | 'permission' | 'field';
  readonly resource: string;
  /** The action, the field, or `name` and `name_ar`. */
  readonly item: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly wider: boolean | null;
}

const rank = (level: string | null | undefined): number => SCOPES.indexOf(level as Scope);
const RULES: readonly (FieldRule | null)[] = ['hidden', 'read_only', null];

/** The cell of a role. */
export const levelOf = (permissions: RolePermissions, resource: string, action: PermissionAction): Level => permissions[resource]?.[action] ?? null;

/** The matrix with one cell changed. Nothing reaches further than reading: reading follows what is widened and takes along what it is narrowed below. */
export function withLevel(permissions: RolePermissions, resource: string, action: PermissionAction, level: Level): RolePermissions {
  const row: Partial<Record<PermissionAction, Scope>> = { ...permissions[resource] };
  const put = (which: PermissionAction, to: Level): void => {
    if (to === null) delete row[which];
    else row[which] = to;
  };
  put(action, level);
  if (action === 'read') { for (const other of ACTIONS) if (rank(row[other]) > rank(level)) put(other, level); }
  else if (rank(level) > rank(row.read)) put('read', level);
  const { [resource]: _old, ...others } = permissions;
  return Object.keys(row).length === 0 ? others : { ...others, [resource]: row };
}

/** The field rules with one changed; null shows the field again. */
export function withRule(fields: RoleFields, resource: string, field: string, rule: FieldRule | null): RoleFields {
  const { [field]: _old, ...kept } = fields[resource] ?? {};
  const rules = rule === null ? kept : { ...kept, [field]: rule };
  const { [resource]: _rules, ...others } = fields;
  return Object.keys(rules).length === 0 ? others : { ...others, [resource]: rules };
}

/** What a cell can become: records that belong to nobody know only all and nothing. */
export const choicesOf = (owned: boolean): readonly Level[] => (owned ? [null, ...SCOPES] : [null, 'all']);

/** Whether somebody with these permissions may give the level: nobody gives what they do not have. */
export function mayGive(mine: RolePermissions, resource: string, action: PermissionAction, level: Level): boolean {
  const reaches = (which: PermissionAction): boolean => rank(mine[resource]?.[which]) >= rank(level);
  return level === null || (reaches(action) && reaches('read'));
}

/** Cells without which nobody could ever change a permission again. */
export const isLocked = (key: string, resource: string, action: PermissionAction): boolean =>
  key === 'admin' && (resource === 'roles' || resource === 'users') && (action === 'read' || action === 'write');

const keysOf = (...objects: readonly (object | undefined)[]): string[] => [...new Set(objects.flatMap((one) => Object.keys(one ?? {})))].sort();

/** Everything that differs between two states of a role, names first, then permissions, then fields. */
export function changesBetween(before: RoleContent, after: RoleContent): RoleChange[] {
  const names = (['name', 'name_ar'] as const).filter((name) => before[name] !== after[name]).map((name): RoleChange => ({ kind: 'name', resource: '', item: name, before: before[name], after: after[name], wider: null }));
  const permissions = keysOf(before.permissions, after.permissions).flatMap((resource) => ACTIONS.flatMap((item): RoleChange[] => {
    const [one, two] = [levelOf(before.permissions, resource, item), levelOf(after.permissions, resource, item)];
    return one === two ? [] : [{ kind: 'permission', resource, item, before: one, after: two, wider: rank(two) > rank(one) }];
  }));
  const fields = keysOf(before.fields, after.fields).flatMap((resource) => keysOf(before.fields[resource], after.fields[resource]).flatMap((item): RoleChange[] => {
    const [one, two] = [before.fields[resource]?.[item] ?? null, after.fields[resource]?.[item] ?? null];
    return one === two ? [] : [{ kind: 'field', resource, item, before: one, after: two, wider: RULES.indexOf(two) > RULES.indexOf(one) }];
  }));
  return [...names, ...permissions, ...fields];
}

const EMPTY: RoleContent = { key: '', name: '', name_ar: '', permissions: {}, fields: {} };

/** A version as the history shows it; `content` is what the role said then. */
export interface ShownVersion {
  readonly version: number;
  readonly action: RoleVersion['action'] | 'delivered';
  readonly changed_at: string | null;
  readonly actor: string | null;
  readonly content: RoleContent;
  readonly changes: readonly RoleChange[];
}

/** The history, newest first. What a delivered role said at first is known from what its first change found, and stands at the end. */
export function historyOf(versions: readonly RoleVersion[]): ShownVersion[] {
  const shown = versions.flatMap((one): ShownVersion[] => (one.after === null ? [] : [{
    version: one.version, action: one.action, changed_at: one.changed_at, actor: one.actor?.name ?? null, content: one.after, changes: one.before === null ? [] : changesBetween(one.before, one.after),
  }]));
  const oldest = versions.at(-1);
  if (oldest?.before && oldest.version > 1) shown.push({ version: oldest.version - 1, action: 'delivered', changed_at: null, actor: null, content: oldest.before, changes: [] });
  return shown;
}

/** A role in numbers: of how many resources something may be read and written, and how many fields are restricted. */
export function summaryOf(role: RoleContent): { read: number; write: number; fields: number } {
  const having = (action: PermissionAction): number => Object.values(role.permissions).filter((row) => row[action] !== undefined).length;
  return { read: having('read'), write: having('write'), fields: changesBetween({ ...EMPTY, fields: role.fields }, EMPTY).length };
}

const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['customers', ['accounts', 'contacts', 'leads']], ['sales', ['deals', 'quotes', 'forecast', 'pipelines', 'products']], ['billing', ['invoices', 'subscriptions']], ['service', ['tickets', 'activities']],
  ['marketing', ['campaigns', 'acquisition']], ['workspace', ['users', 'teams', 'roles', 'flags', 'imports', 'audit', 'models', 'privacy', 'webhooks', 'telemetry', 'custom_fields', 'tags', 'segments', 'settings']],
];

/** The catalogue by the jobs of the business; what no group knows stands at the end. */
export function groupsOf(catalogue: readonly CatalogueResource[]): { key: string; resources: CatalogueResource[] }[] {
  const known = new Set(GROUPS.flatMap(([, names]) => names));
  const grouped = GROUPS.map(([key, names]) => ({ key, resources: names.flatMap((name) => catalogue.filter((one) => one.name === name)) }));
  return [...grouped, { key: 'other', resources: catalogue.filter((one) => !known.has(one.name)) }].filter(({ resources }) => resources.length > 0);
}
