import pg from 'pg';
import type { ChangeEnvelope } from '../../mappings/change.envelope.js';
import type { TableShape } from '../../mappings/table.shape.js';
import { errorCode } from '../../outcomes/error.classifier.js';
import { qualifiedName } from '../embedded/snapshot.query.js';
import { StreamInterruption } from './stream.interruption.js';

// No such table, column, schema, type or comparison (any more): the shape that was asked for has gone meanwhile.
const moved = new Set(['42P01', '42703', '3F000', '42704', '42883']);

/** A change some of whose values its record did not tell. */
export interface Incomplete {
  readonly envelope: ChangeEnvelope;
  readonly shape: TableShape;
  readonly ask: readonly string[];
}

/**
 * Reads columns that Debezium cannot carry (lists of lists, bits of any length, times with a zone, shapes, money) from Postgres as they
 * are now: at least as new as the change, and a later change of the row tells later. A row that is gone by now has no such values:
 * its delete is on the way, and until then they are NULL.
 */
export async function fillFromPostgres(client: pg.ClientBase, changes: readonly Incomplete[]): Promise<Map<ChangeEnvelope, ChangeEnvelope>> {
  const filled = new Map<ChangeEnvelope, ChangeEnvelope>();
  const byTable = new Map<TableShape, Incomplete[]>();
  for (const change of changes) {
    const group = byTable.get(change.shape);
    if (group) group.push(change);
    else byTable.set(change.shape, [change]);
  }
  for (const [shape, group] of byTable) {
    const wanted = [...new Set(group.flatMap((change) => change.ask))];
    const keys = new Map(group.map((change) => [keyText(shape, change.envelope), change.envelope.key]));
    const rows = await readColumns(client, shape, wanted, [...keys.values()]).catch((error: unknown) => {
      if (!moved.has(errorCode(error) ?? '')) throw error;
      throw new StreamInterruption(`${shape.name} has changed its shape while its values were looked up; reading again`, { cause: error });
    });
    for (const { envelope, ask } of group) {
      const row = rows.get(keyText(shape, envelope));
      const after = { ...envelope.after };
      for (const name of ask) after[name] = row?.[name] ?? null;
      filled.set(envelope, { ...envelope, after });
    }
  }
  return filled;
}

function keyText(shape: TableShape, envelope: ChangeEnvelope): string {
  return JSON.stringify(shape.primaryKey.map((name) => envelope.key[name]));
}

async function readColumns(client: pg.ClientBase, shape: TableShape, names: readonly string[], keys: readonly ChangeEnvelope['key'][]): Promise<Map<string, Record<string, string | null>>> {
  const own = shape.primaryKey.map((name, i) => ({ column: `t.${pg.escapeIdentifier(name)}`, asked: `k.k${i}`, type: shape.columns.find((column) => column.name === name)!.type }));
  // format() prints as the type's output function does; a cast to text trims char(n) and adds a netmask to inet.
  const shown = names.map((name, i) => `CASE WHEN t.${pg.escapeIdentifier(name)} IS NOT NULL THEN format('%s', t.${pg.escapeIdentifier(name)}) END AS v${i}`);
  const { rows } = await client.query<Record<string, string | null>>(
    `SELECT ${own.map(({ asked }, i) => `${asked} AS k${i}`).join(', ')}, ${shown.join(', ')}
     FROM unnest(${own.map((_, i) => `$${i + 1}::text[]`).join(', ')}) AS k(${own.map((_, i) => `k${i}`).join(', ')})
     JOIN ${qualifiedName(shape)} AS t ON ${own.map(({ column, asked, type }) => `${column} = ${asked}::${type}`).join(' AND ')}`,
    shape.primaryKey.map((name) => keys.map((key) => key[name])));
  return new Map(rows.map((row) => [
    JSON.stringify(own.map((_, i) => row[`k${i}`])),
    Object.fromEntries(names.map((name, i) => [name, row[`v${i}`] ?? null])),
  ]));
}
