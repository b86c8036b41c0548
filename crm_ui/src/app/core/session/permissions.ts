/** Permissions as the API tells them: per resource the actions allowed and how far they reach. */
export type Permissions = Readonly<Record<string, { readonly actions?: readonly string[]; readonly scope?: string } | readonly string[] | undefined>>;

/** True when the action on the resource is allowed; a resource that is not named allows nothing. */
export function permits(permissions: Permissions | undefined, resource: string, action: string): boolean {
  const entry = permissions?.[resource] ?? permissions?.['*'];
  if (!entry) return false;
  const actions = isList(entry) ? entry : (entry.actions ?? []);
  return actions.includes(action) || actions.includes('*');
}

const isList = (entry: NonNullable<Permissions[string]>): entry is readonly string[] => Array.isArray(entry);
