/** The parts of a query that name members. */
export interface MemberQuery {
  readonly measures?: readonly unknown[];
  readonly dimensions?: readonly unknown[];
  readonly segments?: readonly unknown[];
  readonly timeDimensions?: readonly { readonly dimension?: unknown }[];
  readonly filters?: readonly unknown[];
  readonly order?: unknown;
}

function filterMembers(filters: readonly unknown[]): unknown[] {
  return filters.flatMap((filter) => {
    if (typeof filter !== 'object' || filter === null) return [];
    const { and, or, member, dimension } = filter as Record<string, unknown>;
    if (Array.isArray(and)) return filterMembers(and);
    if (Array.isArray(or)) return filterMembers(or);
    return [member ?? dimension];
  });
}

/** Sorting by a member tells of it as well; Cube takes an object, pairs, or `{id, desc}` once normalised. */
function orderMembers(order: unknown): unknown[] {
  if (Array.isArray(order)) return order.map((one: unknown) => (Array.isArray(one) ? one[0] as unknown : (one as { id?: unknown } | null)?.id));
  return typeof order === 'object' && order !== null ? Object.keys(order) : [];
}

/** Every member that a query names, in order of mention. */
export function membersOf(query: MemberQuery): string[] {
  const named = [
    ...(query.measures ?? []),
    ...(query.dimensions ?? []),
    ...(query.segments ?? []),
    ...(query.timeDimensions ?? []).map(({ dimension }) => dimension),
    ...filterMembers(query.filters ?? []),
    ...orderMembers(query.order),
  ];
  return named.filter((member): member is string => typeof member === 'string');
}

/** The public members that tell of a field which is hidden, as `view.member`. */
export function hiddenMembers(hidden: Readonly<Record<string, readonly string[]>>, fieldsOf: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const names = Object.entries(hidden).flatMap(([resource, fields]) => fields.map((field) => `${resource}.${field}`));
  if (names.length === 0) return new Set();
  return new Set([...fieldsOf].filter(([, fields]) => names.some((name) => fields.has(name))).map(([member]) => member));
}

/**
 * Passes a query whose every member belongs to a public view and refuses any other. Cube alone would let a filter on a
 * private cube through, since it checks visibility only for what appears in the answer.
 */
export function refuseHiddenMembers<Q extends MemberQuery>(query: Q, publicMembers: ReadonlySet<string>): Q {
  for (const member of membersOf(query)) {
    // A dimension may carry a granularity: `deals.closed_at.month`.
    const [view, name] = member.split('.');
    if (!publicMembers.has(`${view}.${name}`)) {
      throw Object.assign(new Error(`Unknown member "${member}": ask /v1/meta for the members you may use`), { type: 'UserError' });
    }
  }
  return query;
}
