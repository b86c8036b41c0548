import { createIndexes, createUniques, type Migration } from './ddl.js';

const kinds = ['text', 'long_text', 'integer', 'decimal', 'money', 'date', 'datetime', 'boolean', 'choice', 'multi_choice', 'url', 'email', 'phone'];
const before = ['text', 'number', 'money', 'date', 'timestamp', 'boolean', 'choice', 'multi_choice', 'user', 'url'];
const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const stored = 'text_value, number_value, date_value, timestamp_value, boolean_value, json_value';

/** Indexes by which lists are filtered and sorted: each begins with the field, so that one serves all fields of its kind; the id at the end makes pages stable. */
const typed = ['number_value', 'date_value', 'timestamp_value', 'text_value', 'boolean_value'] as const;

// Everybody sees which fields and tags there are; what one saves for oneself is one's own.
const everybody = { custom_fields: { read: 'all' }, tags: { read: 'all' }, segments: { read: 'all', write: 'own', delete: 'own' } };
const whole = { read: 'all', write: 'all', delete: 'all', export: 'all' };
const granted = [
  ['admin', { custom_fields: whole, tags: whole, segments: whole }],
  ['manager', { ...everybody, tags: { read: 'all', write: 'all', delete: 'all' } }],
  ...['exec', 'rep', 'analyst', 'finance'].map((key) => [key, everybody] as const),
] as const;

/** Custom fields with rules, values that can be unique, long and searched, segments with an order and a circle of viewers. */
export const recordsExtend: Migration = {
  name: '20261129000700_records_extend',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_custom_fields DROP CONSTRAINT crm_custom_fields_type_check`);
    await knex.raw(`UPDATE crm_core.crm_custom_fields SET type = CASE type WHEN 'number' THEN 'decimal' WHEN 'timestamp' THEN 'datetime' ELSE 'text' END WHERE type IN ('number', 'timestamp', 'user')`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_fields
      ADD CONSTRAINT crm_custom_fields_type_check CHECK (type IN (${list(kinds)})),
      ADD CONSTRAINT crm_custom_fields_entity_check CHECK (entity IN ('accounts', 'contacts', 'leads', 'deals', 'tickets')),
      ADD COLUMN is_unique boolean NOT NULL DEFAULT false,
      ADD COLUMN min_value text,
      ADD COLUMN max_value text,
      ADD COLUMN pattern text,
      ADD COLUMN archived_at timestamptz`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_values
      DROP CONSTRAINT crm_custom_values_check,
      ADD COLUMN long_text_value text,
      ADD COLUMN unique_value text,
      ADD CONSTRAINT crm_custom_values_check CHECK (num_nonnulls(${stored}, long_text_value) = 1)`);
    await createUniques(knex, [['crm_custom_values_unique_key', 'crm_custom_values (field_id, unique_value) WHERE unique_value IS NOT NULL AND deleted_at IS NULL']]);
    await createIndexes(knex, [
      ...typed.map((column) => [`crm_custom_values_${column}_idx`, `crm_custom_values (field_id, ${column}, entity_id) WHERE ${column} IS NOT NULL AND deleted_at IS NULL`] as const),
      ['crm_custom_values_json_value_idx', 'crm_custom_values USING gin (field_id, json_value) WHERE json_value IS NOT NULL AND deleted_at IS NULL'],
      ['crm_custom_values_words_trgm', 'crm_custom_values USING gin (crm_core.crm_fold(coalesce(text_value, long_text_value)) gin_trgm_ops) WHERE deleted_at IS NULL'],
    ]);
    // In place, so that the column keeps its position when the migration is taken back.
    await knex.raw(`ALTER TABLE crm_core.crm_segments ALTER COLUMN shared DROP DEFAULT, ALTER COLUMN shared TYPE text USING CASE WHEN shared THEN 'all' ELSE 'private' END`);
    await knex.raw(`ALTER TABLE crm_core.crm_segments RENAME COLUMN shared TO visibility`);
    await knex.raw(`ALTER TABLE crm_core.crm_segments
      ALTER COLUMN visibility SET DEFAULT 'private',
      ADD CONSTRAINT crm_segments_visibility_check CHECK (visibility IN ('private', 'team', 'all')),
      ADD COLUMN q text,
      ADD COLUMN sort text`);
    await createIndexes(knex, [['crm_segments_entity_idx', 'crm_segments (entity, name) WHERE deleted_at IS NULL']]);
    for (const [key, permissions] of granted) {
      await knex.raw(`UPDATE crm_core.crm_roles SET permissions = ?::jsonb || permissions WHERE key = ? AND deleted_at IS NULL`, [JSON.stringify(permissions), key]);
    }
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - '{custom_fields,tags,segments}'::text[]`);
    await knex.raw('DROP INDEX crm_core.crm_segments_entity_idx');
    await knex.raw(`ALTER TABLE crm_core.crm_segments DROP CONSTRAINT crm_segments_visibility_check, DROP COLUMN sort, DROP COLUMN q, ALTER COLUMN visibility DROP DEFAULT`);
    await knex.raw(`ALTER TABLE crm_core.crm_segments RENAME COLUMN visibility TO shared`);
    await knex.raw(`ALTER TABLE crm_core.crm_segments ALTER COLUMN shared TYPE boolean USING shared <> 'private'`);
    await knex.raw(`ALTER TABLE crm_core.crm_segments ALTER COLUMN shared SET DEFAULT false`);
    for (const name of ['crm_custom_values_words_trgm', 'crm_custom_values_json_value_idx', ...typed.map((column) => `crm_custom_values_${column}_idx`), 'crm_custom_values_unique_key']) await knex.raw(`DROP INDEX crm_core.${name}`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_values DROP CONSTRAINT crm_custom_values_check, DROP COLUMN unique_value`);
    await knex.raw(`UPDATE crm_core.crm_custom_values SET text_value = long_text_value WHERE long_text_value IS NOT NULL`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_values DROP COLUMN long_text_value, ADD CONSTRAINT crm_custom_values_check CHECK (num_nonnulls(${stored}) = 1)`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_fields
      DROP CONSTRAINT crm_custom_fields_type_check, DROP CONSTRAINT crm_custom_fields_entity_check,
      DROP COLUMN archived_at, DROP COLUMN pattern, DROP COLUMN max_value, DROP COLUMN min_value, DROP COLUMN is_unique`);
    await knex.raw(`UPDATE crm_core.crm_custom_fields SET type = CASE WHEN type IN ('integer', 'decimal') THEN 'number' WHEN type = 'datetime' THEN 'timestamp' ELSE 'text' END WHERE NOT type IN (${list(before)})`);
    await knex.raw(`ALTER TABLE crm_core.crm_custom_fields ADD CONSTRAINT crm_custom_fields_type_check CHECK (type IN (${list(before)}))`);
  },
};
