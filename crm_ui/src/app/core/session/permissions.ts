/** What can be done with a kind of record. */
export type PermissionAction = 'read' | 'write' | 'delete' | 'export';

/** Permissions as the API tells them: per resource the actions allowed and how far each reaches (`own`, `team`, `region`, `all`). */
export type Permissions = Readonly<Record<string, Readonly<Partial<Record<PermissionAction, string>>> | undefined>>;

/** True when the action on the resource is allowed, however far; what is not named is forbidden. */
export function permits(permissions: Permissions | undefined, resource: string, action: PermissionAction): boolean {
  return permissions?.[resource]?.[action] !== undefined;
}
