/** The parts of a query that name members. */
export interface MemberQuery {
  readonly measures?: readonly unknown[];
  readonly dimensions?: readonly unknown[];
  readonly segments?: readonly unknown[];
  readonly timeDimensions?: readonly { readonly dimension?: unknown }[];
  readonly filters?: readonly unknown[];
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

/** Every member that a query names, in order of mention. */
export function membersOf(query: MemberQuery): string[] {
  const named = [
    ...(query.measures ?? []),
    ...(query.dimensions ?? []),
    ...(query.segments ?? []),
    ...(query.timeDimensions ?? []).map(({ dimension }) => dimension),
    ...filterMembers(query.filters ?? []),
  ];
  return named.filter((member): member is string => typeof member === 'string');
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
