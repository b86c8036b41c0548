import { quoteName } from 'crm_warehouse';
import pg from 'pg';
import { canonicalColumn } from '../parity/canonical.columns.js';
import { readPublishedTables } from '../sources/embedded/catalogue.reader.js';
import { textSession } from '../sources/embedded/session.options.js';
import type { Profile } from './profile.testing.js';

/** Says which columns of a table differ between Postgres and the warehouse, with the texts of both sides, two rows of each: `key column: mine ≠ theirs`. */
export async function differingColumns(profile: Profile, table: string, limit = 20): Promise<string[]> {
  const client = new pg.Client({ connectionString: profile.postgres.url, options: textSession });
  await client.connect();
  try {
    const shape = (await readPublishedTables(client, 'crm_cdc')).find((one) => one.name === table);
    if (!shape) return [`${table} is not published`];
    const found: string[] = [];
    const key = { mine: shape.primaryKey.map((name) => `${pg.escapeIdentifier(name)}::text`).join(` || ',' || `), theirs: `concat(${shape.primaryKey.map((name) => `toString(${quoteName(name)})`).join(`, ',', `)}, '')` };
    for (const column of shape.columns) {
      const canonical = canonicalColumn(column);
      const mine = new Map((await client.query<{ k: string; v: string | null }>(`SELECT ${key.mine} AS k, ${canonical.postgres} AS v FROM crm_core.${pg.escapeIdentifier(table)}`)).rows.map((row) => [row.k, row.v]));
      const theirs = new Map((await profile.rows<{ _k: string; _v: string | null }>(`SELECT ${key.theirs} AS _k, ${canonical.warehouse} AS _v FROM crm_raw.${quoteName(table)} FINAL`)).map((row) => [row._k, row._v]));
      let shownOfColumn = 0;
      for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
        const [a, b] = [mine.get(id), theirs.get(id)];
        if (a !== b && shownOfColumn++ < 2) found.push(`${id} ${column.name} (${column.type}): ${shown(a)} ≠ ${shown(b)}`);
      }
    }
    return found.slice(0, limit);
  } finally {
    await client.end();
  }
}

function shown(value: string | null | undefined): string {
  return value === undefined ? '(no row)' : (JSON.stringify(value) ?? 'null').slice(0, 200);
}
