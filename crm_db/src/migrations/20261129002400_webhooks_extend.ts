import type { Migration } from './ddl.js';

// Each with the trigger of its table and what it holds of a record.
const attached = [['crm_custom_values', 'crm_webhook_custom'], ['crm_taggings', 'crm_webhook_tags']] as const;

/** Custom values and tags lie in tables of their own: a change of them is a change of their record, and told as one. */
export const webhooksExtend: Migration = {
  name: '20261129002400_webhooks_extend',
  async up(knex) {
    await knex.raw(`CREATE FUNCTION crm_core.crm_webhook_member(kind text, of_id uuid, member text) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        word text := left(kind, -1);
        state jsonb;
        told record;
      BEGIN
        IF NOT kind IN ('accounts', 'contacts', 'leads', 'deals', 'tickets') THEN RETURN; END IF;
        -- Behind the row's lock like changes of the row itself, so that positions of one record grow with its versions.
        EXECUTE format('SELECT to_jsonb(t) - ''{search_text,fingerprint}''::text[] FROM crm_core.%I t WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE', 'crm_' || kind) INTO state USING of_id;
        IF state IS NULL THEN RETURN; END IF;
        -- One write of a record is one event, however many values it has: this one joins what its transaction tells already of the same version.
        SELECT e.id, e.type, e.changed, e.record INTO told FROM crm_core.crm_webhook_events e
          WHERE e.record_id = of_id AND e.transaction_id = pg_current_xact_id() AND e.type IN (word || '.created', word || '.updated', word || '.restored') ORDER BY e.position DESC LIMIT 1;
        IF told.record IS DISTINCT FROM state THEN
          INSERT INTO crm_core.crm_webhook_events (type, resource, record_id, record, changed) VALUES (word || '.updated', kind, of_id, state, ARRAY[member]);
        ELSIF NOT member = ANY(told.changed) THEN
          UPDATE crm_core.crm_webhook_events SET changed = ARRAY(SELECT n FROM unnest(told.changed || member) n ORDER BY n) WHERE id = told.id;
        END IF;
      END $$`);
    await knex.raw(`CREATE FUNCTION crm_core.crm_webhook_custom() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        -- What is no value: touching it changes nothing that anybody is shown.
        beside text[] := '{id,unique_value,created_at,updated_at}';
        field record;
      BEGIN
        IF NOT EXISTS (SELECT FROM crm_core.crm_webhooks WHERE deleted_at IS NULL) THEN RETURN NULL; END IF;
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NULL; END IF;
        END IF;
        -- An archived field shows no values, so that removing them shows nothing either.
        SELECT f.entity, 'custom.' || f.key AS name INTO field FROM crm_core.crm_custom_fields f WHERE f.id = coalesce(NEW.field_id, OLD.field_id) AND f.archived_at IS NULL AND f.deleted_at IS NULL;
        IF field.entity IS NULL THEN RETURN NULL; END IF;
        IF TG_OP <> 'INSERT' THEN
          IF OLD.deleted_at IS NULL THEN PERFORM crm_core.crm_webhook_member(field.entity, OLD.entity_id, field.name); END IF;
        END IF;
        IF TG_OP <> 'DELETE' THEN
          IF NEW.deleted_at IS NULL THEN PERFORM crm_core.crm_webhook_member(field.entity, NEW.entity_id, field.name); END IF;
        END IF;
        RETURN NULL;
      END $$`);
    await knex.raw(`CREATE FUNCTION crm_core.crm_webhook_tags() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM crm_core.crm_webhooks WHERE deleted_at IS NULL) THEN RETURN NULL; END IF;
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - 'updated_at' = to_jsonb(OLD) - 'updated_at' THEN RETURN NULL; END IF;
        END IF;
        IF TG_OP <> 'INSERT' THEN
          IF OLD.deleted_at IS NULL THEN PERFORM crm_core.crm_webhook_member(OLD.entity, OLD.entity_id, 'tags'); END IF;
        END IF;
        IF TG_OP <> 'DELETE' THEN
          IF NEW.deleted_at IS NULL THEN PERFORM crm_core.crm_webhook_member(NEW.entity, NEW.entity_id, 'tags'); END IF;
        END IF;
        RETURN NULL;
      END $$`);
    for (const [table, trigger] of attached) await knex.raw(`CREATE TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON crm_core.${table} FOR EACH ROW EXECUTE FUNCTION crm_core.${trigger}()`);
  },
  async down(knex) {
    for (const [table, trigger] of attached) {
      await knex.raw(`DROP TRIGGER ${trigger} ON crm_core.${table}`);
      await knex.raw(`DROP FUNCTION crm_core.${trigger}()`);
    }
    await knex.raw('DROP FUNCTION crm_core.crm_webhook_member(text, uuid, text)');
  },
};
