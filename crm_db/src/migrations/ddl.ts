import type { Knex } from 'knex';

/** A reversible change of the schema. `name` sorts by time and never changes once released. */
export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

interface TableOptions {
  /** False keeps the table out of the publication: secrets and machinery never leave Postgres. */
  readonly stream?: boolean;
}

/**
 * Creates `crm_core.<name>` with the columns every table has (id, created_at, updated_at, deleted_at) around `columns`,
 * publishes it to the change stream and grants it to the application's roles.
 */
export async function createTable(knex: Knex, name: string, columns: string, options: TableOptions = {}): Promise<void> {
  await knex.raw(`
    CREATE TABLE crm_core.${name} (
      id uuid PRIMARY KEY DEFAULT crm_core.crm_uuid_v7(),
      ${columns.trim().replace(/,$/, '')},
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz
    )`);
  await knex.raw(`CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.${name} FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch()`);
  if (options.stream !== false) {
    // FULL: the old row travels with each change, so large values that an update left alone are never missing downstream.
    await knex.raw(`ALTER TABLE crm_core.${name} REPLICA IDENTITY FULL`);
    await knex.raw(`ALTER PUBLICATION crm_cdc ADD TABLE crm_core.${name}`);
  }
}

/** Drops tables in the given order. */
export async function dropTables(knex: Knex, names: readonly string[]): Promise<void> {
  for (const name of names) await knex.raw(`DROP TABLE crm_core.${name}`);
}

/** Creates indexes from `[name, definition]` pairs, the definition being all that follows `ON crm_core.`. */
export async function createIndexes(knex: Knex, indexes: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, definition] of indexes) await knex.raw(`CREATE INDEX ${name} ON crm_core.${definition}`);
}

/** Creates unique indexes from `[name, definition]` pairs. */
export async function createUniques(knex: Knex, indexes: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, definition] of indexes) await knex.raw(`CREATE UNIQUE INDEX ${name} ON crm_core.${definition}`);
}

/** Columns of rows that came from another system: the pair identifies the row there, so that a second import finds it. */
export const externalColumns = `
      external_source text,
      external_id text`;

/** The unique index that makes repeated imports find the row they made before. */
export function externalUnique(table: string): readonly [string, string] {
  return [`${table}_external_key`, `${table} (external_source, external_id) WHERE external_id IS NOT NULL AND deleted_at IS NULL`];
}
