import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

const channels = `ARRAY['any', 'email', 'sms', 'phone', 'messenger', 'post']`;
const bases = `('consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests')`;
const guarded = ['crm_consents', 'crm_consent_wordings'] as const;

// The purposes that most start with; administrators rename, end and add.
const purposes: readonly (readonly [string, string, string, string, string, string])[] = [
  ['marketing', 'Marketing', 'التسويق', 'Offers and news about our products', 'العروض وأخبار منتجاتنا', '{email,sms,phone,messenger,post}'],
  ['profiling', 'Profiling', 'التنميط', 'Judging interests from what was bought and read, to choose offers', 'تقدير الاهتمامات مما اشتُري وقُرئ لاختيار العروض', '{any}'],
  ['research', 'Surveys', 'الاستبيانات', 'Questions about how satisfied somebody is', 'أسئلة عن مدى الرضا', '{email,phone}'],
];

/** What persons agreed to: purposes, the wordings that they were shown, and a history that only grows. */
export const consentCreate: Migration = {
  name: '20261129002000_consent_create',
  async up(knex) {
    await createTable(knex, 'crm_consent_purposes', `
      key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{1,39}$'),
      name text NOT NULL CHECK (btrim(name) <> ''),
      name_ar text NOT NULL CHECK (btrim(name_ar) <> ''),
      description text,
      description_ar text,
      channels text[] NOT NULL CHECK (cardinality(channels) > 0 AND channels <@ ${channels}),
      legal_basis text NOT NULL DEFAULT 'consent' CHECK (legal_basis IN ${bases}),
      valid_days integer CHECK (valid_days BETWEEN 1 AND 36500)`);
    // The very words, so that years later it can be shown what was agreed to.
    await createTable(knex, 'crm_consent_wordings', `
      purpose_id uuid NOT NULL REFERENCES crm_core.crm_consent_purposes,
      version text NOT NULL CHECK (btrim(version) <> ''),
      locale text NOT NULL CHECK (locale IN ('en', 'ar')),
      body text NOT NULL CHECK (btrim(body) <> ''),
      hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')`);
    await createTable(knex, 'crm_consents', `
      contact_id uuid REFERENCES crm_core.crm_contacts,
      lead_id uuid REFERENCES crm_core.crm_leads,
      purpose_id uuid NOT NULL REFERENCES crm_core.crm_consent_purposes,
      channel text NOT NULL CHECK (channel = ANY (${channels})),
      state text NOT NULL CHECK (state IN ('granted', 'withdrawn')),
      legal_basis text NOT NULL CHECK (legal_basis IN ${bases}),
      occurred_at timestamptz NOT NULL,
      expires_at timestamptz CHECK (expires_at > occurred_at),
      source text NOT NULL CHECK (source IN ('form', 'import', 'api', 'phone', 'email', 'paper', 'in_person', 'user')),
      wording_id uuid REFERENCES crm_core.crm_consent_wordings,
      wording_version text,
      wording_hash text CHECK (wording_hash ~ '^[0-9a-f]{64}$'),
      reference text,
      ip inet,
      user_agent text,
      actor_id uuid,
      actor_kind text NOT NULL,
      CHECK (num_nonnulls(contact_id, lead_id) = 1)`);
    await createUniques(knex, [
      ['crm_consent_purposes_key', 'crm_consent_purposes (key) WHERE deleted_at IS NULL'],
      ['crm_consent_wordings_key', 'crm_consent_wordings (purpose_id, version, locale)'],
    ]);
    await createIndexes(knex, [
      ['crm_consents_contact_idx', 'crm_consents (contact_id, purpose_id, channel, occurred_at DESC, id DESC) WHERE contact_id IS NOT NULL'],
      ['crm_consents_lead_idx', 'crm_consents (lead_id, purpose_id, channel, occurred_at DESC, id DESC) WHERE lead_id IS NOT NULL'],
      ['crm_consents_purpose_idx', 'crm_consents (purpose_id, channel)'],
    ]);
    // A proof that can be rewritten proves nothing. The one exception is the erasure of a person, by a function of the owner.
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_consent() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'crm_consents' AND current_setting('crm.consent_path', true) = 'erasure' THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of guarded) {
      await knex.raw(`CREATE TRIGGER crm_append_only BEFORE UPDATE OR DELETE ON crm_core.${table} FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_consent()`);
      await knex.raw(`CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.${table} FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_consent()`);
    }
    await knex.raw(`CREATE FUNCTION crm_core.crm_consent_erase(subjects uuid[], pattern text) RETURNS SETOF uuid
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm_core, pg_temp AS $$
      BEGIN
        PERFORM set_config('crm.consent_path', 'erasure', true);
        RETURN QUERY UPDATE crm_core.crm_consents c SET reference = NULL, ip = NULL, user_agent = NULL
          WHERE (c.contact_id = ANY(subjects) OR c.lead_id = ANY(subjects) OR c.reference ~* pattern OR c.user_agent ~* pattern)
            AND num_nonnulls(c.reference, c.ip, c.user_agent) > 0 RETURNING c.id;
        PERFORM set_config('crm.consent_path', '', true);
      END $$`);
    await knex.raw('REVOKE ALL ON FUNCTION crm_core.crm_consent_erase(uuid[], text) FROM PUBLIC');
    for (const [key, name, nameAr, description, descriptionAr, list] of purposes) {
      await knex.raw('INSERT INTO crm_core.crm_consent_purposes (key, name, name_ar, description, description_ar, channels) VALUES (?, ?, ?, ?, ?, ?)', [key, name, nameAr, description, descriptionAr, list]);
    }
  },
  async down(knex) {
    await dropTables(knex, ['crm_consents', 'crm_consent_wordings', 'crm_consent_purposes']);
    await knex.raw('DROP FUNCTION crm_core.crm_consent_erase(uuid[], text)');
    await knex.raw('DROP FUNCTION crm_core.crm_append_only_consent()');
  },
};
