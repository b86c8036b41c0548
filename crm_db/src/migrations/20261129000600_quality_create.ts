import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

// What a company's name says of its legal form or of being a company, folded; two companies do not sound alike by it.
const forms = 'llc|ltd|limited|inc|incorporated|corp|corporation|co|company|gmbh|ag|plc|sa|sarl|bv|fze|fzco|wll|group|holding|holdings|the|and|شركه|الشركه|موسسه|مجموعه|المحدوده|محدوده|القابضه|قابضه|و|ذ|م|ش';

/** How words sound whatever script they are written in, and the keys by which possible duplicates find each other. */
const functions = {
  // A skeleton of consonants in a common alphabet, as vowels are where transliterations differ (Mohammed, Muhamad, محمد → mmd). The sequence matters:
  // joined names of God's servants first (Abdul Rahman, عبد الرحمن → bdrmn), then articles, then digraphs, then letters, then doubles.
  'crm_sounds(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT': `
    DECLARE s text := crm_core.crm_fold(name);
    BEGIN
      IF strpos(s, '''') > 0 OR strpos(s, '’') > 0 OR strpos(s, '\`') > 0 THEN s := translate(s, '''’\`', ''); END IF;
      IF s ~ 'ab[eu]?d' THEN s := regexp_replace(s, '\\m(ab[eu]?d)(?:[-\\s]+|(?=[uea][lr]))(?:[uea][lr])?[-\\s]*(?=\\w)', 'abd', 'g'); END IF;
      IF s ~ '[ء-ي]' THEN s := replace(regexp_replace(regexp_replace(s, '\\mعبد\\s*(?:ال)?', 'عبد', 'g'), '\\mال(?=\\w{3})', '', 'g'), 'تش', 'ش'); END IF;
      IF s ~ '[a-z]' THEN
        s := regexp_replace(s, '\\m(?:(?:al|el)[-\\s]+|(?:a|e)[ndrstz]h?-)(?=\\w)|\\mal(?=\\w{5})', '', 'g');
        s := replace(replace(replace(replace(replace(replace(replace(replace(s, 'kh', 'k'), 'gh', 'g'), 'tch', 's'), 'sch', 's'), 'sh', 's'), 'ch', 's'), 'th', 't'), 'dh', 'd');
        s := replace(replace(replace(replace(replace(replace(s, 'ph', 'f'), 'ci', 'si'), 'ce', 'se'), 'cy', 'sy'), 'ck', 'k'), 'x', 'ks');
      END IF;
      s := translate(regexp_replace(s, '(\\S)\\1+', '\\1', 'g'), 'cqvpjgzsبپتطثدضذجغگخكقکسصشچفڤڨلمنرزظwyhaeiouاويیىؤئءعهحةھ', 'kkfbggzsbbtttdddgggkkkkssssffglmnrzz');
      RETURN ARRAY(SELECT DISTINCT w FROM regexp_split_to_table(s, '[^[:alnum:]]+') w WHERE w <> '' ORDER BY w LIMIT 5);
    END`,
  // Mailboxes that are one: case, a tag behind +, and the dots of Gmail do not count.
  'crm_mail_key(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT': `
    SELECT CASE WHEN d IN ('gmail.com', 'googlemail.com') THEN replace(l, '.', '') || '@gmail.com' ELSE l || '@' || d END
      FROM (SELECT regexp_replace(lower(substring(email FROM '^(.*)@')), '(.)\\+.*$', '\\1') AS l, lower(substring(email FROM '@([^@]*)$')) AS d) m`,
  'crm_web_key(website text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT': `
    SELECT nullif(regexp_replace(substring(lower(website) FROM '^(?:https?://)?([^/:?#]+)'), '^www\\.', ''), '')`,
  // Pairs of words, so that a middle name more or less and the order of names do not matter; a lone word stands for itself.
  'crm_name_keys(sounds text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT': `
    SELECT CASE WHEN cardinality(sounds) = 1 THEN ARRAY['n:' || sounds[1]]
      ELSE ARRAY(SELECT 'n:' || a || '+' || b FROM unnest(sounds) a, unnest(sounds) b WHERE a < b) END`,
  'crm_person_keys(name text, other text, email text, phone text, mobile text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE': `
    SELECT array_remove(ARRAY['e:' || crm_core.crm_mail_key(email), 'p:' || phone, 'p:' || nullif(mobile, phone)], NULL)
      || crm_core.crm_name_keys(s.one) || CASE WHEN s.two <> s.one THEN crm_core.crm_name_keys(s.two) ELSE '{}' END
      FROM (SELECT crm_core.crm_sounds(name) AS one, crm_core.crm_sounds(other) AS two) s`,
  // Without what says only that it is a company, unless nothing else is left.
  'crm_company_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT': `
    SELECT coalesce(nullif(btrim(regexp_replace(regexp_replace(f, '\\m(${forms})\\M', '', 'g'), '\\s+', ' ', 'g')), ''), f)
      FROM (SELECT btrim(regexp_replace(crm_core.crm_fold(name), '[^[:alnum:]]+', ' ', 'g')) AS f) n`,
  'crm_company_keys(name text, other text, website text, phone text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE': `
    SELECT array_remove(ARRAY['p:' || phone, 'w:' || crm_core.crm_web_key(website), 'f:' || left(crm_core.crm_fingerprint(name), 6)], NULL)
      || crm_core.crm_name_keys(crm_core.crm_sounds(crm_core.crm_company_name(name))) || coalesce(crm_core.crm_name_keys(crm_core.crm_sounds(crm_core.crm_company_name(other))), '{}')`,
} as const;

// A merge moves what hangs on a record, also what is deleted: [table, column] without an index, and those whose index leaves deleted rows out.
const childColumns = [
  ['crm_activities', 'lead_id'], ['crm_deals', 'primary_contact_id'], ['crm_leads', 'converted_account_id'], ['crm_leads', 'converted_contact_id'], ['crm_payments', 'account_id'],
  ['crm_quotes', 'contact_id'], ['crm_tickets', 'contact_id'], ['crm_touches', 'contact_id'], ['crm_touches', 'lead_id'],
] as const;
const deletedChildren = [
  ['crm_activities', 'account_id'], ['crm_activities', 'contact_id'], ['crm_contact_channels', 'contact_id'], ['crm_contacts', 'account_id'], ['crm_deals', 'account_id'], ['crm_invoices', 'account_id'],
  ['crm_orders', 'account_id'], ['crm_quotes', 'account_id'], ['crm_subscriptions', 'account_id'], ['crm_taggings', 'entity_id'], ['crm_tickets', 'account_id'],
] as const;
const childIndexes: readonly (readonly [string, string])[] = [
  ...childColumns.map(([table, column]) => [`${table}_${column.replace(/_id$/, '')}_child_idx`, `${table} (${column}) WHERE ${column} IS NOT NULL`] as const),
  ...deletedChildren.map(([table, column]) => [`${table}_${column.replace(/_id$/, '')}_bin_idx`, `${table} (${column}) WHERE deleted_at IS NOT NULL`] as const),
];

// Imports find what was merged by the id of the other system.
const mergeable = ['crm_accounts', 'crm_contacts', 'crm_leads'] as const;

const live = 'WHERE deleted_at IS NULL AND merged_into_id IS NULL';

/** Duplicates, merges that can be undone, mail domains, and proposals from other sources. */
export const qualityCreate: Migration = {
  name: '20261129000600_quality_create',
  async up(knex) {
    for (const [head, body] of Object.entries(functions)) await knex.raw(`CREATE FUNCTION crm_core.${head} AS $$ ${body} $$`.replaceAll('?', '\\?'));
    await knex.raw('ALTER TABLE crm_core.crm_leads ADD COLUMN merged_into_id uuid REFERENCES crm_core.crm_leads');
    // What a merge did, so that it can be taken back to the letter: a copy of persons' values, which is why it stays in Postgres and an erasure deletes it.
    await createTable(knex, 'crm_merges', `
      entity text NOT NULL CHECK (entity IN ('accounts', 'contacts', 'leads')),
      survivor_id uuid NOT NULL,
      loser_id uuid NOT NULL CHECK (loser_id <> survivor_id),
      candidate_id uuid REFERENCES crm_core.crm_merge_candidates ON DELETE SET NULL,
      candidate_before text,
      survivor_before jsonb NOT NULL,
      survivor_after jsonb NOT NULL,
      moved jsonb NOT NULL,
      merged_by uuid,
      undone_at timestamptz,
      undone_by uuid`, { stream: false });
    await createTable(knex, 'crm_mail_domains', `
      domain text NOT NULL,
      status text NOT NULL CHECK (status IN ('mx', 'address_only', 'refuses_mail', 'no_domain', 'unknown')),
      exchanges text[] NOT NULL DEFAULT '{}',
      failures integer NOT NULL DEFAULT 0,
      checked_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL`, { stream: false });
    await createTable(knex, 'crm_enrichment_proposals', `
      entity text NOT NULL CHECK (entity IN ('accounts', 'contacts', 'leads')),
      entity_id uuid NOT NULL,
      provider text NOT NULL,
      field text NOT NULL,
      seen_value text,
      proposed_value text NOT NULL,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'rejected')),
      decided_by uuid,
      decided_at timestamptz`, { stream: false });
    await createUniques(knex, [
      ['crm_mail_domains_key', 'crm_mail_domains (domain)'],
      ['crm_merges_loser_key', 'crm_merges (entity, loser_id) WHERE undone_at IS NULL AND deleted_at IS NULL'],
      ['crm_enrichment_proposals_key', 'crm_enrichment_proposals (entity, entity_id, provider, field, md5(proposed_value)) WHERE deleted_at IS NULL'],
    ]);
    await createIndexes(knex, [
      ['crm_merges_survivor_idx', 'crm_merges (entity, survivor_id)'],
      ['crm_merges_candidate_idx', 'crm_merges (candidate_id) WHERE candidate_id IS NOT NULL'],
      ['crm_enrichment_proposals_open_idx', `crm_enrichment_proposals (entity, id) WHERE status = 'open' AND deleted_at IS NULL`],
      ['crm_merge_candidates_open_idx', `crm_merge_candidates (entity, similarity DESC, id) WHERE status = 'open' AND deleted_at IS NULL`],
      ['crm_contacts_match_idx', `crm_contacts USING gin (crm_core.crm_person_keys(full_name, full_name_ar, email::text, phone, mobile)) ${live}`],
      ['crm_leads_match_idx', `crm_leads USING gin (crm_core.crm_person_keys(full_name, NULL, email::text, phone, NULL)) ${live}`],
      ['crm_accounts_match_idx', `crm_accounts USING gin (crm_core.crm_company_keys(legal_name, legal_name_ar, website, phone)) ${live}`],
      ...childIndexes,
      ...mergeable.map((table) => [`${table}_merged_external_idx`, `${table} (external_source, external_id) WHERE merged_into_id IS NOT NULL`] as const),
      ['crm_leads_merged_idx', 'crm_leads (merged_into_id) WHERE merged_into_id IS NOT NULL'],
      ['crm_contacts_merged_idx', 'crm_contacts (merged_into_id) WHERE merged_into_id IS NOT NULL'],
      ['crm_accounts_merged_idx', 'crm_accounts (merged_into_id) WHERE merged_into_id IS NOT NULL'],
    ]);
  },
  async down(knex) {
    for (const index of [...mergeable.map((table) => `${table}_merged_external_idx`), ...childIndexes.map(([name]) => name), 'crm_accounts_merged_idx', 'crm_contacts_merged_idx', 'crm_accounts_match_idx', 'crm_leads_match_idx', 'crm_contacts_match_idx', 'crm_merge_candidates_open_idx']) await knex.raw(`DROP INDEX crm_core.${index}`);
    await dropTables(knex, ['crm_enrichment_proposals', 'crm_mail_domains', 'crm_merges']);
    await knex.raw('ALTER TABLE crm_core.crm_leads DROP COLUMN merged_into_id');
    for (const head of Object.keys(functions).reverse()) await knex.raw(`DROP FUNCTION crm_core.${head.slice(0, head.indexOf(' RETURNS'))}`);
  },
};
