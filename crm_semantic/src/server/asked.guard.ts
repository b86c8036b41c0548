import { membersOf, type MemberQuery } from './member.guard.js';

/** Members whose value the question gives: `view.member` → what it must be. */
export type AskedMembers = ReadonlyMap<string, 'instant' | 'date'>;

const instant = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

function refused(message: string): Error {
  return Object.assign(new Error(message), { type: 'UserError' });
}

/** One spelling of an instant, UTC to the microsecond as the warehouse reads it; without an offset it is UTC. Undefined for anything else. */
export function instantText(text: string): string | undefined {
  const [, day, minute = '00:00', second = '00', fraction = '', offset = 'Z'] = instant.exec(text.trim()) ?? [];
  const time = new Date(`${day}T${minute}:${second}${offset.toUpperCase()}`);
  if (day === undefined || Number.isNaN(time.getTime()) || !validDay(day)) return undefined;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}.${fraction.padEnd(6, '0')}`;
}

function validDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/**
 * Passes a query that gives each asked member at most one value, by a filter `equals` that holds for the whole question, and spells the value as the
 * warehouse reads it. Any other way of naming one would be answered for another moment than it seems to ask for, so it is refused.
 */
export function readAsked<Q extends MemberQuery>(query: Q, asked: AskedMembers): Q {
  const given = new Set<string>();
  const read = (filters: readonly unknown[]): unknown[] => filters.map((filter) => {
    if (typeof filter !== 'object' || filter === null) return filter;
    const { and, or, member, dimension, operator, values } = filter as Record<string, unknown>;
    if (Array.isArray(and)) return { ...filter, and: read(and) };
    if (Array.isArray(or)) {
      const inside = membersOf({ filters: or }).find((name) => asked.has(name));
      if (inside !== undefined) throw refused(`${inside} must hold for the whole question: take its filter out of "or"`);
      return filter;
    }
    const name = String(member ?? dimension);
    const kind = asked.get(name);
    if (kind === undefined) return filter;
    const [value, ...more] = Array.isArray(values) ? (values as unknown[]) : [];
    if (operator !== 'equals' || value === undefined || value === null || more.length > 0 || given.has(name)) {
      throw refused(`${name} takes one filter "equals" with one value, ${kind === 'instant' ? 'an instant such as 2026-01-31T17:00:00Z' : 'a date such as 2026-01-31'}`);
    }
    given.add(name);
    const text = kind === 'instant' ? instantText(String(value)) : validDay(String(value)) ? String(value) : undefined;
    if (text === undefined) throw refused(`${name} is ${kind === 'instant' ? 'no instant: write it as 2026-01-31T17:00:00Z' : 'no date: write it as 2026-01-31'}`);
    return { ...filter, values: [text] };
  });
  for (const one of query.timeDimensions ?? []) {
    const name = String(one.dimension);
    if (asked.has(name)) throw refused(`${name} is one instant that the question gives: take it out of timeDimensions and filter it by "equals"`);
  }
  return query.filters ? { ...query, filters: read(query.filters) } : query;
}
