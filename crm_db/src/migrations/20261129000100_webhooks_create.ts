import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

// Each kind of record whose changes are told, by table and by the word in its events.
const told = [
  ['accounts', 'account'], ['contacts', 'contact'], ['leads', 'lead'], ['deals', 'deal'], ['pipelines', 'pipeline'], ['products', 'product'], ['quotes', 'quote'], ['invoices', 'invoice'],
  ['subscriptions', 'subscription'], ['tickets', 'ticket'], ['activities', 'activity'], ['campaigns', 'campaign'], ['users', 'user'], ['teams', 'team'],
] as const;

const whole = { webhooks: { read: 'all', write: 'all', delete: 'all', export: 'all' } };

/** Webhooks: endpoints, the outbox of events that triggers write in the transaction of each change, deliveries and the log of attempts. None of it leaves Postgres. */
export const webhooksCreate: Migration = {
  name: '20261129000100_webhooks_create',
  async up(knex) {
    await createTable(knex, 'crm_webhooks', `
      user_id uuid REFERENCES crm_core.crm_users,
      client_id uuid REFERENCES crm_core.crm_api_clients,
      name text NOT NULL,
      url text NOT NULL,
      event_types text[] NOT NULL CHECK (cardinality(event_types) > 0),
      is_enabled boolean NOT NULL DEFAULT true,
      disabled_reason text CHECK (disabled_reason IN ('switched_off', 'failing', 'gone', 'owner_inactive')),
      disabled_at timestamptz,
      failing_since timestamptz,
      secret_sealed text NOT NULL,
      previous_secret_sealed text,
      previous_secret_until timestamptz,
      CHECK ((user_id IS NULL) <> (client_id IS NULL)),
      CHECK (is_enabled = (disabled_reason IS NULL))`, { stream: false });
    await createTable(knex, 'crm_webhook_events', `
      position bigint GENERATED ALWAYS AS IDENTITY,
      type text NOT NULL,
      resource text NOT NULL,
      record_id uuid NOT NULL,
      record jsonb NOT NULL,
      changed text[],
      previous jsonb,
      occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
      lsn pg_lsn,
      published_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_webhook_deliveries', `
      webhook_id uuid NOT NULL REFERENCES crm_core.crm_webhooks ON DELETE CASCADE,
      event_id uuid NOT NULL REFERENCES crm_core.crm_webhook_events ON DELETE CASCADE,
      record_id uuid NOT NULL,
      position bigint NOT NULL,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
      attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz NOT NULL DEFAULT now(),
      leased_until timestamptz,
      last_attempt_at timestamptz`, { stream: false });
    await createTable(knex, 'crm_webhook_attempts', `
      delivery_id uuid NOT NULL REFERENCES crm_core.crm_webhook_deliveries ON DELETE CASCADE,
      attempt integer NOT NULL,
      status integer,
      error text,
      duration_ms integer NOT NULL,
      response text`, { stream: false });
    await createUniques(knex, [['crm_webhook_events_position_key', 'crm_webhook_events (position)'], ['crm_webhook_deliveries_key', 'crm_webhook_deliveries (webhook_id, event_id)']]);
    await createIndexes(knex, [
      ['crm_webhook_events_unpublished_idx', 'crm_webhook_events (position) WHERE lsn IS NULL'],
      ['crm_webhook_events_lsn_idx', 'crm_webhook_events (lsn, position)'],
      ['crm_webhook_events_record_idx', 'crm_webhook_events (record_id)'],
      ['crm_webhook_events_occurred_idx', 'crm_webhook_events (occurred_at)'],
      ['crm_webhook_deliveries_event_idx', 'crm_webhook_deliveries (event_id)'],
      ['crm_webhook_deliveries_due_idx', `crm_webhook_deliveries (webhook_id, next_attempt_at, position) WHERE status = 'pending'`],
      ['crm_webhook_deliveries_record_idx', `crm_webhook_deliveries (webhook_id, record_id, position) WHERE status = 'pending'`],
      // How many are under way must not cost a look at all that waits.
      ['crm_webhook_deliveries_leased_idx', `crm_webhook_deliveries (webhook_id, leased_until) WHERE status = 'pending' AND leased_until IS NOT NULL`],
      ['crm_webhook_deliveries_log_idx', 'crm_webhook_deliveries (webhook_id, position DESC)'],
      ['crm_webhook_deliveries_dead_idx', `crm_webhook_deliveries (webhook_id, position DESC) WHERE status = 'dead'`],
      ['crm_webhook_attempts_delivery_idx', 'crm_webhook_attempts (delivery_id, created_at)'],
    ]);
    // A trigger and not the API's code: imports, erasures and statements typed by hand are changes like any other. It runs behind the row's lock, so that
    // positions of one record grow with its versions. While there is no webhook it does nothing but look.
    await knex.raw(`CREATE FUNCTION crm_core.crm_webhook_record() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        after jsonb;
        before jsonb;
        fields text[];
        verb text;
        entry record;
      BEGIN
        IF NOT EXISTS (SELECT FROM crm_core.crm_webhooks WHERE deleted_at IS NULL) THEN RETURN NULL; END IF;
        -- Generated columns stay behind: nobody is shown them, and an erasure would have to know their spelling of a name.
        IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD) - '{search_text,fingerprint}'::text[]; END IF;
        IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW) - '{search_text,fingerprint}'::text[]; END IF;
        IF TG_OP = 'UPDATE' THEN
          fields := ARRAY(SELECT n.key FROM jsonb_each(after) n WHERE n.key NOT IN ('updated_at', 'deleted_at') AND n.value IS DISTINCT FROM before -> n.key ORDER BY n.key);
        END IF;
        verb := CASE
          WHEN before IS NULL AND after ->> 'deleted_at' IS NULL THEN 'created'
          WHEN before IS NULL THEN NULL
          WHEN before ->> 'deleted_at' IS NULL AND (after IS NULL OR after ->> 'deleted_at' IS NOT NULL) THEN 'deleted'
          WHEN before ->> 'deleted_at' IS NOT NULL AND after ->> 'deleted_at' IS NULL AND after IS NOT NULL THEN 'restored'
          WHEN before ->> 'deleted_at' IS NULL AND cardinality(fields) > 0 THEN 'updated'
        END;
        IF verb IS NULL THEN RETURN NULL; END IF;
        INSERT INTO crm_core.crm_webhook_events (type, resource, record_id, record, changed)
          VALUES (TG_ARGV[1] || '.' || verb, TG_ARGV[0], (coalesce(after, before) ->> 'id')::uuid, coalesce(after, before), CASE WHEN verb = 'updated' THEN fields END);
        IF TG_ARGV[1] <> 'deal' OR verb NOT IN ('created', 'updated') THEN RETURN NULL; END IF;
        FOR entry IN
          SELECT 'deal.stage_changed' AS type WHERE verb = 'updated' AND 'stage_id' = ANY(fields)
          UNION ALL SELECT 'deal.' || (after ->> 'status') WHERE after ->> 'status' IN ('won', 'lost') AND (verb = 'created' OR 'status' = ANY(fields))
        LOOP
          INSERT INTO crm_core.crm_webhook_events (type, resource, record_id, record, changed, previous) VALUES (entry.type, TG_ARGV[0], (after ->> 'id')::uuid, after, fields,
            CASE WHEN before IS NOT NULL THEN jsonb_build_object('stage_id', before -> 'stage_id', 'status', before -> 'status') END);
        END LOOP;
        RETURN NULL;
      END $$`);
    for (const [table, word] of told) {
      await knex.raw(`CREATE TRIGGER crm_webhook_record AFTER INSERT OR UPDATE OR DELETE ON crm_core.crm_${table} FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('${table}', '${word}')`);
    }
    // Also where somebody has edited the role: nobody could give it what nobody has.
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions || ?::jsonb WHERE key = 'admin' AND deleted_at IS NULL`, [JSON.stringify(whole)]);
  },
  async down(knex) {
    await knex.raw(`UPDATE crm_core.crm_roles SET permissions = permissions - 'webhooks' WHERE permissions \\? 'webhooks'`);
    for (const [table] of told) await knex.raw(`DROP TRIGGER crm_webhook_record ON crm_core.crm_${table}`);
    await knex.raw('DROP FUNCTION crm_core.crm_webhook_record()');
    await dropTables(knex, ['crm_webhook_attempts', 'crm_webhook_deliveries', 'crm_webhook_events', 'crm_webhooks']);
  },
};
