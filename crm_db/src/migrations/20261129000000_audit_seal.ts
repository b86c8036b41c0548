import { createIndexes, createTable, dropTables, type Migration } from './ddl.js';

const added = ['session_id', 'client_id', 'method', 'route', 'status', 'duration_ms', 'user_agent', 'salt', 'content_digest', 'digest', 'erased_by'] as const;
// Lists of deleted records would otherwise read whole tables for a handful of rows.
const restorable = [
  'accounts', 'contacts', 'leads', 'deals', 'pipelines', 'products', 'quotes', 'invoices', 'subscriptions', 'tickets', 'activities', 'campaigns', 'users', 'teams',
] as const;
const guarded = ['crm_audit_log', 'crm_audit_chain', 'crm_audit_seals', 'crm_audit_pending'] as const;

const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint`;
const sha256 = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;
// What may be a person's, hashed with a salt that goes with it; and all the rest, which stays. How Postgres prints a row is unambiguous: NULL is nothing, '' is "".
const contentDigest = (row: string): string =>
  sha256(`${row}.salt || ROW(${row}.before, ${row}.after, ${row}.ip, ${row}.user_agent, ${micros(`${row}.updated_at`)}, ${micros(`${row}.deleted_at`)})::text`);
const digest = (row: string): string => sha256(`ROW(${row}.id, ${micros(`${row}.occurred_at`)}, ${micros(`${row}.created_at`)}, ${row}.actor_id, ${row}.actor_kind, ${row}.action, ${row}.entity, ${row}.entity_id,
      ${row}.request_id, ${row}.session_id, ${row}.client_id, ${row}.method, ${row}.route, ${row}.status, ${row}.duration_ms, ${row}.content_digest)::text`);
const salt = `encode(uuid_send(gen_random_uuid()), 'hex')`;

/** Requests in the audit log; its entries sealed into a chain of hashes, which only two functions of the owner may write. */
export const auditSeal: Migration = {
  name: '20261129000000_audit_seal',
  async up(knex) {
    await knex.raw(`ALTER TABLE crm_core.crm_audit_log
      DROP CONSTRAINT crm_audit_log_actor_kind_check,
      ADD CONSTRAINT crm_audit_log_actor_kind_check CHECK (actor_kind IN ('user', 'client', 'system', 'import', 'model', 'anonymous')),
      ADD COLUMN session_id uuid, ADD COLUMN client_id text, ADD COLUMN method text, ADD COLUMN route text, ADD COLUMN status smallint, ADD COLUMN duration_ms integer,
      ADD COLUMN user_agent text, ADD COLUMN salt text, ADD COLUMN content_digest text, ADD COLUMN digest text, ADD COLUMN erased_by uuid`);
    await createTable(knex, 'crm_audit_chain', `
      position bigint NOT NULL UNIQUE,
      digest text NOT NULL,
      hash text NOT NULL,
      seal_id uuid NOT NULL`, { stream: false });
    // The head of the chain after each seal travels to the warehouse, so that a chain rewritten here disagrees with the copy there.
    await createTable(knex, 'crm_audit_seals', `
      first_position bigint NOT NULL,
      last_position bigint NOT NULL UNIQUE,
      previous_head text NOT NULL,
      head text NOT NULL`);
    await createTable(knex, 'crm_audit_pending', `digest text NOT NULL`, { stream: false });
    // Entries from before get their digests now and wait like new ones; the times of their last change stay what they were.
    await knex.raw('ALTER TABLE crm_core.crm_audit_log DISABLE TRIGGER crm_touch');
    await knex.raw(`UPDATE crm_core.crm_audit_log l SET salt = ${salt}`);
    await knex.raw(`UPDATE crm_core.crm_audit_log l SET content_digest = ${contentDigest('l')}`);
    await knex.raw(`UPDATE crm_core.crm_audit_log l SET digest = ${digest('l')}`);
    await knex.raw('INSERT INTO crm_core.crm_audit_pending (id, digest) SELECT id, digest FROM crm_core.crm_audit_log');
    await knex.raw('ALTER TABLE crm_core.crm_audit_log ENABLE TRIGGER crm_touch');
    await knex.raw('ALTER TABLE crm_core.crm_audit_log ALTER COLUMN salt SET NOT NULL, ALTER COLUMN content_digest SET NOT NULL, ALTER COLUMN digest SET NOT NULL');
    await knex.raw(`CREATE FUNCTION crm_core.crm_audit_enter() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.created_at := clock_timestamp();
        NEW.updated_at := NEW.created_at;
        NEW.deleted_at := NULL;
        NEW.erased_by := NULL;
        NEW.salt := ${salt};
        NEW.content_digest := ${contentDigest('NEW')};
        NEW.digest := ${digest('NEW')};
        RETURN NEW;
      END $$`);
    await knex.raw('CREATE TRIGGER crm_audit_enter BEFORE INSERT ON crm_core.crm_audit_log FOR EACH ROW EXECUTE FUNCTION crm_core.crm_audit_enter()');
    // In the transaction of the entry: what was committed waits for its seal, whatever crashes. Writers share nothing, so none waits for another.
    await knex.raw(`CREATE FUNCTION crm_core.crm_audit_wait() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm_core, pg_temp AS $$
      BEGIN
        INSERT INTO crm_core.crm_audit_pending (id, digest) SELECT id, digest FROM entered;
        RETURN NULL;
      END $$`);
    await knex.raw('CREATE TRIGGER crm_audit_wait AFTER INSERT ON crm_core.crm_audit_log REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_audit_wait()');
    await createSeal(knex);
    await createErasure(knex);
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_audit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'crm_audit_log' AND current_setting('crm.audit_path', true) = 'erasure' THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'crm_audit_pending' AND current_setting('crm.audit_path', true) = 'seal' THEN RETURN OLD; END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of guarded) {
      await knex.raw(`CREATE TRIGGER crm_append_only BEFORE UPDATE OR DELETE ON crm_core.${table} FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_audit()`);
      await knex.raw(`CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.${table} FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_audit()`);
    }
    await createIndexes(knex, [
      ['crm_audit_log_time_idx', 'crm_audit_log (occurred_at DESC, id)'],
      ['crm_audit_log_actor_idx', 'crm_audit_log (actor_id, occurred_at DESC)'],
      ['crm_audit_log_request_idx', 'crm_audit_log (request_id)'],
      ...restorable.map((name): [string, string] => [`crm_${name}_deleted_idx`, `crm_${name} (deleted_at) WHERE deleted_at IS NOT NULL`]),
    ]);
  },
  async down(knex) {
    for (const name of restorable) await knex.raw(`DROP INDEX crm_core.crm_${name}_deleted_idx`);
    for (const name of ['request', 'actor', 'time']) await knex.raw(`DROP INDEX crm_core.crm_audit_log_${name}_idx`);
    for (const trigger of ['crm_append_only', 'crm_never_emptied', 'crm_audit_enter', 'crm_audit_wait']) await knex.raw(`DROP TRIGGER ${trigger} ON crm_core.crm_audit_log`);
    await dropTables(knex, ['crm_audit_pending', 'crm_audit_seals', 'crm_audit_chain']);
    for (const name of ['crm_audit_enter()', 'crm_audit_wait()', 'crm_append_only_audit()', 'crm_audit_seal(integer)', 'crm_audit_erase(uuid[], uuid[], text, text, uuid, text, text)']) {
      await knex.raw(`DROP FUNCTION crm_core.${name}`);
    }
    await knex.raw(`DELETE FROM crm_core.crm_audit_log WHERE actor_kind = 'anonymous'`);
    await knex.raw(`ALTER TABLE crm_core.crm_audit_log ${added.map((name) => `DROP COLUMN ${name}`).join(', ')},
      DROP CONSTRAINT crm_audit_log_actor_kind_check,
      ADD CONSTRAINT crm_audit_log_actor_kind_check CHECK (actor_kind IN ('user', 'client', 'system', 'import', 'model'))`);
  },
};

/** Moves up to `most` waiting entries into the chain, in the order of their ids; nothing happens while another seal is being made. */
async function createSeal(knex: Parameters<Migration['up']>[0]): Promise<void> {
  await knex.raw(`CREATE FUNCTION crm_core.crm_audit_seal(most integer) RETURNS TABLE (first_position bigint, last_position bigint, head text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm_core, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      waiting record;
      seal uuid := crm_core.crm_uuid_v7();
      begun bigint;
      place bigint;
      before text;
      chained text;
      done uuid[] := '{}';
    BEGIN
      IF NOT pg_try_advisory_xact_lock(7264200) THEN RETURN; END IF;
      SELECT s.last_position, s.head INTO begun, before FROM crm_core.crm_audit_seals s ORDER BY s.last_position DESC LIMIT 1;
      begun := coalesce(begun, 0);
      before := coalesce(before, repeat('0', 64));
      place := begun;
      chained := before;
      FOR waiting IN SELECT p.id, p.digest FROM crm_core.crm_audit_pending p ORDER BY p.id LIMIT most LOOP
        place := place + 1;
        chained := ${sha256(`chained || ':' || place || ':' || waiting.id || ':' || waiting.digest`)};
        INSERT INTO crm_core.crm_audit_chain (id, position, digest, hash, seal_id) VALUES (waiting.id, place, waiting.digest, chained, seal);
        done := done || waiting.id;
      END LOOP;
      IF place = begun THEN RETURN; END IF;
      PERFORM set_config('crm.audit_path', 'seal', true);
      DELETE FROM crm_core.crm_audit_pending p WHERE p.id = ANY(done);
      PERFORM set_config('crm.audit_path', '', true);
      INSERT INTO crm_core.crm_audit_seals (id, first_position, last_position, previous_head, head) VALUES (seal, begun + 1, place, before, chained);
      RETURN QUERY SELECT begun + 1, place, chained;
    END $$`);
  await knex.raw('REVOKE ALL ON FUNCTION crm_core.crm_audit_seal(integer) FROM PUBLIC');
}

/**
 * Takes persons out of entries: all content of entries about `subjects`, address and browser of entries by `people`, what matches `pattern` everywhere. The digests that
 * are in the chain stay; what is left gets a new salt, and its new digest stands in an entry of its own, which is chained like any other.
 */
async function createErasure(knex: Parameters<Migration['up']>[0]): Promise<void> {
  await knex.raw(`CREATE FUNCTION crm_core.crm_audit_erase(subjects uuid[], people uuid[], pattern text, pseudonym text, by_id uuid, by_kind text, by_request text) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm_core, pg_temp AS $$
    DECLARE
      touched uuid[];
      part uuid[];
      entry crm_core.crm_audit_log;
      listed jsonb;
      note uuid;
    BEGIN
      SELECT array_agg(l.id ORDER BY l.id) INTO touched FROM crm_core.crm_audit_log l
        WHERE (l.action, l.entity) <> ('erase', 'audit') AND ((l.entity_id = ANY(subjects) AND num_nonnulls(l.before, l.after, l.ip, l.user_agent) > 0) OR (l.actor_id = ANY(people) AND num_nonnulls(l.ip, l.user_agent) > 0)
           OR l.before::text ~* pattern OR l.after::text ~* pattern);
      PERFORM set_config('crm.audit_path', 'erasure', true);
      -- Some thousands at a time, so that no single entry becomes too large to store or to stream.
      FOR start IN 1 .. coalesce(cardinality(touched), 0) BY 2000 LOOP
        part := touched[start : start + 1999];
        note := crm_core.crm_uuid_v7();
        listed := '{}';
        FOR entry IN SELECT * FROM crm_core.crm_audit_log WHERE id = ANY(part) ORDER BY id FOR UPDATE LOOP
          IF entry.entity_id = ANY(subjects) THEN
            entry.before := NULL; entry.after := NULL; entry.ip := NULL; entry.user_agent := NULL;
          END IF;
          IF entry.actor_id = ANY(people) THEN entry.ip := NULL; entry.user_agent := NULL; END IF;
          IF pattern IS NOT NULL THEN
            entry.before := regexp_replace(entry.before::text, pattern, pseudonym, 'gi')::jsonb;
            entry.after := regexp_replace(entry.after::text, pattern, pseudonym, 'gi')::jsonb;
          END IF;
          entry.salt := ${salt};
          entry.updated_at := clock_timestamp();
          listed := listed || jsonb_build_object(entry.id, ${contentDigest('entry')});
          UPDATE crm_core.crm_audit_log l SET before = entry.before, after = entry.after, ip = entry.ip, user_agent = entry.user_agent, salt = entry.salt, updated_at = entry.updated_at,
            erased_by = note WHERE l.id = entry.id;
        END LOOP;
        INSERT INTO crm_core.crm_audit_log (id, actor_id, actor_kind, action, entity, after, request_id)
          VALUES (note, by_id, by_kind, 'erase', 'audit', jsonb_build_object('entries', listed), by_request);
      END LOOP;
      PERFORM set_config('crm.audit_path', '', true);
      RETURN QUERY SELECT unnest(touched);
    END $$`);
  await knex.raw('REVOKE ALL ON FUNCTION crm_core.crm_audit_erase(uuid[], uuid[], text, text, uuid, text, text) FROM PUBLIC');
}
