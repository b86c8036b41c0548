import pg from 'pg';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { TableShape } from '../mappings/table.shape.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';

/** Of the changes that bring a row, those whose row Postgres does not have any more. */
export async function findGone(client: pg.ClientBase, shape: TableShape, changes: readonly ChangeEnvelope[]): Promise<Set<ChangeEnvelope>> {
  const bringing = changes.filter(({ op }) => op !== 'd');
  if (bringing.length === 0) return new Set();
  const { primaryKey } = shape;
  const typed = primaryKey.map((name, i) => ({ name: pg.escapeIdentifier(name), at: `k${i}`, type: shape.columns.find((column) => column.name === name)?.type ?? 'text' }));
  const { rows } = await client.query<{ position: string }>(
    `SELECT k.position::text AS position
     FROM unnest(${primaryKey.map((_, i) => `$${i + 1}::text[]`).join(', ')}) WITH ORDINALITY AS k(${typed.map(({ at }) => at).join(', ')}, position)
     WHERE NOT EXISTS (SELECT 1 FROM ${qualifiedName(shape)} AS t WHERE ${typed.map(({ name, at, type }) => `t.${name} = k.${at}::${type}`).join(' AND ')})`,
    primaryKey.map((name) => bringing.map(({ key }) => key[name])));
  return new Set(rows.map(({ position }) => bringing[Number(position) - 1]!));
}
