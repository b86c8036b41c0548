import type { Knex } from 'knex';
import type { LinkRow, SealRow } from './chain.types.js';

const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint`;
// The same as the database's own, and written here once more on purpose: whoever changes the function there does not change what is checked.
const content = `ROW(l.before, l.after, l.ip, l.user_agent, ${micros('l.updated_at')}, ${micros('l.deleted_at')})::text`;
const facts = `ROW(l.id, ${micros('l.occurred_at')}, ${micros('l.created_at')}, l.actor_id, l.actor_kind, l.action, l.entity, l.entity_id, l.request_id, l.session_id, l.client_id,
  l.method, l.route, l.status, l.duration_ms, l.content_digest)::text`;
const entry = `l.id IS NOT NULL AS present, l.salt, l.content_digest, l.digest AS own_digest, l.erased_by, CASE WHEN l.id IS NOT NULL THEN ${content} END AS content,
  CASE WHEN l.id IS NOT NULL THEN ${facts} END AS facts, e.after->'entries'->>(l.id::text) AS replaced`;
// Each batch looks its entries up by key: left to choose, the planner may read the whole log for every batch while its statistics are old.
const joined = (link: string): string => `LEFT JOIN LATERAL (SELECT * FROM crm_core.crm_audit_log x WHERE x.id = ${link}.id OFFSET 0) l ON true
  LEFT JOIN LATERAL (SELECT x.after FROM crm_core.crm_audit_log x WHERE x.id = l.erased_by AND x.action = 'erase' AND x.entity = 'audit' OFFSET 0) e ON true`;
const untouched = (row: string): string => `(${row}.updated_at = ${row}.created_at AND ${row}.deleted_at IS NULL) AS untouched`;

/** The number of the last link; 0 for an empty chain. */
export async function lastPosition(db: Knex): Promise<number> {
  const { rows: [row] } = await db.raw<{ rows: { last: string | null }[] }>('SELECT max(position) AS last FROM crm_core.crm_audit_chain');
  return Number(row?.last ?? 0);
}

/** The number up to which seals were made; 0 without any. */
export async function lastSealed(db: Knex): Promise<number> {
  const { rows: [row] } = await db.raw<{ rows: { last: string | null }[] }>('SELECT max(last_position) AS last FROM crm_core.crm_audit_seals');
  return Number(row?.last ?? 0);
}

/** Links above `after` up to `upTo` in their order, at most `limit`. */
export async function readLinks(db: Knex, after: number, upTo: number, limit: number): Promise<LinkRow[]> {
  const { rows } = await db.raw<{ rows: LinkRow[] }>(`SELECT c.position, c.id, c.digest, c.hash, c.seal_id, ${untouched('c')}, ${entry}
    FROM (SELECT * FROM crm_core.crm_audit_chain WHERE position > ? AND position <= ? ORDER BY position LIMIT ?) c ${joined('c')} ORDER BY c.position`, [after, upTo, limit]);
  return rows;
}

/** Seals that end above `after` and at most at `upTo`. */
export async function readSeals(db: Knex, after: number, upTo: number): Promise<SealRow[]> {
  const { rows } = await db.raw<{ rows: SealRow[] }>(`SELECT s.id, s.first_position, s.last_position, s.previous_head, s.head, ${untouched('s')}
    FROM crm_core.crm_audit_seals s WHERE s.last_position > ? AND s.last_position <= ? ORDER BY s.last_position`, [after, upTo]);
  return rows;
}

/** Entries that wait for their seal, after an id, as links without a number; `age` are seconds since they were written. */
export async function readWaiting(db: Knex, after: string, limit: number): Promise<(LinkRow & { age: number })[]> {
  const { rows } = await db.raw<{ rows: (LinkRow & { age: number })[] }>(`SELECT '0' AS position, p.id, p.digest, '' AS hash, '' AS seal_id, ${untouched('p')}, ${entry},
      extract(epoch FROM clock_timestamp() - p.created_at)::float8 AS age
    FROM (SELECT * FROM crm_core.crm_audit_pending WHERE id > ?::uuid ORDER BY id LIMIT ?) p ${joined('p')} ORDER BY p.id`, [after, limit]);
  return rows;
}

/** How many entries of the log are neither in the chain nor waiting, and the first of them. One statement sees one moment, so that a seal in between moves nothing past it. */
export async function readUnchained(db: Knex, limit: number): Promise<{ count: number; ids: string[] }> {
  const { rows: [row] } = await db.raw<{ rows: { count: string; ids: string[] | null }[] }>(`
    WITH loose AS MATERIALIZED (SELECT l.id FROM crm_core.crm_audit_log l
      WHERE NOT EXISTS (SELECT FROM crm_core.crm_audit_chain c WHERE c.id = l.id) AND NOT EXISTS (SELECT FROM crm_core.crm_audit_pending p WHERE p.id = l.id))
    SELECT (SELECT count(*) FROM loose) AS count, (SELECT array_agg(id::text) FROM (SELECT id FROM loose ORDER BY id LIMIT ?) f) AS ids`, [limit]);
  return { count: Number(row?.count ?? 0), ids: row?.ids ?? [] };
}
