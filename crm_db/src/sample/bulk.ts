import type pg from 'pg';

interface Statement {
  readonly drop: string;
  readonly create: string;
}

/**
 * Drops foreign keys, primary keys, unique constraints and indexes of crm_core, and stills the outbox of webhooks, within the caller's transaction and returns how to build them again.
 * Checking every row of a load against four parents costs more than writing it; building a key over finished rows is one sorted pass.
 */
export async function dropForLoad(client: pg.ClientBase): Promise<() => Promise<void>> {
  const constraints = await client.query<Statement & { contype: string }>(`
    SELECT contype::text,
      format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
      format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
    FROM pg_constraint WHERE connamespace = 'crm_core'::regnamespace AND contype IN ('f', 'p', 'u')
      AND conrelid::regclass::text !~ 'crm_migrations'
    ORDER BY contype, conrelid::regclass::text, conname`);
  const indexes = await client.query<Statement>(`
    SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop, pg_get_indexdef(i.indexrelid) AS create
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'crm_core'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY c.relname`);
  const foreign = constraints.rows.filter(({ contype }) => contype === 'f');
  const keys = constraints.rows.filter(({ contype }) => contype !== 'f');
  // Nobody is to be told of ten million rows, and asking so for each of them takes longer than writing it.
  const telling = await client.query<{ relation: string; name: string }>(`SELECT tgrelid::regclass::text AS relation, tgname AS name FROM pg_trigger WHERE tgname LIKE 'crm\\_webhook\\_%' ORDER BY 1, 2`);
  for (const { drop } of [...foreign, ...indexes.rows, ...keys]) await client.query(drop);
  for (const { relation, name } of telling.rows) await client.query(`ALTER TABLE ${relation} DISABLE TRIGGER ${name}`);
  return async () => {
    await client.query(`SET LOCAL maintenance_work_mem = '512MB'`);
    for (const { relation, name } of telling.rows) await client.query(`ALTER TABLE ${relation} ENABLE TRIGGER ${name}`);
    for (const { create } of [...keys, ...indexes.rows, ...foreign]) await client.query(create);
  };
}
