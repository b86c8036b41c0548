import type { Migration } from './ddl.js';

/** Extensions, functions and the publication that every later migration builds on. */
export const coreCreate: Migration = {
  name: '20261122000000_core_create',
  async up(knex) {
    for (const extension of ['pg_trgm', 'citext', 'unaccent', 'btree_gin']) {
      await knex.raw(`CREATE EXTENSION IF NOT EXISTS ${extension} WITH SCHEMA public`);
    }
    // RFC 9562 UUIDv7 with the sub-millisecond part in rand_a, so that ids made in one millisecond still sort by time.
    await knex.raw(`
      CREATE FUNCTION crm_core.crm_uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
        SELECT encode(
          overlay(
            overlay(uuid_send(gen_random_uuid())
              PLACING substring(int8send(floor(t.us / 1000)::bigint) FROM 3) FROM 1 FOR 6)
            PLACING int2send((28672 + floor(mod(t.us, 1000) * 4.096)::int)::smallint) FROM 7 FOR 2),
          'hex')::uuid
        FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000) AS us) t
      $$`);
    await knex.raw(`
      CREATE FUNCTION crm_core.crm_touch() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := now(); END IF;
        RETURN NEW;
      END $$`);
    // One spelling for searching and matching: case, accents, Arabic diacritics, tatweel and letter variants do not count.
    // unaccent() is only STABLE because its dictionary can be replaced; ours is not, and generated columns demand IMMUTABLE.
    await knex.raw(`
      CREATE FUNCTION crm_core.crm_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT translate(
          regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '[\\u064B-\\u065F\\u0670\\u0640]', '', 'g'),
          'أإآٱىةؤئ٠١٢٣٤٥٦٧٨٩', 'ااااي' || 'هوي0123456789')
      $$`);
    await knex.raw(`
      CREATE FUNCTION crm_core.crm_fingerprint(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT regexp_replace(crm_core.crm_fold(value), '[^[:alnum:]]+', '', 'g')
      $$`);
    // Postgres 18 refuses to update a table whose REPLICA IDENTITY FULL holds stored generated columns, unless they are published.
    await knex.raw(`
      DO $$ BEGIN
        EXECUTE 'CREATE PUBLICATION crm_cdc' ||
          CASE WHEN current_setting('server_version_num')::int >= 180000 THEN ' WITH (publish_generated_columns = stored)' ELSE '' END;
      END $$`);
  },
  async down(knex) {
    await knex.raw('DROP PUBLICATION crm_cdc');
    await knex.raw('DROP FUNCTION crm_core.crm_fingerprint(text)');
    await knex.raw('DROP FUNCTION crm_core.crm_fold(text)');
    await knex.raw('DROP FUNCTION crm_core.crm_touch()');
    await knex.raw('DROP FUNCTION crm_core.crm_uuid_v7()');
  },
};
