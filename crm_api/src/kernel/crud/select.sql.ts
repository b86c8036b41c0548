import type { Knex } from 'knex';
import type { Call } from '../context/call.js';
import { customCondition, customWord } from '../custom/custom.query.js';
import { tagCondition } from '../lists/tag.member.js';
import type { Filter, ListQuery, SortKey } from './list.query.js';
import type { Position } from './cursor.js';
import { referenceExtras, type Resource } from './resource.js';
import type { Sql } from './scope.js';

// xmin is another for every stored version of the row: what If-Match is compared with.
const versionColumn = 't.xmin::text AS __version';

/** The select list of a resource: its columns, references as objects, computed members. All names come from declarations, never from callers. */
export function selectList(resource: Resource, call: Call, detail: boolean): string[] {
  return [versionColumn, ...memberList(resource, call, detail)];
}

/** The same over a row that is not the stored one, such as an earlier version, and so has no `xmin`. */
export function memberList(resource: Resource, call: Call, detail: boolean): string[] {
  const columns = ['t.id', 't.deleted_at', ...Object.keys(resource.fields).map((name) => `t.${name}`)];
  for (const [name, reference] of Object.entries(resource.references)) {
    const extra = Object.entries(referenceExtras(reference)).map(([key, column]) => `, '${key}', r.${column}`).join('');
    // One subselect per row of the page, by primary key, evaluated after the limit: one round trip, no N+1.
    columns.push(`(SELECT json_build_object('id', r.id, 'name', ${reference.label}${extra}) FROM ${reference.table} r WHERE r.id = t.${reference.column}) AS ${name}`);
  }
  for (const [name, computed] of Object.entries(resource.computed)) {
    if (computed.detailOnly === true && !detail) continue;
    columns.push(computed.feature !== undefined && !call.feature(computed.feature) ? `NULL AS ${name}` : `${computed.sql} AS ${name}`);
  }
  return columns;
}

/** The condition of one filter. */
export function filterCondition(filter: Filter, resource: Resource): Sql {
  if (filter.field === 'tags') return tagCondition(filter, resource.name);
  if (filter.custom) return customCondition(filter, filter.custom);
  const column = `t.${filter.field}`;
  const { value } = filter;
  switch (filter.op) {
    case 'null': return { sql: value === true ? `${column} IS NULL` : `${column} IS NOT NULL`, bindings: [] };
    case 'in': return { sql: `${column} = ANY(?)`, bindings: [[...(value as readonly string[])]] };
    case 'ne': return { sql: `${column} IS DISTINCT FROM ?`, bindings: [value as string] };
    case 'contains': return { sql: `${column}::text ILIKE '%' || regexp_replace(?::text, '([\\\\%_])', '\\\\\\1', 'g') || '%'`, bindings: [value as string] };
    default: return { sql: `${column} ${comparison[filter.op]} ?`, bindings: [value as string] };
  }
}

const comparison = { eq: '=', gte: '>=', lte: '<=', gt: '>', lt: '<' } as const;

/** What of a search counts: at most this many words, all of which must occur. */
const maxWords = 8;

// A word must have so many characters for an index of trigrams to find it; shorter ones are not looked for in custom fields, which are too many to read.
const trigram = 3;

/** The conditions of a search; each word of `q` is folded like the searched text, and its wildcards are plain characters. `customs` are the custom fields that are searched as well. */
export function searchConditions(resource: Resource, q: string, hidden: ReadonlySet<string>, customs: readonly string[] = []): Sql[] {
  const template = searchTemplate(resource, hidden);
  if (template === null) return [];
  const pattern = `'%' || regexp_replace(crm_core.crm_fold(?::text), '([\\\\%_])', '\\\\\\1', 'g') || '%'`;
  return q.trim().split(/\s+/).slice(0, maxWords).map((word) => {
    const parts = template.split('$q');
    const own = { sql: `(${parts.join(pattern)})`, bindings: Array.from({ length: parts.length - 1 }, () => word) };
    if (customs.length === 0 || word.length < trigram) return own;
    const others = customWord(customs, word);
    // Two lists of ids rather than OR: each is found by its own index.
    return { sql: `t.id IN (SELECT x.id FROM ${resource.table} x WHERE ${own.sql.replace(/\bt\./g, 'x.')} UNION ALL ${others.sql})`, bindings: [...own.bindings, ...others.bindings] };
  });
}

/** Words have no blanks, so that a word which occurs in the joined text occurs in one of its fields: the first part finds by index, the second leaves out what is hidden. */
function searchTemplate(resource: Resource, hidden: ReadonlySet<string>): string | null {
  const searched = Object.entries(resource.searched ?? {});
  if (resource.search === null || !searched.some(([name]) => hidden.has(name))) return resource.search;
  const shown = searched.filter(([name]) => !hidden.has(name)).map(([, condition]) => condition);
  return shown.length === 0 ? 'false' : `(${resource.search}) AND (${shown.join(' OR ')})`;
}

/** The order of a list, ties broken by id, which is how the indexes are built. */
export function orderSql(sort: readonly SortKey[]): string {
  return [...sort.map((key) => `t.${key.field} ${key.descending ? 'DESC' : 'ASC'}`), 't.id ASC'].join(', ');
}

/** Rows after a position: key 1 beyond, or equal and key 2 beyond, … nulls being last upwards and first downwards, as in Postgres's own order. */
export function afterCondition(resource: Resource, query: ListQuery, position: Position): Sql {
  const alternatives: string[] = [];
  const bindings: Knex.Value[] = [];
  const equals: { sql: string; bindings: Knex.Value[] }[] = [];
  query.sort.forEach((key, index) => {
    const column = `t.${key.field}`;
    const value = position.values[index] ?? null;
    const nullable = resource.fields[key.field]?.nullable === true;
    const beyond = ((): { sql: string; bindings: Knex.Value[] } | null => {
      if (value === null) return key.descending ? { sql: `${column} IS NOT NULL`, bindings: [] } : null;
      if (key.descending) return { sql: `${column} < ?`, bindings: [value] };
      return { sql: nullable ? `(${column} > ? OR ${column} IS NULL)` : `${column} > ?`, bindings: [value] };
    })();
    if (beyond) {
      alternatives.push(`(${[...equals.map((one) => one.sql), beyond.sql].join(' AND ')})`);
      bindings.push(...equals.flatMap((one) => one.bindings), ...beyond.bindings);
    }
    equals.push(value === null ? { sql: `${column} IS NULL`, bindings: [] } : { sql: `${column} = ?`, bindings: [value] });
  });
  alternatives.push(`(${[...equals.map((one) => one.sql), 't.id > ?'].join(' AND ')})`);
  bindings.push(...equals.flatMap((one) => one.bindings), position.id);
  const condition = { sql: `(${alternatives.join(' OR ')})`, bindings };
  // Implied by the rest, but in a form that lets the index start at the position instead of filtering from its beginning.
  const first = query.sort[0];
  const start = position.values[0] ?? null;
  if (!first || start === null || (resource.fields[first.field]?.nullable === true && !first.descending)) return condition;
  return { sql: `t.${first.field} ${first.descending ? '<=' : '>='} ? AND ${condition.sql}`, bindings: [start, ...bindings] };
}
