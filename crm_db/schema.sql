-- Made from the catalogue of a freshly migrated database by npm run db:schema; never edit by hand.

CREATE EXTENSION btree_gin WITH SCHEMA public;

CREATE EXTENSION citext WITH SCHEMA public;

CREATE EXTENSION pg_trgm WITH SCHEMA public;

CREATE EXTENSION unaccent WITH SCHEMA public;

CREATE SCHEMA crm_core;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_adjustment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      DECLARE
        beside text[] := '{reason,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_audit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'crm_audit_log' AND current_setting('crm.audit_path', true) = 'erasure' THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'crm_audit_pending' AND current_setting('crm.audit_path', true) = 'seal' THEN RETURN OLD; END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_consent()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'crm_consents' AND current_setting('crm.consent_path', true) = 'erasure' THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_dashboard_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      DECLARE
        beside text[] := '{layout,filters,note,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_report_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      DECLARE
        beside text[] := '{definition,note,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_append_only_role_versions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'crm_role_versions is append-only' USING ERRCODE = 'insufficient_privilege'; END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_audit_enter()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        NEW.created_at := clock_timestamp();
        NEW.updated_at := NEW.created_at;
        NEW.deleted_at := NULL;
        NEW.erased_by := NULL;
        NEW.salt := encode(uuid_send(gen_random_uuid()), 'hex');
        NEW.content_digest := encode(sha256(convert_to(NEW.salt || ROW(NEW.before, NEW.after, NEW.ip, NEW.user_agent, (extract(epoch FROM NEW.updated_at) * 1000000)::bigint, (extract(epoch FROM NEW.deleted_at) * 1000000)::bigint)::text, 'UTF8')), 'hex');
        NEW.digest := encode(sha256(convert_to(ROW(NEW.id, (extract(epoch FROM NEW.occurred_at) * 1000000)::bigint, (extract(epoch FROM NEW.created_at) * 1000000)::bigint, NEW.actor_id, NEW.actor_kind, NEW.action, NEW.entity, NEW.entity_id,
      NEW.request_id, NEW.session_id, NEW.client_id, NEW.method, NEW.route, NEW.status, NEW.duration_ms, NEW.content_digest)::text, 'UTF8')), 'hex');
        RETURN NEW;
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_audit_erase(subjects uuid[], people uuid[], pattern text, pseudonym text, by_id uuid, by_kind text, by_request text)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'crm_core', 'pg_temp'
AS $function$
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
          entry.salt := encode(uuid_send(gen_random_uuid()), 'hex');
          entry.updated_at := clock_timestamp();
          listed := listed || jsonb_build_object(entry.id, encode(sha256(convert_to(entry.salt || ROW(entry.before, entry.after, entry.ip, entry.user_agent, (extract(epoch FROM entry.updated_at) * 1000000)::bigint, (extract(epoch FROM entry.deleted_at) * 1000000)::bigint)::text, 'UTF8')), 'hex'));
          UPDATE crm_core.crm_audit_log l SET before = entry.before, after = entry.after, ip = entry.ip, user_agent = entry.user_agent, salt = entry.salt, updated_at = entry.updated_at,
            erased_by = note WHERE l.id = entry.id;
        END LOOP;
        INSERT INTO crm_core.crm_audit_log (id, actor_id, actor_kind, action, entity, after, request_id)
          VALUES (note, by_id, by_kind, 'erase', 'audit', jsonb_build_object('entries', listed), by_request);
      END LOOP;
      PERFORM set_config('crm.audit_path', '', true);
      RETURN QUERY SELECT unnest(touched);
    END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_audit_seal(most integer)
 RETURNS TABLE(first_position bigint, last_position bigint, head text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'crm_core', 'pg_temp'
AS $function$
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
        chained := encode(sha256(convert_to(chained || ':' || place || ':' || waiting.id || ':' || waiting.digest, 'UTF8')), 'hex');
        INSERT INTO crm_core.crm_audit_chain (id, position, digest, hash, seal_id) VALUES (waiting.id, place, waiting.digest, chained, seal);
        done := done || waiting.id;
      END LOOP;
      IF place = begun THEN RETURN; END IF;
      PERFORM set_config('crm.audit_path', 'seal', true);
      DELETE FROM crm_core.crm_audit_pending p WHERE p.id = ANY(done);
      PERFORM set_config('crm.audit_path', '', true);
      INSERT INTO crm_core.crm_audit_seals (id, first_position, last_position, previous_head, head) VALUES (seal, begun + 1, place, before, chained);
      RETURN QUERY SELECT begun + 1, place, chained;
    END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_audit_wait()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'crm_core', 'pg_temp'
AS $function$
      BEGIN
        INSERT INTO crm_core.crm_audit_pending (id, digest) SELECT id, digest FROM entered;
        RETURN NULL;
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_company_keys(name text, other text, website text, phone text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT array_remove(ARRAY['p:' || phone, 'w:' || crm_core.crm_web_key(website), 'f:' || left(crm_core.crm_fingerprint(name), 6)], NULL)
      || crm_core.crm_name_keys(crm_core.crm_sounds(crm_core.crm_company_name(name))) || coalesce(crm_core.crm_name_keys(crm_core.crm_sounds(crm_core.crm_company_name(other))), '{}') $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_company_name(name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT coalesce(nullif(btrim(regexp_replace(regexp_replace(f, '\m(llc|ltd|limited|inc|incorporated|corp|corporation|co|company|gmbh|ag|plc|sa|sarl|bv|fze|fzco|wll|group|holding|holdings|the|and|شركه|الشركه|موسسه|مجموعه|المحدوده|محدوده|القابضه|قابضه|و|ذ|م|ش)\M', '', 'g'), '\s+', ' ', 'g')), ''), f)
      FROM (SELECT btrim(regexp_replace(crm_core.crm_fold(name), '[^[:alnum:]]+', ' ', 'g')) AS f) n $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_consent_erase(subjects uuid[], pattern text)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'crm_core', 'pg_temp'
AS $function$
      BEGIN
        PERFORM set_config('crm.consent_path', 'erasure', true);
        RETURN QUERY UPDATE crm_core.crm_consents c SET reference = NULL, ip = NULL, user_agent = NULL
          WHERE (c.contact_id = ANY(subjects) OR c.lead_id = ANY(subjects) OR c.reference ~* pattern OR c.user_agent ~* pattern)
            AND num_nonnulls(c.reference, c.ip, c.user_agent) > 0 RETURNING c.id;
        PERFORM set_config('crm.consent_path', '', true);
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_fingerprint(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
        SELECT regexp_replace(crm_core.crm_fold(value), '[^[:alnum:]]+', '', 'g')
      $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_fold(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
        SELECT translate(
          regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '[\u064B-\u065F\u0670\u0640]', '', 'g'),
          'أإآٱىةؤئ٠١٢٣٤٥٦٧٨٩', 'ااااي' || 'هوي0123456789')
      $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_mail_key(email text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT CASE WHEN d IN ('gmail.com', 'googlemail.com') THEN replace(l, '.', '') || '@gmail.com' ELSE l || '@' || d END
      FROM (SELECT regexp_replace(lower(substring(email FROM '^(.*)@')), '(.)\+.*$', '\1') AS l, lower(substring(email FROM '@([^@]*)$')) AS d) m $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_name_keys(sounds text[])
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT CASE WHEN cardinality(sounds) = 1 THEN ARRAY['n:' || sounds[1]]
      ELSE ARRAY(SELECT 'n:' || a || '+' || b FROM unnest(sounds) a, unnest(sounds) b WHERE a < b) END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_person_keys(name text, other text, email text, phone text, mobile text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT array_remove(ARRAY['e:' || crm_core.crm_mail_key(email), 'p:' || phone, 'p:' || nullif(mobile, phone)], NULL)
      || crm_core.crm_name_keys(s.one) || CASE WHEN s.two <> s.one THEN crm_core.crm_name_keys(s.two) ELSE '{}' END
      FROM (SELECT crm_core.crm_sounds(name) AS one, crm_core.crm_sounds(other) AS two) s $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_sounds(name text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    DECLARE s text := crm_core.crm_fold(name);
    BEGIN
      IF strpos(s, '''') > 0 OR strpos(s, '’') > 0 OR strpos(s, '`') > 0 THEN s := translate(s, '''’`', ''); END IF;
      IF s ~ 'ab[eu]?d' THEN s := regexp_replace(s, '\m(ab[eu]?d)(?:[-\s]+|(?=[uea][lr]))(?:[uea][lr])?[-\s]*(?=\w)', 'abd', 'g'); END IF;
      IF s ~ '[ء-ي]' THEN s := replace(regexp_replace(regexp_replace(s, '\mعبد\s*(?:ال)?', 'عبد', 'g'), '\mال(?=\w{3})', '', 'g'), 'تش', 'ش'); END IF;
      IF s ~ '[a-z]' THEN
        s := regexp_replace(s, '\m(?:(?:al|el)[-\s]+|(?:a|e)[ndrstz]h?-)(?=\w)|\mal(?=\w{5})', '', 'g');
        s := replace(replace(replace(replace(replace(replace(replace(replace(s, 'kh', 'k'), 'gh', 'g'), 'tch', 's'), 'sch', 's'), 'sh', 's'), 'ch', 's'), 'th', 't'), 'dh', 'd');
        s := replace(replace(replace(replace(replace(replace(s, 'ph', 'f'), 'ci', 'si'), 'ce', 'se'), 'cy', 'sy'), 'ck', 'k'), 'x', 'ks');
      END IF;
      s := translate(regexp_replace(s, '(\S)\1+', '\1', 'g'), 'cqvpjgzsبپتطثدضذجغگخكقکسصشچفڤڨلمنرزظwyhaeiouاويیىؤئءعهحةھ', 'kkfbggzsbbtttdddgggkkkkssssffglmnrzz');
      RETURN ARRAY(SELECT DISTINCT w FROM regexp_split_to_table(s, '[^[:alnum:]]+') w WHERE w <> '' ORDER BY w LIMIT 5);
    END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      BEGIN
        IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := now(); END IF;
        RETURN NEW;
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_uuid_v7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
        SELECT encode(
          overlay(
            overlay(uuid_send(gen_random_uuid())
              PLACING substring(int8send(floor(t.us / 1000)::bigint) FROM 3) FROM 1 FOR 6)
            PLACING int2send((28672 + floor(mod(t.us, 1000) * 4.096)::int)::smallint) FROM 7 FOR 2),
          'hex')::uuid
        FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000) AS us) t
      $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_web_key(website text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT nullif(regexp_replace(substring(lower(website) FROM '^(?:https?://)?([^/:?#]+)'), '^www\.', ''), '') $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_webhook_custom()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_webhook_member(kind text, of_id uuid, member text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_webhook_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
      END $function$
;

CREATE OR REPLACE FUNCTION crm_core.crm_webhook_tags()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
      END $function$
;

CREATE PUBLICATION crm_cdc WITH (publish = 'insert, update, delete, truncate', publish_generated_columns = stored);

CREATE TABLE crm_core.crm_access_export_files (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  export_id uuid NOT NULL,
  "position" integer NOT NULL,
  content bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_access_export_files_pkey PRIMARY KEY (id),
  CONSTRAINT crm_access_export_files_export_id_fkey FOREIGN KEY (export_id) REFERENCES crm_core.crm_access_exports(id)
);
ALTER TABLE crm_core.crm_access_export_files REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_access_export_files_key ON crm_core.crm_access_export_files USING btree (export_id, "position");
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_access_export_files FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_access_export_files TO crm_app;

CREATE TABLE crm_core.crm_access_exports (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  subject_type text NOT NULL,
  subject_id uuid NOT NULL,
  locale text NOT NULL,
  requested_by uuid,
  status text DEFAULT 'queued'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  row_counts jsonb DEFAULT '{}'::jsonb NOT NULL,
  byte_count bigint,
  sha256 text,
  error_code text,
  finished_at timestamp with time zone,
  expires_at timestamp with time zone,
  downloads integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_access_exports_pkey PRIMARY KEY (id),
  CONSTRAINT crm_access_exports_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text]))),
  CONSTRAINT crm_access_exports_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'expired'::text]))),
  CONSTRAINT crm_access_exports_subject_type_check CHECK ((subject_type = ANY (ARRAY['contact'::text, 'lead'::text, 'user'::text, 'account'::text])))
);
ALTER TABLE crm_core.crm_access_exports REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_access_exports_expiry_idx ON crm_core.crm_access_exports USING btree (expires_at) WHERE (status = 'done'::text);
CREATE INDEX crm_access_exports_open_idx ON crm_core.crm_access_exports USING btree (id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_access_exports FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_access_exports TO crm_app;

CREATE TABLE crm_core.crm_account_scores (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  account_id uuid NOT NULL,
  model_id uuid NOT NULL,
  kind text NOT NULL,
  probability numeric(5,4) NOT NULL,
  reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
  scored_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_account_scores_pkey PRIMARY KEY (id),
  CONSTRAINT crm_account_scores_kind_check CHECK ((kind = ANY (ARRAY['churn'::text, 'lead'::text]))),
  CONSTRAINT crm_account_scores_probability_check CHECK (((probability >= (0)::numeric) AND (probability <= (1)::numeric))),
  CONSTRAINT crm_account_scores_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_account_scores_model_id_fkey FOREIGN KEY (model_id) REFERENCES crm_core.crm_models(id)
);
ALTER TABLE crm_core.crm_account_scores REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_account_scores_key ON crm_core.crm_account_scores USING btree (account_id, kind);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_account_scores FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_account_scores;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_account_scores TO crm_app;
GRANT SELECT ON crm_core.crm_account_scores TO crm_stream;

CREATE TABLE crm_core.crm_accounts (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  legal_name text NOT NULL,
  legal_name_ar text,
  fingerprint text GENERATED ALWAYS AS (crm_core.crm_fingerprint(legal_name)) STORED NOT NULL,
  region text,
  country_code character(2),
  city text,
  industry text,
  size_tier text,
  employee_count integer,
  annual_revenue numeric(18,2),
  currency character(3),
  founded_year smallint,
  website text,
  phone text,
  description text,
  lifecycle text DEFAULT 'prospect'::text NOT NULL,
  became_customer_at timestamp with time zone,
  parent_id uuid,
  owner_id uuid,
  merged_into_id uuid,
  is_test boolean DEFAULT false NOT NULL,
  search_text text GENERATED ALWAYS AS (crm_core.crm_fold(((((((legal_name || ' '::text) || COALESCE(legal_name_ar, ''::text)) || ' '::text) || COALESCE(website, ''::text)) || ' '::text) || COALESCE(city, ''::text)))) STORED NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_accounts_pkey PRIMARY KEY (id),
  CONSTRAINT crm_accounts_employee_count_check CHECK ((employee_count >= 0)),
  CONSTRAINT crm_accounts_legal_name_check CHECK ((btrim(legal_name) <> ''::text)),
  CONSTRAINT crm_accounts_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['prospect'::text, 'customer'::text, 'former'::text]))),
  CONSTRAINT crm_accounts_size_tier_check CHECK ((size_tier = ANY (ARRAY['micro'::text, 'small'::text, 'medium'::text, 'large'::text, 'enterprise'::text]))),
  CONSTRAINT crm_accounts_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_accounts_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_accounts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES crm_core.crm_accounts(id)
);
ALTER TABLE crm_core.crm_accounts REPLICA IDENTITY FULL;
CREATE INDEX crm_accounts_created_idx ON crm_core.crm_accounts USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_accounts_deleted_idx ON crm_core.crm_accounts USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_accounts_external_key ON crm_core.crm_accounts USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_accounts_match_idx ON crm_core.crm_accounts USING gin (crm_core.crm_company_keys(legal_name, legal_name_ar, website, phone)) WHERE ((deleted_at IS NULL) AND (merged_into_id IS NULL));
CREATE INDEX crm_accounts_merged_external_idx ON crm_core.crm_accounts USING btree (external_source, external_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_accounts_merged_idx ON crm_core.crm_accounts USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_accounts_name_idx ON crm_core.crm_accounts USING btree (legal_name, id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX crm_accounts_name_region_key ON crm_core.crm_accounts USING btree (fingerprint, COALESCE(region, ''::text)) WHERE ((deleted_at IS NULL) AND (merged_into_id IS NULL));
CREATE INDEX crm_accounts_owner_idx ON crm_core.crm_accounts USING btree (owner_id, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_accounts_parent_idx ON crm_core.crm_accounts USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX crm_accounts_search_trgm ON crm_core.crm_accounts USING gin (search_text public.gin_trgm_ops);
CREATE INDEX crm_accounts_updated_idx ON crm_core.crm_accounts USING btree (updated_at DESC, id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_accounts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_accounts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('accounts', 'account');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_accounts;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_accounts TO crm_app;
GRANT SELECT ON crm_core.crm_accounts TO crm_stream;

CREATE TABLE crm_core.crm_activities (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  kind text NOT NULL,
  direction text,
  subject text NOT NULL,
  body text,
  status text DEFAULT 'done'::text NOT NULL,
  outcome text,
  occurred_at timestamp with time zone DEFAULT now() NOT NULL,
  due_at timestamp with time zone,
  duration_minutes integer,
  owner_id uuid,
  account_id uuid,
  contact_id uuid,
  deal_id uuid,
  lead_id uuid,
  ticket_id uuid,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_activities_pkey PRIMARY KEY (id),
  CONSTRAINT crm_activities_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  CONSTRAINT crm_activities_duration_minutes_check CHECK ((duration_minutes >= 0)),
  CONSTRAINT crm_activities_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'email'::text, 'meeting'::text, 'task'::text, 'note'::text, 'message'::text]))),
  CONSTRAINT crm_activities_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'done'::text, 'cancelled'::text]))),
  CONSTRAINT crm_activities_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_activities_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_activities_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_activities_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES crm_core.crm_leads(id),
  CONSTRAINT crm_activities_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_activities_ticket_fk FOREIGN KEY (ticket_id) REFERENCES crm_core.crm_tickets(id)
);
ALTER TABLE crm_core.crm_activities REPLICA IDENTITY FULL;
CREATE INDEX crm_activities_account_bin_idx ON crm_core.crm_activities USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_activities_account_idx ON crm_core.crm_activities USING btree (account_id, occurred_at DESC) WHERE ((account_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_activities_contact_bin_idx ON crm_core.crm_activities USING btree (contact_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_activities_contact_idx ON crm_core.crm_activities USING btree (contact_id, occurred_at DESC) WHERE ((contact_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_activities_deal_idx ON crm_core.crm_activities USING btree (deal_id, occurred_at DESC) WHERE ((deal_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_activities_deleted_idx ON crm_core.crm_activities USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_activities_external_key ON crm_core.crm_activities USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_activities_lead_child_idx ON crm_core.crm_activities USING btree (lead_id) WHERE (lead_id IS NOT NULL);
CREATE INDEX crm_activities_occurred_idx ON crm_core.crm_activities USING btree (occurred_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_activities_open_idx ON crm_core.crm_activities USING btree (status, occurred_at, id, owner_id) WHERE ((status <> 'done'::text) AND (deleted_at IS NULL));
CREATE INDEX crm_activities_owner_idx ON crm_core.crm_activities USING btree (owner_id, occurred_at DESC) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_activities FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_activities FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('activities', 'activity');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_activities;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_activities TO crm_app;
GRANT SELECT ON crm_core.crm_activities TO crm_stream;

CREATE TABLE crm_core.crm_alerts (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  owner_id uuid NOT NULL,
  question jsonb NOT NULL,
  condition jsonb NOT NULL,
  additive boolean NOT NULL,
  is_enabled boolean DEFAULT true NOT NULL,
  state text DEFAULT 'unknown'::text NOT NULL,
  firing_since timestamp with time zone,
  value numeric,
  expected_low numeric,
  expected_high numeric,
  problem text,
  checked_at timestamp with time zone,
  lsn numeric(20,0),
  committed_at timestamp with time zone,
  next_check_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  found jsonb,
  CONSTRAINT crm_alerts_pkey PRIMARY KEY (id),
  CONSTRAINT crm_alerts_condition_check CHECK (((condition ->> 'kind'::text) = ANY (ARRAY['above'::text, 'below'::text, 'anomaly'::text]))),
  CONSTRAINT crm_alerts_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_alerts_question_check CHECK ((COALESCE(jsonb_typeof((question -> 'measure'::text)), jsonb_typeof((question -> 'report_id'::text))) = 'string'::text)),
  CONSTRAINT crm_alerts_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'firing'::text, 'unknown'::text]))),
  CONSTRAINT crm_alerts_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_alerts REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_alerts_due_idx ON crm_core.crm_alerts USING btree (next_check_at) WHERE (is_enabled AND (deleted_at IS NULL));
CREATE INDEX crm_alerts_owner_idx ON crm_core.crm_alerts USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_alerts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_alerts TO crm_app;

CREATE TABLE crm_core.crm_api_clients (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  client_id text NOT NULL,
  name text NOT NULL,
  secret_hash text NOT NULL,
  role_id uuid NOT NULL,
  user_id uuid,
  is_active boolean DEFAULT true NOT NULL,
  last_used_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  scopes text[],
  redirect_uris text[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT crm_api_clients_pkey PRIMARY KEY (id),
  CONSTRAINT crm_api_clients_client_id_key UNIQUE (client_id),
  CONSTRAINT crm_api_clients_role_id_fkey FOREIGN KEY (role_id) REFERENCES crm_core.crm_roles(id),
  CONSTRAINT crm_api_clients_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_api_clients REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_api_clients FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_api_clients TO crm_app;

CREATE TABLE crm_core.crm_audit_chain (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  "position" bigint NOT NULL,
  digest text NOT NULL,
  hash text NOT NULL,
  seal_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_audit_chain_pkey PRIMARY KEY (id),
  CONSTRAINT crm_audit_chain_position_key UNIQUE ("position")
);
ALTER TABLE crm_core.crm_audit_chain REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_audit_chain FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_audit_chain FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_audit_chain FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT SELECT ON crm_core.crm_audit_chain TO crm_app;

CREATE TABLE crm_core.crm_audit_log (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  occurred_at timestamp with time zone DEFAULT now() NOT NULL,
  actor_id uuid,
  actor_kind text DEFAULT 'user'::text NOT NULL,
  action text NOT NULL,
  entity text NOT NULL,
  entity_id uuid,
  before jsonb,
  after jsonb,
  request_id text,
  ip inet,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  session_id uuid,
  client_id text,
  method text,
  route text,
  status smallint,
  duration_ms integer,
  user_agent text,
  salt text NOT NULL,
  content_digest text NOT NULL,
  digest text NOT NULL,
  erased_by uuid,
  CONSTRAINT crm_audit_log_pkey PRIMARY KEY (id),
  CONSTRAINT crm_audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'client'::text, 'system'::text, 'import'::text, 'model'::text, 'anonymous'::text])))
);
ALTER TABLE crm_core.crm_audit_log REPLICA IDENTITY FULL;
CREATE INDEX crm_audit_log_actor_idx ON crm_core.crm_audit_log USING btree (actor_id, occurred_at DESC);
CREATE INDEX crm_audit_log_entity_idx ON crm_core.crm_audit_log USING btree (entity, entity_id, occurred_at);
CREATE INDEX crm_audit_log_request_idx ON crm_core.crm_audit_log USING btree (request_id);
CREATE INDEX crm_audit_log_time_idx ON crm_core.crm_audit_log USING btree (occurred_at DESC, id);
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_audit_log FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_audit_enter BEFORE INSERT ON crm_core.crm_audit_log FOR EACH ROW EXECUTE FUNCTION crm_core.crm_audit_enter();
CREATE TRIGGER crm_audit_wait AFTER INSERT ON crm_core.crm_audit_log REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_audit_wait();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_audit_log FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_audit_log FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_audit_log;
GRANT INSERT, SELECT ON crm_core.crm_audit_log TO crm_app;
GRANT SELECT ON crm_core.crm_audit_log TO crm_stream;

CREATE TABLE crm_core.crm_audit_pending (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  digest text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_audit_pending_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_audit_pending REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_audit_pending FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_audit_pending FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_audit_pending FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT SELECT ON crm_core.crm_audit_pending TO crm_app;

CREATE TABLE crm_core.crm_audit_seals (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  first_position bigint NOT NULL,
  last_position bigint NOT NULL,
  previous_head text NOT NULL,
  head text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_audit_seals_pkey PRIMARY KEY (id),
  CONSTRAINT crm_audit_seals_last_position_key UNIQUE (last_position)
);
ALTER TABLE crm_core.crm_audit_seals REPLICA IDENTITY FULL;
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_audit_seals FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_audit_seals FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_audit();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_audit_seals FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_audit_seals;
GRANT SELECT ON crm_core.crm_audit_seals TO crm_app;
GRANT SELECT ON crm_core.crm_audit_seals TO crm_stream;

CREATE TABLE crm_core.crm_audit_verifications (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  requested_by uuid,
  status text DEFAULT 'queued'::text NOT NULL,
  checked_count bigint DEFAULT 0 NOT NULL,
  total_count bigint,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  sound boolean,
  result jsonb,
  error text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_audit_verifications_pkey PRIMARY KEY (id),
  CONSTRAINT crm_audit_verifications_error_check CHECK ((error = ANY (ARRAY['too_long'::text, 'fault'::text]))),
  CONSTRAINT crm_audit_verifications_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
ALTER TABLE crm_core.crm_audit_verifications REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_audit_verifications_unfinished_key ON crm_core.crm_audit_verifications USING btree ((true)) WHERE ((status = ANY (ARRAY['queued'::text, 'running'::text])) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_audit_verifications FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_audit_verifications TO crm_app;

CREATE TABLE crm_core.crm_campaigns (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  name_ar text,
  channel text DEFAULT 'other'::text NOT NULL,
  status text DEFAULT 'planned'::text NOT NULL,
  starts_on date,
  ends_on date,
  budget numeric(18,2),
  currency character(3) DEFAULT 'USD'::bpchar NOT NULL,
  owner_id uuid,
  utm_campaign text,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_campaigns_pkey PRIMARY KEY (id),
  CONSTRAINT crm_campaigns_check CHECK ((ends_on >= starts_on)),
  CONSTRAINT crm_campaigns_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_campaigns_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'active'::text, 'paused'::text, 'completed'::text, 'cancelled'::text]))),
  CONSTRAINT crm_campaigns_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_campaigns REPLICA IDENTITY FULL;
CREATE INDEX crm_campaigns_deleted_idx ON crm_core.crm_campaigns USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_campaigns_external_key ON crm_core.crm_campaigns USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_campaigns_name_trgm ON crm_core.crm_campaigns USING gin (crm_core.crm_fold(name) public.gin_trgm_ops);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_campaigns FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_campaigns FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('campaigns', 'campaign');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_campaigns;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_campaigns TO crm_app;
GRANT SELECT ON crm_core.crm_campaigns TO crm_stream;

CREATE TABLE crm_core.crm_consent_purposes (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  name_ar text NOT NULL,
  description text,
  description_ar text,
  channels text[] NOT NULL,
  legal_basis text DEFAULT 'consent'::text NOT NULL,
  valid_days integer,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_consent_purposes_pkey PRIMARY KEY (id),
  CONSTRAINT crm_consent_purposes_channels_check CHECK (((cardinality(channels) > 0) AND (channels <@ ARRAY['any'::text, 'email'::text, 'sms'::text, 'phone'::text, 'messenger'::text, 'post'::text]))),
  CONSTRAINT crm_consent_purposes_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{1,39}$'::text)),
  CONSTRAINT crm_consent_purposes_legal_basis_check CHECK ((legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal_obligation'::text, 'vital_interests'::text, 'public_task'::text, 'legitimate_interests'::text]))),
  CONSTRAINT crm_consent_purposes_name_ar_check CHECK ((btrim(name_ar) <> ''::text)),
  CONSTRAINT crm_consent_purposes_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_consent_purposes_valid_days_check CHECK (((valid_days >= 1) AND (valid_days <= 36500)))
);
ALTER TABLE crm_core.crm_consent_purposes REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_consent_purposes_key ON crm_core.crm_consent_purposes USING btree (key) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_consent_purposes FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_consent_purposes;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_consent_purposes TO crm_app;
GRANT SELECT ON crm_core.crm_consent_purposes TO crm_stream;

CREATE TABLE crm_core.crm_consent_wordings (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  purpose_id uuid NOT NULL,
  version text NOT NULL,
  locale text NOT NULL,
  body text NOT NULL,
  hash text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_consent_wordings_pkey PRIMARY KEY (id),
  CONSTRAINT crm_consent_wordings_body_check CHECK ((btrim(body) <> ''::text)),
  CONSTRAINT crm_consent_wordings_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT crm_consent_wordings_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text]))),
  CONSTRAINT crm_consent_wordings_version_check CHECK ((btrim(version) <> ''::text)),
  CONSTRAINT crm_consent_wordings_purpose_id_fkey FOREIGN KEY (purpose_id) REFERENCES crm_core.crm_consent_purposes(id)
);
ALTER TABLE crm_core.crm_consent_wordings REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_consent_wordings_key ON crm_core.crm_consent_wordings USING btree (purpose_id, version, locale);
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_consent_wordings FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_consent();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_consent_wordings FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_consent();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_consent_wordings FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_consent_wordings;
GRANT INSERT, SELECT ON crm_core.crm_consent_wordings TO crm_app;
GRANT SELECT ON crm_core.crm_consent_wordings TO crm_stream;

CREATE TABLE crm_core.crm_consents (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  contact_id uuid,
  lead_id uuid,
  purpose_id uuid NOT NULL,
  channel text NOT NULL,
  state text NOT NULL,
  legal_basis text NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  source text NOT NULL,
  wording_id uuid,
  wording_version text,
  wording_hash text,
  reference text,
  ip inet,
  user_agent text,
  actor_id uuid,
  actor_kind text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_consents_pkey PRIMARY KEY (id),
  CONSTRAINT crm_consents_channel_check CHECK ((channel = ANY (ARRAY['any'::text, 'email'::text, 'sms'::text, 'phone'::text, 'messenger'::text, 'post'::text]))),
  CONSTRAINT crm_consents_check CHECK ((expires_at > occurred_at)),
  CONSTRAINT crm_consents_check1 CHECK ((num_nonnulls(contact_id, lead_id) = 1)),
  CONSTRAINT crm_consents_legal_basis_check CHECK ((legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal_obligation'::text, 'vital_interests'::text, 'public_task'::text, 'legitimate_interests'::text]))),
  CONSTRAINT crm_consents_source_check CHECK ((source = ANY (ARRAY['form'::text, 'import'::text, 'api'::text, 'phone'::text, 'email'::text, 'paper'::text, 'in_person'::text, 'user'::text]))),
  CONSTRAINT crm_consents_state_check CHECK ((state = ANY (ARRAY['granted'::text, 'withdrawn'::text]))),
  CONSTRAINT crm_consents_wording_hash_check CHECK ((wording_hash ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT crm_consents_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_consents_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES crm_core.crm_leads(id),
  CONSTRAINT crm_consents_purpose_id_fkey FOREIGN KEY (purpose_id) REFERENCES crm_core.crm_consent_purposes(id),
  CONSTRAINT crm_consents_wording_id_fkey FOREIGN KEY (wording_id) REFERENCES crm_core.crm_consent_wordings(id)
);
ALTER TABLE crm_core.crm_consents REPLICA IDENTITY FULL;
CREATE INDEX crm_consents_contact_idx ON crm_core.crm_consents USING btree (contact_id, purpose_id, channel, occurred_at DESC, id DESC) WHERE (contact_id IS NOT NULL);
CREATE INDEX crm_consents_lead_idx ON crm_core.crm_consents USING btree (lead_id, purpose_id, channel, occurred_at DESC, id DESC) WHERE (lead_id IS NOT NULL);
CREATE INDEX crm_consents_purpose_idx ON crm_core.crm_consents USING btree (purpose_id, channel);
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_consents FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_consent();
CREATE TRIGGER crm_never_emptied BEFORE TRUNCATE ON crm_core.crm_consents FOR EACH STATEMENT EXECUTE FUNCTION crm_core.crm_append_only_consent();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_consents FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_consents;
GRANT INSERT, SELECT ON crm_core.crm_consents TO crm_app;
GRANT SELECT ON crm_core.crm_consents TO crm_stream;

CREATE TABLE crm_core.crm_contact_channels (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  contact_id uuid NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  is_primary boolean DEFAULT false NOT NULL,
  verified_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_contact_channels_pkey PRIMARY KEY (id),
  CONSTRAINT crm_contact_channels_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'mobile'::text, 'whatsapp'::text, 'telegram'::text, 'linkedin'::text, 'x'::text, 'website'::text]))),
  CONSTRAINT crm_contact_channels_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id)
);
ALTER TABLE crm_core.crm_contact_channels REPLICA IDENTITY FULL;
CREATE INDEX crm_contact_channels_contact_bin_idx ON crm_core.crm_contact_channels USING btree (contact_id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_contact_channels_key ON crm_core.crm_contact_channels USING btree (contact_id, kind, value) WHERE (deleted_at IS NULL);
CREATE INDEX crm_contact_channels_value_idx ON crm_core.crm_contact_channels USING btree (kind, value);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_contact_channels FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_contact_channels;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_contact_channels TO crm_app;
GRANT SELECT ON crm_core.crm_contact_channels TO crm_stream;

CREATE TABLE crm_core.crm_contacts (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  account_id uuid,
  first_name text,
  last_name text,
  full_name text NOT NULL,
  full_name_ar text,
  email public.citext,
  phone text,
  mobile text,
  job_title text,
  department text,
  locale text,
  country_code character(2),
  city text,
  owner_id uuid,
  lead_source text,
  utm_source text,
  utm_medium text,
  utm_campaign text,
  utm_term text,
  utm_content text,
  email_opt_in boolean DEFAULT false NOT NULL,
  email_opt_in_at timestamp with time zone,
  email_opt_in_source text,
  sms_opt_in boolean DEFAULT false NOT NULL,
  merged_into_id uuid,
  is_test boolean DEFAULT false NOT NULL,
  search_text text GENERATED ALWAYS AS (crm_core.crm_fold(((((((((full_name || ' '::text) || COALESCE(full_name_ar, ''::text)) || ' '::text) || COALESCE((email)::text, ''::text)) || ' '::text) || COALESCE(phone, ''::text)) || ' '::text) || COALESCE(mobile, ''::text)))) STORED NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_contacts_pkey PRIMARY KEY (id),
  CONSTRAINT crm_contacts_full_name_check CHECK ((btrim(full_name) <> ''::text)),
  CONSTRAINT crm_contacts_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text]))),
  CONSTRAINT crm_contacts_mobile_check CHECK ((mobile ~ '^\+[1-9][0-9]{1,14}$'::text)),
  CONSTRAINT crm_contacts_phone_check CHECK ((phone ~ '^\+[1-9][0-9]{1,14}$'::text)),
  CONSTRAINT crm_contacts_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_contacts_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_contacts_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_contacts REPLICA IDENTITY FULL;
CREATE INDEX crm_contacts_account_bin_idx ON crm_core.crm_contacts USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_contacts_account_idx ON crm_core.crm_contacts USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_contacts_created_idx ON crm_core.crm_contacts USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_contacts_deleted_idx ON crm_core.crm_contacts USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_contacts_email_key ON crm_core.crm_contacts USING btree (email) WHERE ((email IS NOT NULL) AND (deleted_at IS NULL) AND (merged_into_id IS NULL));
CREATE UNIQUE INDEX crm_contacts_external_key ON crm_core.crm_contacts USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_contacts_match_idx ON crm_core.crm_contacts USING gin (crm_core.crm_person_keys(full_name, full_name_ar, (email)::text, phone, mobile)) WHERE ((deleted_at IS NULL) AND (merged_into_id IS NULL));
CREATE INDEX crm_contacts_merged_external_idx ON crm_core.crm_contacts USING btree (external_source, external_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_contacts_merged_idx ON crm_core.crm_contacts USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_contacts_name_idx ON crm_core.crm_contacts USING btree (full_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_contacts_owner_idx ON crm_core.crm_contacts USING btree (owner_id, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_contacts_search_trgm ON crm_core.crm_contacts USING gin (search_text public.gin_trgm_ops);
CREATE INDEX crm_contacts_updated_idx ON crm_core.crm_contacts USING btree (updated_at DESC, id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_contacts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_contacts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('contacts', 'contact');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_contacts;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_contacts TO crm_app;
GRANT SELECT ON crm_core.crm_contacts TO crm_stream;

CREATE TABLE crm_core.crm_credentials (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid NOT NULL,
  password_hash text NOT NULL,
  password_changed_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_credentials_pkey PRIMARY KEY (id),
  CONSTRAINT crm_credentials_user_id_key UNIQUE (user_id),
  CONSTRAINT crm_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_credentials REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_credentials FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_credentials TO crm_app;

CREATE TABLE crm_core.crm_custom_fields (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  key text NOT NULL,
  label text NOT NULL,
  label_ar text NOT NULL,
  type text NOT NULL,
  options jsonb DEFAULT '[]'::jsonb NOT NULL,
  required boolean DEFAULT false NOT NULL,
  "position" integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  is_unique boolean DEFAULT false NOT NULL,
  min_value text,
  max_value text,
  pattern text,
  archived_at timestamp with time zone,
  CONSTRAINT crm_custom_fields_pkey PRIMARY KEY (id),
  CONSTRAINT crm_custom_fields_entity_check CHECK ((entity = ANY (ARRAY['accounts'::text, 'contacts'::text, 'leads'::text, 'deals'::text, 'tickets'::text]))),
  CONSTRAINT crm_custom_fields_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,62}$'::text)),
  CONSTRAINT crm_custom_fields_type_check CHECK ((type = ANY (ARRAY['text'::text, 'long_text'::text, 'integer'::text, 'decimal'::text, 'money'::text, 'date'::text, 'datetime'::text, 'boolean'::text, 'choice'::text, 'multi_choice'::text, 'url'::text, 'email'::text, 'phone'::text])))
);
ALTER TABLE crm_core.crm_custom_fields REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_custom_fields_key ON crm_core.crm_custom_fields USING btree (entity, key) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_custom_fields FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_custom_fields;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_custom_fields TO crm_app;
GRANT SELECT ON crm_core.crm_custom_fields TO crm_stream;

CREATE TABLE crm_core.crm_custom_values (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  field_id uuid NOT NULL,
  entity_id uuid NOT NULL,
  text_value text,
  number_value numeric(28,8),
  date_value date,
  timestamp_value timestamp with time zone,
  boolean_value boolean,
  "json_value" jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  long_text_value text,
  unique_value text,
  CONSTRAINT crm_custom_values_pkey PRIMARY KEY (id),
  CONSTRAINT crm_custom_values_check CHECK ((num_nonnulls(text_value, number_value, date_value, timestamp_value, boolean_value, "json_value", long_text_value) = 1)),
  CONSTRAINT crm_custom_values_field_id_fkey FOREIGN KEY (field_id) REFERENCES crm_core.crm_custom_fields(id)
);
ALTER TABLE crm_core.crm_custom_values REPLICA IDENTITY FULL;
CREATE INDEX crm_custom_values_boolean_value_idx ON crm_core.crm_custom_values USING btree (field_id, boolean_value, entity_id) WHERE ((boolean_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_custom_values_date_value_idx ON crm_core.crm_custom_values USING btree (field_id, date_value, entity_id) WHERE ((date_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_custom_values_entity_idx ON crm_core.crm_custom_values USING btree (entity_id);
CREATE INDEX crm_custom_values_json_value_idx ON crm_core.crm_custom_values USING gin (field_id, "json_value") WHERE (("json_value" IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_custom_values_key ON crm_core.crm_custom_values USING btree (field_id, entity_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_custom_values_number_value_idx ON crm_core.crm_custom_values USING btree (field_id, number_value, entity_id) WHERE ((number_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_custom_values_text_value_idx ON crm_core.crm_custom_values USING btree (field_id, text_value, entity_id) WHERE ((text_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_custom_values_timestamp_value_idx ON crm_core.crm_custom_values USING btree (field_id, timestamp_value, entity_id) WHERE ((timestamp_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_custom_values_unique_key ON crm_core.crm_custom_values USING btree (field_id, unique_value) WHERE ((unique_value IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_custom_values_words_trgm ON crm_core.crm_custom_values USING gin (crm_core.crm_fold(COALESCE(text_value, long_text_value)) public.gin_trgm_ops) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_custom_values FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_custom AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_custom_values FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_custom();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_custom_values;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_custom_values TO crm_app;
GRANT SELECT ON crm_core.crm_custom_values TO crm_stream;

CREATE TABLE crm_core.crm_dashboard_versions (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  dashboard_id uuid NOT NULL,
  version integer NOT NULL,
  layout jsonb NOT NULL,
  period text,
  filters jsonb DEFAULT '[]'::jsonb NOT NULL,
  pins jsonb DEFAULT '{}'::jsonb NOT NULL,
  note text,
  restored_from integer,
  author_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_dashboard_versions_pkey PRIMARY KEY (id),
  CONSTRAINT crm_dashboard_versions_filters_check CHECK ((jsonb_typeof(filters) = 'array'::text)),
  CONSTRAINT crm_dashboard_versions_layout_check CHECK ((jsonb_typeof((layout -> 'tiles'::text)) = 'array'::text)),
  CONSTRAINT crm_dashboard_versions_note_check CHECK ((btrim(note) <> ''::text)),
  CONSTRAINT crm_dashboard_versions_pins_check CHECK ((jsonb_typeof(pins) = 'object'::text)),
  CONSTRAINT crm_dashboard_versions_version_check CHECK ((version > 0)),
  CONSTRAINT crm_dashboard_versions_author_id_fkey FOREIGN KEY (author_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_dashboard_versions_dashboard_id_fkey FOREIGN KEY (dashboard_id) REFERENCES crm_core.crm_dashboards(id)
);
ALTER TABLE crm_core.crm_dashboard_versions REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_dashboard_versions_key ON crm_core.crm_dashboard_versions USING btree (dashboard_id, version);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_dashboard_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_versions_only BEFORE DELETE OR UPDATE ON crm_core.crm_dashboard_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_dashboard_version();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_dashboard_versions TO crm_app;

CREATE TABLE crm_core.crm_dashboards (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  key text,
  name text NOT NULL,
  name_ar text,
  role text,
  owner_id uuid,
  shared_roles text[] DEFAULT '{}'::text[] NOT NULL,
  based_on_id uuid,
  layout jsonb NOT NULL,
  period text,
  filters jsonb DEFAULT '[]'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  version integer DEFAULT 1 NOT NULL,
  pins jsonb DEFAULT '{}'::jsonb NOT NULL,
  shared_team_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  shared_user_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  CONSTRAINT crm_dashboards_pkey PRIMARY KEY (id),
  CONSTRAINT crm_dashboards_check CHECK (((key IS NULL) = (owner_id IS NOT NULL))),
  CONSTRAINT crm_dashboards_filters_check CHECK ((jsonb_typeof(filters) = 'array'::text)),
  CONSTRAINT crm_dashboards_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{1,39}$'::text)),
  CONSTRAINT crm_dashboards_layout_check CHECK ((jsonb_typeof((layout -> 'tiles'::text)) = 'array'::text)),
  CONSTRAINT crm_dashboards_name_ar_check CHECK ((btrim(name_ar) <> ''::text)),
  CONSTRAINT crm_dashboards_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_dashboards_pins_check CHECK ((jsonb_typeof(pins) = 'object'::text)),
  CONSTRAINT crm_dashboards_role_check CHECK ((role = ANY (ARRAY['executive'::text, 'sales_manager'::text, 'rep'::text, 'finance'::text, 'support'::text]))),
  CONSTRAINT crm_dashboards_version_check CHECK ((version > 0)),
  CONSTRAINT crm_dashboards_based_on_id_fkey FOREIGN KEY (based_on_id) REFERENCES crm_core.crm_dashboards(id),
  CONSTRAINT crm_dashboards_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_dashboards REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_dashboards_copy_key ON crm_core.crm_dashboards USING btree (owner_id, based_on_id) WHERE ((based_on_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_dashboards_key ON crm_core.crm_dashboards USING btree (key) WHERE ((key IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_dashboards_owner_idx ON crm_core.crm_dashboards USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_dashboards_shared_idx ON crm_core.crm_dashboards USING gin (shared_roles) WHERE (deleted_at IS NULL);
CREATE INDEX crm_dashboards_teams_idx ON crm_core.crm_dashboards USING gin (shared_team_ids) WHERE (deleted_at IS NULL);
CREATE INDEX crm_dashboards_users_idx ON crm_core.crm_dashboards USING gin (shared_user_ids) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_dashboards FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_dashboards TO crm_app;

CREATE TABLE crm_core.crm_deal_line_items (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  deal_id uuid NOT NULL,
  product_id uuid,
  description text,
  quantity numeric(18,4) DEFAULT 1 NOT NULL,
  unit_price numeric(18,2) NOT NULL,
  discount_rate numeric(7,6) DEFAULT 0 NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  net_amount numeric(18,2) GENERATED ALWAYS AS (round(((quantity * unit_price) * ((1)::numeric - discount_rate)), 2)) STORED,
  currency character(3) NOT NULL,
  "position" integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_deal_line_items_pkey PRIMARY KEY (id),
  CONSTRAINT crm_deal_line_items_discount_rate_check CHECK (((discount_rate >= (0)::numeric) AND (discount_rate <= (1)::numeric))),
  CONSTRAINT crm_deal_line_items_quantity_check CHECK ((quantity > (0)::numeric)),
  CONSTRAINT crm_deal_line_items_tax_rate_check CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric))),
  CONSTRAINT crm_deal_line_items_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_deal_line_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id)
);
ALTER TABLE crm_core.crm_deal_line_items REPLICA IDENTITY FULL;
CREATE INDEX crm_deal_line_items_deal_idx ON crm_core.crm_deal_line_items USING btree (deal_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_deal_line_items FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_deal_line_items;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_deal_line_items TO crm_app;
GRANT SELECT ON crm_core.crm_deal_line_items TO crm_stream;

CREATE TABLE crm_core.crm_deal_scores (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  deal_id uuid NOT NULL,
  model_id uuid NOT NULL,
  probability numeric(5,4) NOT NULL,
  base_probability numeric(5,4),
  reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
  scored_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_deal_scores_pkey PRIMARY KEY (id),
  CONSTRAINT crm_deal_scores_probability_check CHECK (((probability >= (0)::numeric) AND (probability <= (1)::numeric))),
  CONSTRAINT crm_deal_scores_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_deal_scores_model_id_fkey FOREIGN KEY (model_id) REFERENCES crm_core.crm_models(id)
);
ALTER TABLE crm_core.crm_deal_scores REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_deal_scores_deal_key ON crm_core.crm_deal_scores USING btree (deal_id);
CREATE INDEX crm_deal_scores_probability_idx ON crm_core.crm_deal_scores USING btree (probability DESC, deal_id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_deal_scores FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_deal_scores;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_deal_scores TO crm_app;
GRANT SELECT ON crm_core.crm_deal_scores TO crm_stream;

CREATE TABLE crm_core.crm_deal_stage_history (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  deal_id uuid NOT NULL,
  from_stage_id uuid,
  to_stage_id uuid NOT NULL,
  entered_at timestamp with time zone NOT NULL,
  left_at timestamp with time zone,
  changed_by uuid,
  amount numeric(18,2),
  currency character(3),
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_deal_stage_history_pkey PRIMARY KEY (id),
  CONSTRAINT crm_deal_stage_history_check CHECK ((left_at >= entered_at)),
  CONSTRAINT crm_deal_stage_history_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_deal_stage_history_from_stage_id_fkey FOREIGN KEY (from_stage_id) REFERENCES crm_core.crm_stages(id),
  CONSTRAINT crm_deal_stage_history_to_stage_id_fkey FOREIGN KEY (to_stage_id) REFERENCES crm_core.crm_stages(id)
);
ALTER TABLE crm_core.crm_deal_stage_history REPLICA IDENTITY FULL;
CREATE INDEX crm_deal_stage_history_deal_idx ON crm_core.crm_deal_stage_history USING btree (deal_id, entered_at);
CREATE UNIQUE INDEX crm_deal_stage_history_open_key ON crm_core.crm_deal_stage_history USING btree (deal_id) WHERE ((left_at IS NULL) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_deal_stage_history FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_deal_stage_history;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_deal_stage_history TO crm_app;
GRANT SELECT ON crm_core.crm_deal_stage_history TO crm_stream;

CREATE TABLE crm_core.crm_deals (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  account_id uuid,
  primary_contact_id uuid,
  owner_id uuid,
  pipeline_id uuid NOT NULL,
  stage_id uuid NOT NULL,
  status text DEFAULT 'open'::text NOT NULL,
  expected_value numeric(18,2),
  currency character(3) DEFAULT 'USD'::bpchar NOT NULL,
  close_date date,
  closed_at timestamp with time zone,
  lost_reason text,
  source text,
  product_id uuid,
  campaign_id uuid,
  forecast_category text,
  next_step text,
  description text,
  is_test boolean DEFAULT false NOT NULL,
  search_text text GENERATED ALWAYS AS (crm_core.crm_fold(((name || ' '::text) || COALESCE(external_id, ''::text)))) STORED NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_deals_pkey PRIMARY KEY (id),
  CONSTRAINT crm_deals_check CHECK (((status = 'open'::text) = (closed_at IS NULL))),
  CONSTRAINT crm_deals_forecast_category_check CHECK ((forecast_category = ANY (ARRAY['omitted'::text, 'pipeline'::text, 'best_case'::text, 'commit'::text, 'closed'::text]))),
  CONSTRAINT crm_deals_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_deals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
  CONSTRAINT crm_deals_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_deals_campaign_fk FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns(id),
  CONSTRAINT crm_deals_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_deals_pipeline_id_fkey FOREIGN KEY (pipeline_id) REFERENCES crm_core.crm_pipelines(id),
  CONSTRAINT crm_deals_primary_contact_id_fkey FOREIGN KEY (primary_contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_deals_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id),
  CONSTRAINT crm_deals_stage_id_fkey FOREIGN KEY (stage_id) REFERENCES crm_core.crm_stages(id)
);
ALTER TABLE crm_core.crm_deals REPLICA IDENTITY FULL;
CREATE INDEX crm_deals_account_bin_idx ON crm_core.crm_deals USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_deals_account_idx ON crm_core.crm_deals USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_created_idx ON crm_core.crm_deals USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_deleted_idx ON crm_core.crm_deals USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_deals_external_key ON crm_core.crm_deals USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_deals_name_idx ON crm_core.crm_deals USING btree (name, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_owner_idx ON crm_core.crm_deals USING btree (owner_id, status, close_date) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_primary_contact_child_idx ON crm_core.crm_deals USING btree (primary_contact_id) WHERE (primary_contact_id IS NOT NULL);
CREATE INDEX crm_deals_search_trgm ON crm_core.crm_deals USING gin (search_text public.gin_trgm_ops);
CREATE INDEX crm_deals_stage_idx ON crm_core.crm_deals USING btree (stage_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_status_close_idx ON crm_core.crm_deals USING btree (status, close_date, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_updated_idx ON crm_core.crm_deals USING btree (updated_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_deals_value_idx ON crm_core.crm_deals USING btree (expected_value DESC, id, status, owner_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_deals FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_deals FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('deals', 'deal');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_deals;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_deals TO crm_app;
GRANT SELECT ON crm_core.crm_deals TO crm_stream;

CREATE TABLE crm_core.crm_dedupe_jobs (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  status text DEFAULT 'queued'::text NOT NULL,
  requested_by uuid,
  threshold numeric(4,3) DEFAULT 0.85 NOT NULL,
  compared_count bigint DEFAULT 0 NOT NULL,
  candidate_count bigint DEFAULT 0 NOT NULL,
  finished_at timestamp with time zone,
  error text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_dedupe_jobs_pkey PRIMARY KEY (id),
  CONSTRAINT crm_dedupe_jobs_entity_check CHECK ((entity = ANY (ARRAY['accounts'::text, 'contacts'::text, 'leads'::text]))),
  CONSTRAINT crm_dedupe_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text]))),
  CONSTRAINT crm_dedupe_jobs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_dedupe_jobs REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_dedupe_jobs FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_dedupe_jobs;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_dedupe_jobs TO crm_app;
GRANT SELECT ON crm_core.crm_dedupe_jobs TO crm_stream;

CREATE TABLE crm_core.crm_demo_mails (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid,
  subject text DEFAULT ''::text NOT NULL,
  byte_count integer NOT NULL,
  raw bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_demo_mails_pkey PRIMARY KEY (id),
  CONSTRAINT crm_demo_mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_demo_mails REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_demo_mails_user_idx ON crm_core.crm_demo_mails USING btree (user_id, id DESC);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_demo_mails FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_demo_mails TO crm_app;

CREATE TABLE crm_core.crm_enrichment_proposals (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  provider text NOT NULL,
  field text NOT NULL,
  seen_value text,
  proposed_value text NOT NULL,
  status text DEFAULT 'open'::text NOT NULL,
  decided_by uuid,
  decided_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_enrichment_proposals_pkey PRIMARY KEY (id),
  CONSTRAINT crm_enrichment_proposals_entity_check CHECK ((entity = ANY (ARRAY['accounts'::text, 'contacts'::text, 'leads'::text]))),
  CONSTRAINT crm_enrichment_proposals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'accepted'::text, 'rejected'::text])))
);
ALTER TABLE crm_core.crm_enrichment_proposals REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_enrichment_proposals_key ON crm_core.crm_enrichment_proposals USING btree (entity, entity_id, provider, field, md5(proposed_value)) WHERE (deleted_at IS NULL);
CREATE INDEX crm_enrichment_proposals_open_idx ON crm_core.crm_enrichment_proposals USING btree (entity, id) WHERE ((status = 'open'::text) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_enrichment_proposals FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_enrichment_proposals TO crm_app;

CREATE TABLE crm_core.crm_erasures (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  subject_type text NOT NULL,
  subject_id uuid NOT NULL,
  reason text NOT NULL,
  requested_by uuid,
  identifier_count integer NOT NULL,
  scope jsonb NOT NULL,
  certified_at timestamp with time zone,
  certificate_hash text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_erasures_pkey PRIMARY KEY (id),
  CONSTRAINT crm_erasures_reason_check CHECK ((reason = ANY (ARRAY['request'::text, 'consent_withdrawn'::text, 'objection'::text, 'no_longer_needed'::text, 'unlawful'::text, 'legal_obligation'::text]))),
  CONSTRAINT crm_erasures_subject_type_check CHECK ((subject_type = ANY (ARRAY['contact'::text, 'lead'::text, 'user'::text, 'account'::text])))
);
ALTER TABLE crm_core.crm_erasures REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_erasures FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_erasures;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_erasures TO crm_app;
GRANT SELECT ON crm_core.crm_erasures TO crm_stream;

CREATE TABLE crm_core.crm_exchange_rates (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  base_currency character(3) NOT NULL,
  quote_currency character(3) NOT NULL,
  rate numeric(20,10) NOT NULL,
  valid_on date NOT NULL,
  source text DEFAULT 'manual'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_exchange_rates_pkey PRIMARY KEY (id),
  CONSTRAINT crm_exchange_rates_check CHECK ((quote_currency <> base_currency)),
  CONSTRAINT crm_exchange_rates_rate_check CHECK ((rate > (0)::numeric))
);
ALTER TABLE crm_core.crm_exchange_rates REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_exchange_rates_key ON crm_core.crm_exchange_rates USING btree (base_currency, quote_currency, valid_on) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_exchange_rates FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_exchange_rates;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_exchange_rates TO crm_app;
GRANT SELECT ON crm_core.crm_exchange_rates TO crm_stream;

CREATE TABLE crm_core.crm_feature_flags (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  tenant_id uuid NOT NULL,
  key text NOT NULL,
  enabled boolean DEFAULT true NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_feature_flags_pkey PRIMARY KEY (id),
  CONSTRAINT crm_feature_flags_key_check CHECK ((key ~~ 'crm\_feature\_%'::text)),
  CONSTRAINT crm_feature_flags_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES crm_core.crm_tenants(id)
);
ALTER TABLE crm_core.crm_feature_flags REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_feature_flags_key ON crm_core.crm_feature_flags USING btree (tenant_id, key) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_feature_flags FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_feature_flags;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_feature_flags TO crm_app;
GRANT SELECT ON crm_core.crm_feature_flags TO crm_stream;

CREATE TABLE crm_core.crm_forecast_adjustments (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  user_id uuid,
  team_id uuid,
  delta numeric(18,2) NOT NULL,
  target numeric(18,2),
  currency character(3) NOT NULL,
  reason text NOT NULL,
  author_id uuid,
  version integer NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_forecast_adjustments_pkey PRIMARY KEY (id),
  CONSTRAINT crm_forecast_adjustments_check CHECK ((period_end > period_start)),
  CONSTRAINT crm_forecast_adjustments_check1 CHECK ((num_nonnulls(user_id, team_id) = 1)),
  CONSTRAINT crm_forecast_adjustments_reason_check CHECK ((btrim(reason) <> ''::text)),
  CONSTRAINT crm_forecast_adjustments_version_check CHECK ((version > 0)),
  CONSTRAINT crm_forecast_adjustments_author_id_fkey FOREIGN KEY (author_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_forecast_adjustments_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_core.crm_teams(id),
  CONSTRAINT crm_forecast_adjustments_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_forecast_adjustments REPLICA IDENTITY FULL;
CREATE INDEX crm_forecast_adjustments_period_idx ON crm_core.crm_forecast_adjustments USING btree (period_start, period_end);
CREATE UNIQUE INDEX crm_forecast_adjustments_team_key ON crm_core.crm_forecast_adjustments USING btree (team_id, period_start, period_end, version) WHERE (team_id IS NOT NULL);
CREATE UNIQUE INDEX crm_forecast_adjustments_user_key ON crm_core.crm_forecast_adjustments USING btree (user_id, period_start, period_end, version) WHERE (user_id IS NOT NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_forecast_adjustments FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_versions_only BEFORE DELETE OR UPDATE ON crm_core.crm_forecast_adjustments FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_adjustment();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_forecast_adjustments;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_forecast_adjustments TO crm_app;
GRANT SELECT ON crm_core.crm_forecast_adjustments TO crm_stream;

CREATE TABLE crm_core.crm_forecast_scenarios (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  owner_id uuid NOT NULL,
  period text NOT NULL,
  filter jsonb DEFAULT '{}'::jsonb NOT NULL,
  changes jsonb DEFAULT '{}'::jsonb NOT NULL,
  shared_roles text[] DEFAULT '{}'::text[] NOT NULL,
  shared_team_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_forecast_scenarios_pkey PRIMARY KEY (id),
  CONSTRAINT crm_forecast_scenarios_changes_check CHECK ((jsonb_typeof(changes) = 'object'::text)),
  CONSTRAINT crm_forecast_scenarios_filter_check CHECK ((jsonb_typeof(filter) = 'object'::text)),
  CONSTRAINT crm_forecast_scenarios_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_forecast_scenarios_period_check CHECK ((period ~ '^[0-9]{4}(|-Q[1-4]|-0[1-9]|-1[0-2])$'::text)),
  CONSTRAINT crm_forecast_scenarios_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_forecast_scenarios REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_forecast_scenarios_owner_idx ON crm_core.crm_forecast_scenarios USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_forecast_scenarios_roles_idx ON crm_core.crm_forecast_scenarios USING gin (shared_roles) WHERE (deleted_at IS NULL);
CREATE INDEX crm_forecast_scenarios_teams_idx ON crm_core.crm_forecast_scenarios USING gin (shared_team_ids) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_forecast_scenarios FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_forecast_scenarios TO crm_app;

CREATE TABLE crm_core.crm_forecast_snapshots (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  taken_at timestamp with time zone NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  user_id uuid,
  team_id uuid,
  source text DEFAULT 'rep'::text NOT NULL,
  category text NOT NULL,
  amount numeric(18,2) NOT NULL,
  adjusted_amount numeric(18,2),
  adjustment_reason text,
  currency character(3) NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  taken_on date,
  CONSTRAINT crm_forecast_snapshots_pkey PRIMARY KEY (id),
  CONSTRAINT crm_forecast_snapshots_category_check CHECK ((category = ANY (ARRAY['omitted'::text, 'pipeline'::text, 'best_case'::text, 'commit'::text, 'closed'::text, 'weighted'::text]))),
  CONSTRAINT crm_forecast_snapshots_check CHECK ((period_end > period_start)),
  CONSTRAINT crm_forecast_snapshots_source_check CHECK ((source = ANY (ARRAY['rep'::text, 'manager'::text, 'model'::text, 'stage'::text]))),
  CONSTRAINT crm_forecast_snapshots_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_core.crm_teams(id),
  CONSTRAINT crm_forecast_snapshots_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_forecast_snapshots REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_forecast_snapshots_daily_key ON crm_core.crm_forecast_snapshots USING btree (taken_on, period_start, period_end, COALESCE(user_id, team_id), source, category) WHERE ((taken_on IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_forecast_snapshots_period_idx ON crm_core.crm_forecast_snapshots USING btree (period_start, taken_at);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_forecast_snapshots FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_forecast_snapshots;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_forecast_snapshots TO crm_app;
GRANT SELECT ON crm_core.crm_forecast_snapshots TO crm_stream;

CREATE TABLE crm_core.crm_idempotency_keys (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  caller text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status smallint,
  headers jsonb,
  body text,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_idempotency_keys_pkey PRIMARY KEY (id),
  CONSTRAINT crm_idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);
ALTER TABLE crm_core.crm_idempotency_keys REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_idempotency_keys_expiry_idx ON crm_core.crm_idempotency_keys USING btree (expires_at);
CREATE UNIQUE INDEX crm_idempotency_keys_key ON crm_core.crm_idempotency_keys USING btree (caller, key);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_idempotency_keys FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_idempotency_keys TO crm_app;

CREATE TABLE crm_core.crm_import_files (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  import_id uuid NOT NULL,
  "position" integer NOT NULL,
  content bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_import_files_pkey PRIMARY KEY (id),
  CONSTRAINT crm_import_files_import_id_fkey FOREIGN KEY (import_id) REFERENCES crm_core.crm_imports(id)
);
ALTER TABLE crm_core.crm_import_files REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_import_files_key ON crm_core.crm_import_files USING btree (import_id, "position");
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_import_files FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_import_files TO crm_app;

CREATE TABLE crm_core.crm_import_mappings (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  entity text NOT NULL,
  source text DEFAULT 'file'::text NOT NULL,
  mapping jsonb NOT NULL,
  owner_id uuid,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_import_mappings_pkey PRIMARY KEY (id),
  CONSTRAINT crm_import_mappings_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_import_mappings REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_import_mappings_name_key ON crm_core.crm_import_mappings USING btree (entity, name) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_import_mappings FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_import_mappings;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_import_mappings TO crm_app;
GRANT SELECT ON crm_core.crm_import_mappings TO crm_stream;

CREATE TABLE crm_core.crm_import_rows (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  import_id uuid NOT NULL,
  row_number integer NOT NULL,
  outcome text NOT NULL,
  problems jsonb NOT NULL,
  raw jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_import_rows_pkey PRIMARY KEY (id),
  CONSTRAINT crm_import_rows_outcome_check CHECK ((outcome = ANY (ARRAY['error'::text, 'warning'::text]))),
  CONSTRAINT crm_import_rows_import_id_fkey FOREIGN KEY (import_id) REFERENCES crm_core.crm_imports(id)
);
ALTER TABLE crm_core.crm_import_rows REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_import_rows_key ON crm_core.crm_import_rows USING btree (import_id, row_number);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_import_rows FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_import_rows TO crm_app;

CREATE TABLE crm_core.crm_imports (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  file_name text NOT NULL,
  format text NOT NULL,
  source text DEFAULT 'file'::text NOT NULL,
  mapping jsonb DEFAULT '{}'::jsonb NOT NULL,
  dry_run boolean DEFAULT false NOT NULL,
  status text DEFAULT 'queued'::text NOT NULL,
  total_rows integer,
  processed_rows integer DEFAULT 0 NOT NULL,
  created_count integer DEFAULT 0 NOT NULL,
  updated_count integer DEFAULT 0 NOT NULL,
  unchanged_count integer DEFAULT 0 NOT NULL,
  skipped_count integer DEFAULT 0 NOT NULL,
  error_count integer DEFAULT 0 NOT NULL,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  error jsonb,
  requested_by uuid,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_imports_pkey PRIMARY KEY (id),
  CONSTRAINT crm_imports_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'xlsx'::text]))),
  CONSTRAINT crm_imports_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text]))),
  CONSTRAINT crm_imports_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_imports REPLICA IDENTITY FULL;
CREATE INDEX crm_imports_created_idx ON crm_core.crm_imports USING btree (created_at DESC, id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_imports FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_imports;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_imports TO crm_app;
GRANT SELECT ON crm_core.crm_imports TO crm_stream;

CREATE TABLE crm_core.crm_invoice_line_items (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  invoice_id uuid NOT NULL,
  product_id uuid,
  description text,
  quantity numeric(18,4) DEFAULT 1 NOT NULL,
  unit_price numeric(18,2) NOT NULL,
  discount_rate numeric(7,6) DEFAULT 0 NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  net_amount numeric(18,2) GENERATED ALWAYS AS (round(((quantity * unit_price) * ((1)::numeric - discount_rate)), 2)) STORED,
  "position" integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_invoice_line_items_pkey PRIMARY KEY (id),
  CONSTRAINT crm_invoice_line_items_discount_rate_check CHECK (((discount_rate >= (0)::numeric) AND (discount_rate <= (1)::numeric))),
  CONSTRAINT crm_invoice_line_items_tax_rate_check CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric))),
  CONSTRAINT crm_invoice_line_items_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES crm_core.crm_invoices(id),
  CONSTRAINT crm_invoice_line_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id)
);
ALTER TABLE crm_core.crm_invoice_line_items REPLICA IDENTITY FULL;
CREATE INDEX crm_invoice_line_items_invoice_idx ON crm_core.crm_invoice_line_items USING btree (invoice_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_invoice_line_items FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_invoice_line_items;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_invoice_line_items TO crm_app;
GRANT SELECT ON crm_core.crm_invoice_line_items TO crm_stream;

CREATE TABLE crm_core.crm_invoices (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  number text NOT NULL,
  account_id uuid NOT NULL,
  subscription_id uuid,
  order_id uuid,
  deal_id uuid,
  owner_id uuid,
  status text DEFAULT 'draft'::text NOT NULL,
  currency character(3) NOT NULL,
  net_total numeric(18,2) DEFAULT 0 NOT NULL,
  tax_total numeric(18,2) DEFAULT 0 NOT NULL,
  gross_total numeric(18,2) GENERATED ALWAYS AS ((net_total + tax_total)) STORED,
  paid_total numeric(18,2) DEFAULT 0 NOT NULL,
  issued_on date DEFAULT CURRENT_DATE NOT NULL,
  due_on date,
  paid_at timestamp with time zone,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_invoices_pkey PRIMARY KEY (id),
  CONSTRAINT crm_invoices_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'paid'::text, 'overdue'::text, 'void'::text, 'uncollectible'::text]))),
  CONSTRAINT crm_invoices_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_invoices_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES crm_core.crm_orders(id),
  CONSTRAINT crm_invoices_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_invoices_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES crm_core.crm_subscriptions(id)
);
ALTER TABLE crm_core.crm_invoices REPLICA IDENTITY FULL;
CREATE INDEX crm_invoices_account_bin_idx ON crm_core.crm_invoices USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_invoices_account_idx ON crm_core.crm_invoices USING btree (account_id, issued_on) WHERE (deleted_at IS NULL);
CREATE INDEX crm_invoices_created_idx ON crm_core.crm_invoices USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_invoices_deleted_idx ON crm_core.crm_invoices USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_invoices_external_key ON crm_core.crm_invoices USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_invoices_number_key ON crm_core.crm_invoices USING btree (number) WHERE (deleted_at IS NULL);
CREATE INDEX crm_invoices_status_due_idx ON crm_core.crm_invoices USING btree (status, due_on, id, owner_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_invoices FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_invoices FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('invoices', 'invoice');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_invoices;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_invoices TO crm_app;
GRANT SELECT ON crm_core.crm_invoices TO crm_stream;

CREATE TABLE crm_core.crm_leads (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  full_name text NOT NULL,
  company text,
  email public.citext,
  phone text,
  job_title text,
  country_code character(2),
  region text,
  industry text,
  source text,
  campaign_id uuid,
  utm_source text,
  utm_medium text,
  utm_campaign text,
  status text DEFAULT 'new'::text NOT NULL,
  mql_at timestamp with time zone,
  sql_at timestamp with time zone,
  converted_at timestamp with time zone,
  disqualified_at timestamp with time zone,
  disqualified_reason text,
  converted_account_id uuid,
  converted_contact_id uuid,
  converted_deal_id uuid,
  owner_id uuid,
  score numeric(5,2),
  is_test boolean DEFAULT false NOT NULL,
  search_text text GENERATED ALWAYS AS (crm_core.crm_fold(((((((full_name || ' '::text) || COALESCE(company, ''::text)) || ' '::text) || COALESCE((email)::text, ''::text)) || ' '::text) || COALESCE(phone, ''::text)))) STORED NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  merged_into_id uuid,
  CONSTRAINT crm_leads_pkey PRIMARY KEY (id),
  CONSTRAINT crm_leads_full_name_check CHECK ((btrim(full_name) <> ''::text)),
  CONSTRAINT crm_leads_phone_check CHECK ((phone ~ '^\+[1-9][0-9]{1,14}$'::text)),
  CONSTRAINT crm_leads_status_check CHECK ((status = ANY (ARRAY['new'::text, 'working'::text, 'mql'::text, 'sql'::text, 'converted'::text, 'disqualified'::text]))),
  CONSTRAINT crm_leads_campaign_fk FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns(id),
  CONSTRAINT crm_leads_converted_account_id_fkey FOREIGN KEY (converted_account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_leads_converted_contact_id_fkey FOREIGN KEY (converted_contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_leads_deal_fk FOREIGN KEY (converted_deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_leads_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES crm_core.crm_leads(id),
  CONSTRAINT crm_leads_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_leads REPLICA IDENTITY FULL;
CREATE INDEX crm_leads_converted_account_child_idx ON crm_core.crm_leads USING btree (converted_account_id) WHERE (converted_account_id IS NOT NULL);
CREATE INDEX crm_leads_converted_contact_child_idx ON crm_core.crm_leads USING btree (converted_contact_id) WHERE (converted_contact_id IS NOT NULL);
CREATE INDEX crm_leads_created_idx ON crm_core.crm_leads USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_leads_deleted_idx ON crm_core.crm_leads USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_leads_email_idx ON crm_core.crm_leads USING btree (email) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX crm_leads_external_key ON crm_core.crm_leads USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_leads_match_idx ON crm_core.crm_leads USING gin (crm_core.crm_person_keys(full_name, NULL::text, (email)::text, phone, NULL::text)) WHERE ((deleted_at IS NULL) AND (merged_into_id IS NULL));
CREATE INDEX crm_leads_merged_external_idx ON crm_core.crm_leads USING btree (external_source, external_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_leads_merged_idx ON crm_core.crm_leads USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX crm_leads_owner_idx ON crm_core.crm_leads USING btree (owner_id, status) WHERE (deleted_at IS NULL);
CREATE INDEX crm_leads_search_trgm ON crm_core.crm_leads USING gin (search_text public.gin_trgm_ops);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_leads FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_leads FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('leads', 'lead');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_leads;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_leads TO crm_app;
GRANT SELECT ON crm_core.crm_leads TO crm_stream;

CREATE TABLE crm_core.crm_login_attempts (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  key text NOT NULL,
  failures integer NOT NULL,
  last_failed_at timestamp with time zone DEFAULT now() NOT NULL,
  blocked_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_login_attempts_pkey PRIMARY KEY (id),
  CONSTRAINT crm_login_attempts_key_key UNIQUE (key)
);
ALTER TABLE crm_core.crm_login_attempts REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_login_attempts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_login_attempts TO crm_app;

CREATE TABLE crm_core.crm_mail_domains (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  domain text NOT NULL,
  status text NOT NULL,
  exchanges text[] DEFAULT '{}'::text[] NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  checked_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_mail_domains_pkey PRIMARY KEY (id),
  CONSTRAINT crm_mail_domains_status_check CHECK ((status = ANY (ARRAY['mx'::text, 'address_only'::text, 'refuses_mail'::text, 'no_domain'::text, 'unknown'::text])))
);
ALTER TABLE crm_core.crm_mail_domains REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_mail_domains_key ON crm_core.crm_mail_domains USING btree (domain);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_mail_domains FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_mail_domains TO crm_app;

CREATE TABLE crm_core.crm_marketing_spend (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  spent_on date NOT NULL,
  channel text NOT NULL,
  kind text DEFAULT 'marketing'::text NOT NULL,
  campaign_id uuid,
  region text,
  amount numeric(18,2) NOT NULL,
  currency character(3) NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_marketing_spend_pkey PRIMARY KEY (id),
  CONSTRAINT crm_marketing_spend_kind_check CHECK ((kind = ANY (ARRAY['marketing'::text, 'sales'::text]))),
  CONSTRAINT crm_marketing_spend_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns(id)
);
ALTER TABLE crm_core.crm_marketing_spend REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_marketing_spend FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_marketing_spend;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_marketing_spend TO crm_app;
GRANT SELECT ON crm_core.crm_marketing_spend TO crm_stream;

CREATE TABLE crm_core.crm_merge_candidates (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  job_id uuid,
  entity text NOT NULL,
  left_id uuid NOT NULL,
  right_id uuid NOT NULL,
  similarity numeric(4,3) NOT NULL,
  evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
  status text DEFAULT 'open'::text NOT NULL,
  decided_by uuid,
  decided_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_merge_candidates_pkey PRIMARY KEY (id),
  CONSTRAINT crm_merge_candidates_check CHECK ((left_id < right_id)),
  CONSTRAINT crm_merge_candidates_entity_check CHECK ((entity = ANY (ARRAY['accounts'::text, 'contacts'::text, 'leads'::text]))),
  CONSTRAINT crm_merge_candidates_status_check CHECK ((status = ANY (ARRAY['open'::text, 'merged'::text, 'rejected'::text, 'undone'::text]))),
  CONSTRAINT crm_merge_candidates_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_merge_candidates_job_id_fkey FOREIGN KEY (job_id) REFERENCES crm_core.crm_dedupe_jobs(id)
);
ALTER TABLE crm_core.crm_merge_candidates REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_merge_candidates_key ON crm_core.crm_merge_candidates USING btree (entity, left_id, right_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_merge_candidates_open_idx ON crm_core.crm_merge_candidates USING btree (entity, similarity DESC, id) WHERE ((status = 'open'::text) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_merge_candidates FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_merge_candidates;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_merge_candidates TO crm_app;
GRANT SELECT ON crm_core.crm_merge_candidates TO crm_stream;

CREATE TABLE crm_core.crm_merges (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  survivor_id uuid NOT NULL,
  loser_id uuid NOT NULL,
  candidate_id uuid,
  candidate_before text,
  survivor_before jsonb NOT NULL,
  survivor_after jsonb NOT NULL,
  moved jsonb NOT NULL,
  merged_by uuid,
  undone_at timestamp with time zone,
  undone_by uuid,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_merges_pkey PRIMARY KEY (id),
  CONSTRAINT crm_merges_check CHECK ((loser_id <> survivor_id)),
  CONSTRAINT crm_merges_entity_check CHECK ((entity = ANY (ARRAY['accounts'::text, 'contacts'::text, 'leads'::text]))),
  CONSTRAINT crm_merges_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES crm_core.crm_merge_candidates(id) ON DELETE SET NULL
);
ALTER TABLE crm_core.crm_merges REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_merges_candidate_idx ON crm_core.crm_merges USING btree (candidate_id) WHERE (candidate_id IS NOT NULL);
CREATE UNIQUE INDEX crm_merges_loser_key ON crm_core.crm_merges USING btree (entity, loser_id) WHERE ((undone_at IS NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_merges_survivor_idx ON crm_core.crm_merges USING btree (entity, survivor_id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_merges FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_merges TO crm_app;

CREATE TABLE crm_core.crm_models (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  kind text NOT NULL,
  version integer NOT NULL,
  state text NOT NULL,
  method text,
  trained_at timestamp with time zone,
  data_from timestamp with time zone,
  data_to timestamp with time zone,
  data_lsn numeric(20,0),
  code_version text,
  metrics jsonb DEFAULT '{}'::jsonb NOT NULL,
  parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
  artifact jsonb,
  message text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_models_pkey PRIMARY KEY (id),
  CONSTRAINT crm_models_kind_check CHECK ((kind = ANY (ARRAY['win'::text, 'churn'::text, 'lead'::text]))),
  CONSTRAINT crm_models_state_check CHECK ((state = ANY (ARRAY['training'::text, 'insufficient_data'::text, 'active'::text, 'retired'::text, 'rejected'::text, 'failed'::text])))
);
ALTER TABLE crm_core.crm_models REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_models_active_key ON crm_core.crm_models USING btree (kind) WHERE ((state = 'active'::text) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_models_version_key ON crm_core.crm_models USING btree (kind, version) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_models FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_models;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_models TO crm_app;
GRANT SELECT ON crm_core.crm_models TO crm_stream;

CREATE TABLE crm_core.crm_notifications (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  params jsonb DEFAULT '{}'::jsonb NOT NULL,
  read_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_notifications_pkey PRIMARY KEY (id),
  CONSTRAINT crm_notifications_kind_check CHECK ((kind = ANY (ARRAY['alert_firing'::text, 'alert_ended'::text, 'schedule_failed'::text]))),
  CONSTRAINT crm_notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_notifications REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_notifications_age_idx ON crm_core.crm_notifications USING btree (created_at);
CREATE INDEX crm_notifications_user_idx ON crm_core.crm_notifications USING btree (user_id, id DESC) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_notifications FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_notifications TO crm_app;

CREATE TABLE crm_core.crm_oidc_payloads (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  model text NOT NULL,
  payload_id text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  uid text,
  consumed_at timestamp with time zone,
  expires_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_oidc_payloads_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_oidc_payloads REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_oidc_payloads_expiry_idx ON crm_core.crm_oidc_payloads USING btree (expires_at);
CREATE INDEX crm_oidc_payloads_grant_idx ON crm_core.crm_oidc_payloads USING btree (grant_id) WHERE (grant_id IS NOT NULL);
CREATE UNIQUE INDEX crm_oidc_payloads_key ON crm_core.crm_oidc_payloads USING btree (model, payload_id);
CREATE INDEX crm_oidc_payloads_uid_idx ON crm_core.crm_oidc_payloads USING btree (uid) WHERE (uid IS NOT NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_oidc_payloads FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_oidc_payloads TO crm_app;

CREATE TABLE crm_core.crm_orders (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  number text NOT NULL,
  quote_id uuid,
  deal_id uuid,
  account_id uuid,
  status text DEFAULT 'open'::text NOT NULL,
  currency character(3) NOT NULL,
  net_total numeric(18,2) DEFAULT 0 NOT NULL,
  ordered_at timestamp with time zone DEFAULT now() NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_orders_pkey PRIMARY KEY (id),
  CONSTRAINT crm_orders_status_check CHECK ((status = ANY (ARRAY['open'::text, 'fulfilled'::text, 'cancelled'::text]))),
  CONSTRAINT crm_orders_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_orders_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_orders_quote_id_fkey FOREIGN KEY (quote_id) REFERENCES crm_core.crm_quotes(id)
);
ALTER TABLE crm_core.crm_orders REPLICA IDENTITY FULL;
CREATE INDEX crm_orders_account_bin_idx ON crm_core.crm_orders USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_orders_account_idx ON crm_core.crm_orders USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX crm_orders_external_key ON crm_core.crm_orders USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_orders_number_key ON crm_core.crm_orders USING btree (number) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_orders FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_orders;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_orders TO crm_app;
GRANT SELECT ON crm_core.crm_orders TO crm_stream;

CREATE TABLE crm_core.crm_part_heartbeats (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  part text NOT NULL,
  beat_at timestamp with time zone DEFAULT now() NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_part_heartbeats_pkey PRIMARY KEY (id),
  CONSTRAINT crm_part_heartbeats_part_key UNIQUE (part)
);
ALTER TABLE crm_core.crm_part_heartbeats REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_part_heartbeats FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_part_heartbeats TO crm_app;

CREATE TABLE crm_core.crm_payments (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  invoice_id uuid NOT NULL,
  account_id uuid NOT NULL,
  amount numeric(18,2) NOT NULL,
  currency character(3) NOT NULL,
  method text,
  status text DEFAULT 'succeeded'::text NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  reference text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_payments_pkey PRIMARY KEY (id),
  CONSTRAINT crm_payments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text, 'refunded'::text]))),
  CONSTRAINT crm_payments_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_payments_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES crm_core.crm_invoices(id)
);
ALTER TABLE crm_core.crm_payments REPLICA IDENTITY FULL;
CREATE INDEX crm_payments_account_child_idx ON crm_core.crm_payments USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX crm_payments_invoice_idx ON crm_core.crm_payments USING btree (invoice_id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_payments FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_payments;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_payments TO crm_app;
GRANT SELECT ON crm_core.crm_payments TO crm_stream;

CREATE TABLE crm_core.crm_pipelines (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  name_ar text,
  is_default boolean DEFAULT false NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_pipelines_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_pipelines REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_pipelines_default_key ON crm_core.crm_pipelines USING btree (is_default) WHERE (is_default AND (deleted_at IS NULL));
CREATE INDEX crm_pipelines_deleted_idx ON crm_core.crm_pipelines USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_pipelines_external_key ON crm_core.crm_pipelines USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_pipelines FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_pipelines FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('pipelines', 'pipeline');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_pipelines;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_pipelines TO crm_app;
GRANT SELECT ON crm_core.crm_pipelines TO crm_stream;

CREATE TABLE crm_core.crm_price_book_entries (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  price_book_id uuid NOT NULL,
  product_id uuid NOT NULL,
  model text DEFAULT 'fixed'::text NOT NULL,
  unit_price numeric(18,2),
  billing_period text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_price_book_entries_pkey PRIMARY KEY (id),
  CONSTRAINT crm_price_book_entries_billing_period_check CHECK ((billing_period = ANY (ARRAY['month'::text, 'quarter'::text, 'year'::text]))),
  CONSTRAINT crm_price_book_entries_check CHECK (((model <> 'fixed'::text) OR (unit_price IS NOT NULL))),
  CONSTRAINT crm_price_book_entries_model_check CHECK ((model = ANY (ARRAY['fixed'::text, 'tiered'::text, 'volume'::text, 'usage'::text]))),
  CONSTRAINT crm_price_book_entries_unit_price_check CHECK ((unit_price >= (0)::numeric)),
  CONSTRAINT crm_price_book_entries_price_book_id_fkey FOREIGN KEY (price_book_id) REFERENCES crm_core.crm_price_books(id),
  CONSTRAINT crm_price_book_entries_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id)
);
ALTER TABLE crm_core.crm_price_book_entries REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_price_book_entries_key ON crm_core.crm_price_book_entries USING btree (price_book_id, product_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_price_book_entries FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_price_book_entries;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_price_book_entries TO crm_app;
GRANT SELECT ON crm_core.crm_price_book_entries TO crm_stream;

CREATE TABLE crm_core.crm_price_books (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  currency character(3) NOT NULL,
  region text,
  is_default boolean DEFAULT false NOT NULL,
  valid_from date DEFAULT '2000-01-01'::date NOT NULL,
  valid_to date,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_price_books_pkey PRIMARY KEY (id),
  CONSTRAINT crm_price_books_check CHECK ((valid_to > valid_from))
);
ALTER TABLE crm_core.crm_price_books REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_price_books_default_key ON crm_core.crm_price_books USING btree (currency) WHERE (is_default AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_price_books FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_price_books;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_price_books TO crm_app;
GRANT SELECT ON crm_core.crm_price_books TO crm_stream;

CREATE TABLE crm_core.crm_price_tiers (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entry_id uuid NOT NULL,
  from_quantity numeric(18,4) NOT NULL,
  to_quantity numeric(18,4),
  unit_price numeric(18,6) NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_price_tiers_pkey PRIMARY KEY (id),
  CONSTRAINT crm_price_tiers_check CHECK ((to_quantity > from_quantity)),
  CONSTRAINT crm_price_tiers_from_quantity_check CHECK ((from_quantity >= (0)::numeric)),
  CONSTRAINT crm_price_tiers_unit_price_check CHECK ((unit_price >= (0)::numeric)),
  CONSTRAINT crm_price_tiers_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES crm_core.crm_price_book_entries(id)
);
ALTER TABLE crm_core.crm_price_tiers REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_price_tiers_key ON crm_core.crm_price_tiers USING btree (entry_id, from_quantity) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_price_tiers FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_price_tiers;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_price_tiers TO crm_app;
GRANT SELECT ON crm_core.crm_price_tiers TO crm_stream;

CREATE TABLE crm_core.crm_product_bundles (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  bundle_id uuid NOT NULL,
  product_id uuid NOT NULL,
  quantity numeric(18,4) DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_product_bundles_pkey PRIMARY KEY (id),
  CONSTRAINT crm_product_bundles_check CHECK ((bundle_id <> product_id)),
  CONSTRAINT crm_product_bundles_quantity_check CHECK ((quantity > (0)::numeric)),
  CONSTRAINT crm_product_bundles_bundle_id_fkey FOREIGN KEY (bundle_id) REFERENCES crm_core.crm_products(id),
  CONSTRAINT crm_product_bundles_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id)
);
ALTER TABLE crm_core.crm_product_bundles REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_product_bundles_key ON crm_core.crm_product_bundles USING btree (bundle_id, product_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_product_bundles FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_product_bundles;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_product_bundles TO crm_app;
GRANT SELECT ON crm_core.crm_product_bundles TO crm_stream;

CREATE TABLE crm_core.crm_products (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  code public.citext NOT NULL,
  name text NOT NULL,
  name_ar text,
  family text,
  kind text DEFAULT 'one_off'::text NOT NULL,
  unit text DEFAULT 'each'::text NOT NULL,
  list_price numeric(18,2),
  unit_cost numeric(18,2),
  currency character(3) DEFAULT 'USD'::bpchar NOT NULL,
  tax_rate_id uuid,
  is_active boolean DEFAULT true NOT NULL,
  description text,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_products_pkey PRIMARY KEY (id),
  CONSTRAINT crm_products_kind_check CHECK ((kind = ANY (ARRAY['one_off'::text, 'recurring'::text, 'usage'::text, 'service'::text, 'bundle'::text]))),
  CONSTRAINT crm_products_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_products_tax_rate_id_fkey FOREIGN KEY (tax_rate_id) REFERENCES crm_core.crm_tax_rates(id)
);
ALTER TABLE crm_core.crm_products REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_products_code_key ON crm_core.crm_products USING btree (code) WHERE (deleted_at IS NULL);
CREATE INDEX crm_products_deleted_idx ON crm_core.crm_products USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_products_external_key ON crm_core.crm_products USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_products_name_trgm ON crm_core.crm_products USING gin (crm_core.crm_fold(name) public.gin_trgm_ops);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_products FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_products FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('products', 'product');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_products;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_products TO crm_app;
GRANT SELECT ON crm_core.crm_products TO crm_stream;

CREATE TABLE crm_core.crm_quotas (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid,
  team_id uuid,
  period_start date NOT NULL,
  period_end date NOT NULL,
  amount numeric(18,2) NOT NULL,
  currency character(3) NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_quotas_pkey PRIMARY KEY (id),
  CONSTRAINT crm_quotas_amount_check CHECK ((amount >= (0)::numeric)),
  CONSTRAINT crm_quotas_check CHECK ((period_end > period_start)),
  CONSTRAINT crm_quotas_check1 CHECK ((num_nonnulls(user_id, team_id) = 1)),
  CONSTRAINT crm_quotas_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_core.crm_teams(id),
  CONSTRAINT crm_quotas_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_quotas REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_quotas_team_key ON crm_core.crm_quotas USING btree (team_id, period_start, period_end, version) WHERE ((team_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_quotas_user_key ON crm_core.crm_quotas USING btree (user_id, period_start, period_end, version) WHERE ((user_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_quotas FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_quotas;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_quotas TO crm_app;
GRANT SELECT ON crm_core.crm_quotas TO crm_stream;

CREATE TABLE crm_core.crm_quote_line_items (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  quote_id uuid NOT NULL,
  product_id uuid,
  description text,
  quantity numeric(18,4) DEFAULT 1 NOT NULL,
  unit_price numeric(18,2) NOT NULL,
  discount_rate numeric(7,6) DEFAULT 0 NOT NULL,
  tax_rate numeric(7,6) DEFAULT 0 NOT NULL,
  net_amount numeric(18,2) GENERATED ALWAYS AS (round(((quantity * unit_price) * ((1)::numeric - discount_rate)), 2)) STORED,
  "position" integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_quote_line_items_pkey PRIMARY KEY (id),
  CONSTRAINT crm_quote_line_items_discount_rate_check CHECK (((discount_rate >= (0)::numeric) AND (discount_rate <= (1)::numeric))),
  CONSTRAINT crm_quote_line_items_quantity_check CHECK ((quantity > (0)::numeric)),
  CONSTRAINT crm_quote_line_items_tax_rate_check CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric))),
  CONSTRAINT crm_quote_line_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id),
  CONSTRAINT crm_quote_line_items_quote_id_fkey FOREIGN KEY (quote_id) REFERENCES crm_core.crm_quotes(id)
);
ALTER TABLE crm_core.crm_quote_line_items REPLICA IDENTITY FULL;
CREATE INDEX crm_quote_line_items_quote_idx ON crm_core.crm_quote_line_items USING btree (quote_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_quote_line_items FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_quote_line_items;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_quote_line_items TO crm_app;
GRANT SELECT ON crm_core.crm_quote_line_items TO crm_stream;

CREATE TABLE crm_core.crm_quotes (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  number text NOT NULL,
  deal_id uuid,
  account_id uuid,
  contact_id uuid,
  owner_id uuid,
  price_book_id uuid,
  status text DEFAULT 'draft'::text NOT NULL,
  currency character(3) NOT NULL,
  net_total numeric(18,2) DEFAULT 0 NOT NULL,
  tax_total numeric(18,2) DEFAULT 0 NOT NULL,
  gross_total numeric(18,2) GENERATED ALWAYS AS ((net_total + tax_total)) STORED,
  valid_until date,
  accepted_at timestamp with time zone,
  notes text,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_quotes_pkey PRIMARY KEY (id),
  CONSTRAINT crm_quotes_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'in_approval'::text, 'approved'::text, 'sent'::text, 'accepted'::text, 'declined'::text, 'expired'::text]))),
  CONSTRAINT crm_quotes_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_quotes_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_quotes_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_quotes_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_quotes_price_book_id_fkey FOREIGN KEY (price_book_id) REFERENCES crm_core.crm_price_books(id)
);
ALTER TABLE crm_core.crm_quotes REPLICA IDENTITY FULL;
CREATE INDEX crm_quotes_account_bin_idx ON crm_core.crm_quotes USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_quotes_account_idx ON crm_core.crm_quotes USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_quotes_contact_child_idx ON crm_core.crm_quotes USING btree (contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX crm_quotes_deal_idx ON crm_core.crm_quotes USING btree (deal_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_quotes_deleted_idx ON crm_core.crm_quotes USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_quotes_external_key ON crm_core.crm_quotes USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_quotes_number_key ON crm_core.crm_quotes USING btree (number) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_quotes FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_quotes FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('quotes', 'quote');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_quotes;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_quotes TO crm_app;
GRANT SELECT ON crm_core.crm_quotes TO crm_stream;

CREATE TABLE crm_core.crm_recovery_codes (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  used_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_recovery_codes_pkey PRIMARY KEY (id),
  CONSTRAINT crm_recovery_codes_code_hash_key UNIQUE (code_hash),
  CONSTRAINT crm_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_recovery_codes REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_recovery_codes_user_idx ON crm_core.crm_recovery_codes USING btree (user_id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_recovery_codes FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_recovery_codes TO crm_app;

CREATE TABLE crm_core.crm_report_deliveries (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  schedule_id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  run_at timestamp with time zone NOT NULL,
  trigger text NOT NULL,
  state text DEFAULT 'queued'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
  claimed_until timestamp with time zone,
  problem text,
  message_id text,
  lsn numeric(20,0),
  committed_at timestamp with time zone,
  files jsonb DEFAULT '[]'::jsonb NOT NULL,
  sent_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_report_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_deliveries_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'making'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'refused'::text, 'uncertain'::text]))),
  CONSTRAINT crm_report_deliveries_trigger_check CHECK ((trigger = ANY (ARRAY['schedule'::text, 'person'::text]))),
  CONSTRAINT crm_report_deliveries_recipient_id_fkey FOREIGN KEY (recipient_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_report_deliveries_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES crm_core.crm_report_schedules(id)
);
ALTER TABLE crm_core.crm_report_deliveries REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_report_deliveries_age_idx ON crm_core.crm_report_deliveries USING btree (created_at);
CREATE INDEX crm_report_deliveries_open_idx ON crm_core.crm_report_deliveries USING btree (next_attempt_at) WHERE (state = ANY (ARRAY['queued'::text, 'making'::text, 'sending'::text]));
CREATE UNIQUE INDEX crm_report_deliveries_run_key ON crm_core.crm_report_deliveries USING btree (schedule_id, recipient_id, run_at);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_deliveries FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_deliveries TO crm_app;

CREATE TABLE crm_core.crm_report_embeds (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  report_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  client_id text,
  scope text NOT NULL,
  version integer,
  origins text[] NOT NULL,
  locale text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_report_embeds_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_embeds_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text]))),
  CONSTRAINT crm_report_embeds_origins_check CHECK (((cardinality(origins) >= 1) AND (cardinality(origins) <= 20))),
  CONSTRAINT crm_report_embeds_version_check CHECK ((version > 0)),
  CONSTRAINT crm_report_embeds_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_report_embeds_report_id_fkey FOREIGN KEY (report_id) REFERENCES crm_core.crm_reports(id)
);
ALTER TABLE crm_core.crm_report_embeds REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_report_embeds_origins_idx ON crm_core.crm_report_embeds USING gin (origins) WHERE (deleted_at IS NULL);
CREATE INDEX crm_report_embeds_owner_idx ON crm_core.crm_report_embeds USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_report_embeds_report_idx ON crm_core.crm_report_embeds USING btree (report_id);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_embeds FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_embeds TO crm_app;

CREATE TABLE crm_core.crm_report_folders (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  name_ar text,
  parent_id uuid,
  owner_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_report_folders_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_folders_check CHECK ((parent_id <> id)),
  CONSTRAINT crm_report_folders_name_ar_check CHECK ((btrim(name_ar) <> ''::text)),
  CONSTRAINT crm_report_folders_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_report_folders_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_report_folders_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES crm_core.crm_report_folders(id)
);
ALTER TABLE crm_core.crm_report_folders REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_report_folders_owner_idx ON crm_core.crm_report_folders USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_report_folders_parent_idx ON crm_core.crm_report_folders USING btree (parent_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_folders FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_folders TO crm_app;

CREATE TABLE crm_core.crm_report_schedules (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  owner_id uuid NOT NULL,
  dashboard_id uuid,
  recipient_ids uuid[] NOT NULL,
  cadence jsonb NOT NULL,
  locale text NOT NULL,
  files text[] DEFAULT '{}'::text[] NOT NULL,
  is_enabled boolean DEFAULT true NOT NULL,
  time_zone text NOT NULL,
  next_run_at timestamp with time zone NOT NULL,
  problem text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  report_id uuid,
  CONSTRAINT crm_report_schedules_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_schedules_cadence_check CHECK (((cadence ->> 'every'::text) = ANY (ARRAY['day'::text, 'week'::text, 'month'::text]))),
  CONSTRAINT crm_report_schedules_files_check CHECK ((files <@ ARRAY['csv'::text, 'xlsx'::text, 'pdf'::text])),
  CONSTRAINT crm_report_schedules_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text, 'own'::text]))),
  CONSTRAINT crm_report_schedules_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_report_schedules_recipient_ids_check CHECK (((cardinality(recipient_ids) >= 1) AND (cardinality(recipient_ids) <= 50))),
  CONSTRAINT crm_report_schedules_source_check CHECK ((num_nonnulls(dashboard_id, report_id) = 1)),
  CONSTRAINT crm_report_schedules_dashboard_id_fkey FOREIGN KEY (dashboard_id) REFERENCES crm_core.crm_dashboards(id),
  CONSTRAINT crm_report_schedules_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_report_schedules_report_id_fkey FOREIGN KEY (report_id) REFERENCES crm_core.crm_reports(id)
);
ALTER TABLE crm_core.crm_report_schedules REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_report_schedules_due_idx ON crm_core.crm_report_schedules USING btree (next_run_at) WHERE (is_enabled AND (deleted_at IS NULL));
CREATE INDEX crm_report_schedules_owner_idx ON crm_core.crm_report_schedules USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_report_schedules_report_idx ON crm_core.crm_report_schedules USING btree (report_id) WHERE ((report_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_schedules FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_schedules TO crm_app;

CREATE TABLE crm_core.crm_report_shares (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  report_id uuid,
  folder_id uuid,
  role text,
  team_id uuid,
  user_id uuid,
  may text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_report_shares_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_shares_check CHECK ((num_nonnulls(report_id, folder_id) = 1)),
  CONSTRAINT crm_report_shares_check1 CHECK ((num_nonnulls(role, team_id, user_id) = 1)),
  CONSTRAINT crm_report_shares_may_check CHECK ((may = ANY (ARRAY['view'::text, 'edit'::text]))),
  CONSTRAINT crm_report_shares_folder_id_fkey FOREIGN KEY (folder_id) REFERENCES crm_core.crm_report_folders(id),
  CONSTRAINT crm_report_shares_report_id_fkey FOREIGN KEY (report_id) REFERENCES crm_core.crm_reports(id),
  CONSTRAINT crm_report_shares_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_core.crm_teams(id),
  CONSTRAINT crm_report_shares_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_report_shares REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_report_shares_folder_key ON crm_core.crm_report_shares USING btree (folder_id, role, team_id, user_id) NULLS NOT DISTINCT WHERE (folder_id IS NOT NULL);
CREATE UNIQUE INDEX crm_report_shares_report_key ON crm_core.crm_report_shares USING btree (report_id, role, team_id, user_id) NULLS NOT DISTINCT WHERE (report_id IS NOT NULL);
CREATE INDEX crm_report_shares_role_idx ON crm_core.crm_report_shares USING btree (role) WHERE (role IS NOT NULL);
CREATE INDEX crm_report_shares_team_idx ON crm_core.crm_report_shares USING btree (team_id) WHERE (team_id IS NOT NULL);
CREATE INDEX crm_report_shares_user_idx ON crm_core.crm_report_shares USING btree (user_id) WHERE (user_id IS NOT NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_shares FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_shares TO crm_app;

CREATE TABLE crm_core.crm_report_versions (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  report_id uuid NOT NULL,
  version integer NOT NULL,
  definition jsonb NOT NULL,
  pins jsonb DEFAULT '{}'::jsonb NOT NULL,
  note text,
  restored_from integer,
  author_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_report_versions_pkey PRIMARY KEY (id),
  CONSTRAINT crm_report_versions_definition_check CHECK ((jsonb_typeof((definition -> 'values'::text)) = 'array'::text)),
  CONSTRAINT crm_report_versions_note_check CHECK ((btrim(note) <> ''::text)),
  CONSTRAINT crm_report_versions_pins_check CHECK ((jsonb_typeof(pins) = 'object'::text)),
  CONSTRAINT crm_report_versions_version_check CHECK ((version > 0)),
  CONSTRAINT crm_report_versions_author_id_fkey FOREIGN KEY (author_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_report_versions_report_id_fkey FOREIGN KEY (report_id) REFERENCES crm_core.crm_reports(id)
);
ALTER TABLE crm_core.crm_report_versions REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_report_versions_key ON crm_core.crm_report_versions USING btree (report_id, version);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_report_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_versions_only BEFORE DELETE OR UPDATE ON crm_core.crm_report_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_report_version();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_report_versions TO crm_app;

CREATE TABLE crm_core.crm_reports (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  name_ar text,
  description text,
  description_ar text,
  folder_id uuid,
  owner_id uuid NOT NULL,
  definition jsonb NOT NULL,
  pins jsonb DEFAULT '{}'::jsonb NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_reports_pkey PRIMARY KEY (id),
  CONSTRAINT crm_reports_definition_check CHECK ((jsonb_typeof((definition -> 'values'::text)) = 'array'::text)),
  CONSTRAINT crm_reports_name_ar_check CHECK ((btrim(name_ar) <> ''::text)),
  CONSTRAINT crm_reports_name_check CHECK ((btrim(name) <> ''::text)),
  CONSTRAINT crm_reports_pins_check CHECK ((jsonb_typeof(pins) = 'object'::text)),
  CONSTRAINT crm_reports_version_check CHECK ((version > 0)),
  CONSTRAINT crm_reports_folder_id_fkey FOREIGN KEY (folder_id) REFERENCES crm_core.crm_report_folders(id),
  CONSTRAINT crm_reports_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_reports REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_reports_folder_idx ON crm_core.crm_reports USING btree (folder_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_reports_name_idx ON crm_core.crm_reports USING btree (name, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_reports_owner_idx ON crm_core.crm_reports USING btree (owner_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_reports FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_reports TO crm_app;

CREATE TABLE crm_core.crm_retention_policies (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  table_name text NOT NULL,
  keep_days integer NOT NULL,
  action text DEFAULT 'shorten'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_retention_policies_pkey PRIMARY KEY (id),
  CONSTRAINT crm_retention_policies_action_check CHECK ((action = 'shorten'::text)),
  CONSTRAINT crm_retention_policies_keep_days_check CHECK (((keep_days >= 1) AND (keep_days <= 36500))),
  CONSTRAINT crm_retention_policies_table_name_check CHECK ((table_name ~~ 'crm\_%'::text))
);
ALTER TABLE crm_core.crm_retention_policies REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_retention_policies_key ON crm_core.crm_retention_policies USING btree (table_name) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_retention_policies FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_retention_policies;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_retention_policies TO crm_app;
GRANT SELECT ON crm_core.crm_retention_policies TO crm_stream;

CREATE TABLE crm_core.crm_role_versions (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  role_id uuid NOT NULL,
  version integer NOT NULL,
  action text NOT NULL,
  actor_id uuid,
  before jsonb,
  after jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_role_versions_pkey PRIMARY KEY (id),
  CONSTRAINT crm_role_versions_action_check CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'revert'::text]))),
  CONSTRAINT crm_role_versions_role_id_fkey FOREIGN KEY (role_id) REFERENCES crm_core.crm_roles(id)
);
ALTER TABLE crm_core.crm_role_versions REPLICA IDENTITY DEFAULT;
CREATE UNIQUE INDEX crm_role_versions_key ON crm_core.crm_role_versions USING btree (role_id, version);
CREATE TRIGGER crm_append_only BEFORE DELETE OR UPDATE ON crm_core.crm_role_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_role_versions();
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_role_versions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT INSERT, SELECT ON crm_core.crm_role_versions TO crm_app;

CREATE TABLE crm_core.crm_roles (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  name_ar text NOT NULL,
  permissions jsonb NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  fields jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT crm_roles_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_roles REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_roles_key ON crm_core.crm_roles USING btree (key) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_roles FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_roles;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_roles TO crm_app;
GRANT SELECT ON crm_core.crm_roles TO crm_stream;

CREATE TABLE crm_core.crm_second_factors (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid NOT NULL,
  secret_sealed text NOT NULL,
  confirmed_at timestamp with time zone,
  last_counter bigint,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_second_factors_pkey PRIMARY KEY (id),
  CONSTRAINT crm_second_factors_user_id_key UNIQUE (user_id),
  CONSTRAINT crm_second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_second_factors REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_second_factors FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_second_factors TO crm_app;

CREATE TABLE crm_core.crm_segments (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  entity text NOT NULL,
  name text NOT NULL,
  owner_id uuid,
  filter jsonb NOT NULL,
  visibility text DEFAULT 'private'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  q text,
  sort text,
  CONSTRAINT crm_segments_pkey PRIMARY KEY (id),
  CONSTRAINT crm_segments_visibility_check CHECK ((visibility = ANY (ARRAY['private'::text, 'team'::text, 'all'::text]))),
  CONSTRAINT crm_segments_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_segments REPLICA IDENTITY FULL;
CREATE INDEX crm_segments_entity_idx ON crm_core.crm_segments USING btree (entity, name) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_segments FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_segments;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_segments TO crm_app;
GRANT SELECT ON crm_core.crm_segments TO crm_stream;

CREATE TABLE crm_core.crm_sessions (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  grant_id text NOT NULL,
  user_id uuid NOT NULL,
  client_id text NOT NULL,
  user_agent text,
  ip inet,
  last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
  ended_at timestamp with time zone,
  ended_reason text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT crm_sessions_grant_id_key UNIQUE (grant_id),
  CONSTRAINT crm_sessions_ended_reason_check CHECK ((ended_reason = ANY (ARRAY['signed_out'::text, 'ended'::text, 'password_changed'::text, 'revoked'::text]))),
  CONSTRAINT crm_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_sessions REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_sessions_user_idx ON crm_core.crm_sessions USING btree (user_id, last_seen_at) WHERE (ended_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_sessions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_sessions TO crm_app;

CREATE TABLE crm_core.crm_signing_keys (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  algorithm text NOT NULL,
  public_jwk jsonb NOT NULL,
  private_jwk jsonb NOT NULL,
  retired_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  activates_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT crm_signing_keys_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_signing_keys REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_signing_keys FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_signing_keys TO crm_app;

CREATE TABLE crm_core.crm_sla_policies (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  priority text NOT NULL,
  first_response_minutes integer NOT NULL,
  resolution_minutes integer NOT NULL,
  business_hours jsonb DEFAULT '{"to": "17:00", "days": [1, 2, 3, 4, 5], "from": "09:00", "time_zone": "UTC"}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_sla_policies_pkey PRIMARY KEY (id),
  CONSTRAINT crm_sla_policies_first_response_minutes_check CHECK ((first_response_minutes > 0)),
  CONSTRAINT crm_sla_policies_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
  CONSTRAINT crm_sla_policies_resolution_minutes_check CHECK ((resolution_minutes > 0))
);
ALTER TABLE crm_core.crm_sla_policies REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_sla_policies FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_sla_policies;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_sla_policies TO crm_app;
GRANT SELECT ON crm_core.crm_sla_policies TO crm_stream;

CREATE TABLE crm_core.crm_stages (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  pipeline_id uuid NOT NULL,
  name text NOT NULL,
  name_ar text,
  "position" smallint NOT NULL,
  kind text DEFAULT 'open'::text NOT NULL,
  probability numeric(5,4) NOT NULL,
  forecast_category text DEFAULT 'pipeline'::text NOT NULL,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_stages_pkey PRIMARY KEY (id),
  CONSTRAINT crm_stages_check CHECK (((kind <> 'won'::text) OR (probability = (1)::numeric))),
  CONSTRAINT crm_stages_check1 CHECK (((kind <> 'lost'::text) OR (probability = (0)::numeric))),
  CONSTRAINT crm_stages_forecast_category_check CHECK ((forecast_category = ANY (ARRAY['omitted'::text, 'pipeline'::text, 'best_case'::text, 'commit'::text, 'closed'::text]))),
  CONSTRAINT crm_stages_kind_check CHECK ((kind = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
  CONSTRAINT crm_stages_probability_check CHECK (((probability >= (0)::numeric) AND (probability <= (1)::numeric))),
  CONSTRAINT crm_stages_pipeline_id_fkey FOREIGN KEY (pipeline_id) REFERENCES crm_core.crm_pipelines(id)
);
ALTER TABLE crm_core.crm_stages REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_stages_external_key ON crm_core.crm_stages USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_stages_name_key ON crm_core.crm_stages USING btree (pipeline_id, lower(name)) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_stages FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_stages;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_stages TO crm_app;
GRANT SELECT ON crm_core.crm_stages TO crm_stream;

CREATE TABLE crm_core.crm_subscription_changes (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  subscription_id uuid NOT NULL,
  account_id uuid NOT NULL,
  kind text NOT NULL,
  effective_on date NOT NULL,
  mrr_before numeric(18,2) NOT NULL,
  mrr_after numeric(18,2) NOT NULL,
  mrr_delta numeric(18,2) GENERATED ALWAYS AS ((mrr_after - mrr_before)) STORED,
  currency character(3) NOT NULL,
  reason text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_subscription_changes_pkey PRIMARY KEY (id),
  CONSTRAINT crm_subscription_changes_kind_check CHECK ((kind = ANY (ARRAY['trial'::text, 'new'::text, 'expansion'::text, 'contraction'::text, 'churn'::text, 'reactivation'::text]))),
  CONSTRAINT crm_subscription_changes_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_subscription_changes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES crm_core.crm_subscriptions(id)
);
ALTER TABLE crm_core.crm_subscription_changes REPLICA IDENTITY FULL;
CREATE INDEX crm_subscription_changes_account_idx ON crm_core.crm_subscription_changes USING btree (account_id, effective_on);
CREATE INDEX crm_subscription_changes_subscription_idx ON crm_core.crm_subscription_changes USING btree (subscription_id, effective_on);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_subscription_changes FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_subscription_changes;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_subscription_changes TO crm_app;
GRANT SELECT ON crm_core.crm_subscription_changes TO crm_stream;

CREATE TABLE crm_core.crm_subscriptions (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  account_id uuid NOT NULL,
  product_id uuid,
  deal_id uuid,
  owner_id uuid,
  status text DEFAULT 'active'::text NOT NULL,
  billing_period text DEFAULT 'month'::text NOT NULL,
  quantity numeric(18,4) DEFAULT 1 NOT NULL,
  unit_price numeric(18,2) NOT NULL,
  mrr numeric(18,2) DEFAULT 0 NOT NULL,
  currency character(3) NOT NULL,
  started_on date NOT NULL,
  trial_ends_on date,
  renews_on date,
  cancelled_on date,
  ends_on date,
  cancel_reason text,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_subscriptions_pkey PRIMARY KEY (id),
  CONSTRAINT crm_subscriptions_billing_period_check CHECK ((billing_period = ANY (ARRAY['month'::text, 'quarter'::text, 'year'::text]))),
  CONSTRAINT crm_subscriptions_quantity_check CHECK ((quantity > (0)::numeric)),
  CONSTRAINT crm_subscriptions_status_check CHECK ((status = ANY (ARRAY['trial'::text, 'active'::text, 'past_due'::text, 'paused'::text, 'cancelled'::text, 'expired'::text]))),
  CONSTRAINT crm_subscriptions_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_subscriptions_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_subscriptions_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_subscriptions_product_id_fkey FOREIGN KEY (product_id) REFERENCES crm_core.crm_products(id)
);
ALTER TABLE crm_core.crm_subscriptions REPLICA IDENTITY FULL;
CREATE INDEX crm_subscriptions_account_bin_idx ON crm_core.crm_subscriptions USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_subscriptions_account_idx ON crm_core.crm_subscriptions USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_subscriptions_created_idx ON crm_core.crm_subscriptions USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_subscriptions_deleted_idx ON crm_core.crm_subscriptions USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_subscriptions_external_key ON crm_core.crm_subscriptions USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_subscriptions_status_renews_idx ON crm_core.crm_subscriptions USING btree (status, renews_on, id, owner_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_subscriptions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_subscriptions FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('subscriptions', 'subscription');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_subscriptions;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_subscriptions TO crm_app;
GRANT SELECT ON crm_core.crm_subscriptions TO crm_stream;

CREATE TABLE crm_core.crm_taggings (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  tag_id uuid NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_taggings_pkey PRIMARY KEY (id),
  CONSTRAINT crm_taggings_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES crm_core.crm_tags(id)
);
ALTER TABLE crm_core.crm_taggings REPLICA IDENTITY FULL;
CREATE INDEX crm_taggings_entity_bin_idx ON crm_core.crm_taggings USING btree (entity_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_taggings_entity_idx ON crm_core.crm_taggings USING btree (entity, entity_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX crm_taggings_key ON crm_core.crm_taggings USING btree (tag_id, entity, entity_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_taggings FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_tags AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_taggings FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_tags();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_taggings;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_taggings TO crm_app;
GRANT SELECT ON crm_core.crm_taggings TO crm_stream;

CREATE TABLE crm_core.crm_tags (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name public.citext NOT NULL,
  color text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_tags_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_tags REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_tags_name_key ON crm_core.crm_tags USING btree (name) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_tags FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_tags;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_tags TO crm_app;
GRANT SELECT ON crm_core.crm_tags TO crm_stream;

CREATE TABLE crm_core.crm_tax_rates (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  country_code character(2) NOT NULL,
  rate numeric(7,6) NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_tax_rates_pkey PRIMARY KEY (id),
  CONSTRAINT crm_tax_rates_check CHECK ((valid_to > valid_from)),
  CONSTRAINT crm_tax_rates_rate_check CHECK (((rate >= (0)::numeric) AND (rate <= (1)::numeric)))
);
ALTER TABLE crm_core.crm_tax_rates REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_tax_rates FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_tax_rates;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_tax_rates TO crm_app;
GRANT SELECT ON crm_core.crm_tax_rates TO crm_stream;

CREATE TABLE crm_core.crm_teams (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  name_ar text,
  region text,
  manager_id uuid,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_teams_pkey PRIMARY KEY (id),
  CONSTRAINT crm_teams_manager_fk FOREIGN KEY (manager_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_teams REPLICA IDENTITY FULL;
CREATE INDEX crm_teams_deleted_idx ON crm_core.crm_teams USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_teams_external_key ON crm_core.crm_teams USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_teams FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_teams FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('teams', 'team');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_teams;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_teams TO crm_app;
GRANT SELECT ON crm_core.crm_teams TO crm_stream;

CREATE TABLE crm_core.crm_tenants (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  name text NOT NULL,
  reporting_currency character(3) DEFAULT 'USD'::bpchar NOT NULL,
  time_zone text DEFAULT 'UTC'::text NOT NULL,
  fiscal_year_start_month smallint DEFAULT 1 NOT NULL,
  locale text DEFAULT 'en'::text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  gross_margin numeric(5,4),
  CONSTRAINT crm_tenants_pkey PRIMARY KEY (id),
  CONSTRAINT crm_tenants_fiscal_year_start_month_check CHECK (((fiscal_year_start_month >= 1) AND (fiscal_year_start_month <= 12))),
  CONSTRAINT crm_tenants_gross_margin_check CHECK (((gross_margin > (0)::numeric) AND (gross_margin <= (1)::numeric))),
  CONSTRAINT crm_tenants_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text])))
);
ALTER TABLE crm_core.crm_tenants REPLICA IDENTITY FULL;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_tenants FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_tenants;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_tenants TO crm_app;
GRANT SELECT ON crm_core.crm_tenants TO crm_stream;

CREATE TABLE crm_core.crm_tickets (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  number text NOT NULL,
  subject text NOT NULL,
  body text,
  status text DEFAULT 'new'::text NOT NULL,
  priority text DEFAULT 'normal'::text NOT NULL,
  category text,
  channel text,
  account_id uuid,
  contact_id uuid,
  owner_id uuid,
  sla_policy_id uuid,
  first_response_due_at timestamp with time zone,
  first_responded_at timestamp with time zone,
  resolution_due_at timestamp with time zone,
  resolved_at timestamp with time zone,
  closed_at timestamp with time zone,
  reopened_count integer DEFAULT 0 NOT NULL,
  csat smallint,
  nps smallint,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_tickets_pkey PRIMARY KEY (id),
  CONSTRAINT crm_tickets_csat_check CHECK (((csat >= 1) AND (csat <= 5))),
  CONSTRAINT crm_tickets_nps_check CHECK (((nps >= 0) AND (nps <= 10))),
  CONSTRAINT crm_tickets_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
  CONSTRAINT crm_tickets_status_check CHECK ((status = ANY (ARRAY['new'::text, 'open'::text, 'pending'::text, 'solved'::text, 'closed'::text]))),
  CONSTRAINT crm_tickets_subject_check CHECK ((btrim(subject) <> ''::text)),
  CONSTRAINT crm_tickets_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_tickets_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_tickets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_tickets_sla_policy_id_fkey FOREIGN KEY (sla_policy_id) REFERENCES crm_core.crm_sla_policies(id)
);
ALTER TABLE crm_core.crm_tickets REPLICA IDENTITY FULL;
CREATE INDEX crm_tickets_account_bin_idx ON crm_core.crm_tickets USING btree (account_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX crm_tickets_account_idx ON crm_core.crm_tickets USING btree (account_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_tickets_contact_child_idx ON crm_core.crm_tickets USING btree (contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX crm_tickets_created_idx ON crm_core.crm_tickets USING btree (created_at DESC, id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_tickets_deleted_idx ON crm_core.crm_tickets USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_tickets_external_key ON crm_core.crm_tickets USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_tickets_number_key ON crm_core.crm_tickets USING btree (number) WHERE (deleted_at IS NULL);
CREATE INDEX crm_tickets_owner_idx ON crm_core.crm_tickets USING btree (owner_id, status) WHERE (deleted_at IS NULL);
CREATE INDEX crm_tickets_status_due_idx ON crm_core.crm_tickets USING btree (status, resolution_due_at, id, owner_id) WHERE (deleted_at IS NULL);
CREATE INDEX crm_tickets_subject_trgm ON crm_core.crm_tickets USING gin (crm_core.crm_fold(((number || ' '::text) || subject)) public.gin_trgm_ops);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_tickets FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_tickets FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('tickets', 'ticket');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_tickets;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_tickets TO crm_app;
GRANT SELECT ON crm_core.crm_tickets TO crm_stream;

CREATE TABLE crm_core.crm_timeline (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  occurred_at timestamp with time zone DEFAULT now() NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  account_id uuid,
  kind text NOT NULL,
  actor_id uuid,
  summary text NOT NULL,
  data jsonb DEFAULT '{}'::jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_timeline_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_timeline REPLICA IDENTITY FULL;
CREATE INDEX crm_timeline_account_idx ON crm_core.crm_timeline USING btree (account_id, occurred_at DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX crm_timeline_entity_idx ON crm_core.crm_timeline USING btree (entity, entity_id, occurred_at DESC);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_timeline FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_timeline;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_timeline TO crm_app;
GRANT SELECT ON crm_core.crm_timeline TO crm_stream;

CREATE TABLE crm_core.crm_touches (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  channel text NOT NULL,
  kind text NOT NULL,
  campaign_id uuid,
  contact_id uuid,
  lead_id uuid,
  account_id uuid,
  deal_id uuid,
  utm_source text,
  utm_medium text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_touches_pkey PRIMARY KEY (id),
  CONSTRAINT crm_touches_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm_core.crm_accounts(id),
  CONSTRAINT crm_touches_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES crm_core.crm_campaigns(id),
  CONSTRAINT crm_touches_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm_core.crm_contacts(id),
  CONSTRAINT crm_touches_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm_core.crm_deals(id),
  CONSTRAINT crm_touches_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES crm_core.crm_leads(id)
);
ALTER TABLE crm_core.crm_touches REPLICA IDENTITY FULL;
CREATE INDEX crm_touches_account_idx ON crm_core.crm_touches USING btree (account_id, occurred_at);
CREATE INDEX crm_touches_contact_child_idx ON crm_core.crm_touches USING btree (contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX crm_touches_deal_idx ON crm_core.crm_touches USING btree (deal_id, occurred_at) WHERE (deal_id IS NOT NULL);
CREATE INDEX crm_touches_lead_child_idx ON crm_core.crm_touches USING btree (lead_id) WHERE (lead_id IS NOT NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_touches FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_touches;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_touches TO crm_app;
GRANT SELECT ON crm_core.crm_touches TO crm_stream;

CREATE TABLE crm_core.crm_user_roles (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid NOT NULL,
  role_id uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_user_roles_pkey PRIMARY KEY (id),
  CONSTRAINT crm_user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES crm_core.crm_roles(id),
  CONSTRAINT crm_user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_user_roles REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX crm_user_roles_key ON crm_core.crm_user_roles USING btree (user_id, role_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_user_roles FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_user_roles;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_user_roles TO crm_app;
GRANT SELECT ON crm_core.crm_user_roles TO crm_stream;

CREATE TABLE crm_core.crm_users (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  email public.citext,
  name text NOT NULL,
  name_ar text,
  team_id uuid,
  manager_id uuid,
  region text,
  job_title text,
  phone text,
  locale text DEFAULT 'en'::text NOT NULL,
  time_zone text DEFAULT 'UTC'::text NOT NULL,
  is_active boolean DEFAULT true NOT NULL,
  hired_on date,
  external_source text,
  external_id text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_users_pkey PRIMARY KEY (id),
  CONSTRAINT crm_users_locale_check CHECK ((locale = ANY (ARRAY['en'::text, 'ar'::text]))),
  CONSTRAINT crm_users_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES crm_core.crm_users(id),
  CONSTRAINT crm_users_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_core.crm_teams(id)
);
ALTER TABLE crm_core.crm_users REPLICA IDENTITY FULL;
CREATE INDEX crm_users_deleted_idx ON crm_core.crm_users USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX crm_users_email_key ON crm_core.crm_users USING btree (email) WHERE ((email IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX crm_users_external_key ON crm_core.crm_users USING btree (external_source, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX crm_users_name_trgm ON crm_core.crm_users USING gin (crm_core.crm_fold(name) public.gin_trgm_ops);
CREATE INDEX crm_users_team_idx ON crm_core.crm_users USING btree (team_id) WHERE (deleted_at IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_users FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
CREATE TRIGGER crm_webhook_record AFTER INSERT OR DELETE OR UPDATE ON crm_core.crm_users FOR EACH ROW EXECUTE FUNCTION crm_core.crm_webhook_record('users', 'user');
ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_users;
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_users TO crm_app;
GRANT SELECT ON crm_core.crm_users TO crm_stream;

CREATE TABLE crm_core.crm_webhook_attempts (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  delivery_id uuid NOT NULL,
  attempt integer NOT NULL,
  status integer,
  error text,
  duration_ms integer NOT NULL,
  response text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_webhook_attempts_pkey PRIMARY KEY (id),
  CONSTRAINT crm_webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES crm_core.crm_webhook_deliveries(id) ON DELETE CASCADE
);
ALTER TABLE crm_core.crm_webhook_attempts REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_webhook_attempts_delivery_idx ON crm_core.crm_webhook_attempts USING btree (delivery_id, created_at);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_webhook_attempts FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_webhook_attempts TO crm_app;

CREATE TABLE crm_core.crm_webhook_deliveries (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL,
  record_id uuid NOT NULL,
  "position" bigint NOT NULL,
  status text DEFAULT 'pending'::text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
  leased_until timestamp with time zone,
  last_attempt_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT crm_webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text]))),
  CONSTRAINT crm_webhook_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES crm_core.crm_webhook_events(id) ON DELETE CASCADE,
  CONSTRAINT crm_webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES crm_core.crm_webhooks(id) ON DELETE CASCADE
);
ALTER TABLE crm_core.crm_webhook_deliveries REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_webhook_deliveries_dead_idx ON crm_core.crm_webhook_deliveries USING btree (webhook_id, "position" DESC) WHERE (status = 'dead'::text);
CREATE INDEX crm_webhook_deliveries_due_idx ON crm_core.crm_webhook_deliveries USING btree (webhook_id, next_attempt_at, "position") WHERE (status = 'pending'::text);
CREATE INDEX crm_webhook_deliveries_event_idx ON crm_core.crm_webhook_deliveries USING btree (event_id);
CREATE UNIQUE INDEX crm_webhook_deliveries_key ON crm_core.crm_webhook_deliveries USING btree (webhook_id, event_id);
CREATE INDEX crm_webhook_deliveries_leased_idx ON crm_core.crm_webhook_deliveries USING btree (webhook_id, leased_until) WHERE ((status = 'pending'::text) AND (leased_until IS NOT NULL));
CREATE INDEX crm_webhook_deliveries_log_idx ON crm_core.crm_webhook_deliveries USING btree (webhook_id, "position" DESC);
CREATE INDEX crm_webhook_deliveries_record_idx ON crm_core.crm_webhook_deliveries USING btree (webhook_id, record_id, "position") WHERE (status = 'pending'::text);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_webhook_deliveries FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_webhook_deliveries TO crm_app;

CREATE TABLE crm_core.crm_webhook_events (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  "position" bigint NOT NULL,
  type text NOT NULL,
  resource text NOT NULL,
  record_id uuid NOT NULL,
  record jsonb NOT NULL,
  changed text[],
  previous jsonb,
  occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
  lsn pg_lsn,
  published_at timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_webhook_events_pkey PRIMARY KEY (id)
);
ALTER TABLE crm_core.crm_webhook_events REPLICA IDENTITY DEFAULT;
CREATE INDEX crm_webhook_events_lsn_idx ON crm_core.crm_webhook_events USING btree (lsn, "position");
CREATE INDEX crm_webhook_events_occurred_idx ON crm_core.crm_webhook_events USING btree (occurred_at);
CREATE UNIQUE INDEX crm_webhook_events_position_key ON crm_core.crm_webhook_events USING btree ("position");
CREATE INDEX crm_webhook_events_record_idx ON crm_core.crm_webhook_events USING btree (record_id);
CREATE INDEX crm_webhook_events_unpublished_idx ON crm_core.crm_webhook_events USING btree ("position") WHERE (lsn IS NULL);
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_webhook_events FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_webhook_events TO crm_app;

CREATE TABLE crm_core.crm_webhooks (
  id uuid DEFAULT crm_core.crm_uuid_v7() NOT NULL,
  user_id uuid,
  client_id uuid,
  name text NOT NULL,
  url text NOT NULL,
  event_types text[] NOT NULL,
  is_enabled boolean DEFAULT true NOT NULL,
  disabled_reason text,
  disabled_at timestamp with time zone,
  failing_since timestamp with time zone,
  secret_sealed text NOT NULL,
  previous_secret_sealed text,
  previous_secret_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT crm_webhooks_pkey PRIMARY KEY (id),
  CONSTRAINT crm_webhooks_check CHECK (((user_id IS NULL) <> (client_id IS NULL))),
  CONSTRAINT crm_webhooks_check1 CHECK ((is_enabled = (disabled_reason IS NULL))),
  CONSTRAINT crm_webhooks_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['switched_off'::text, 'failing'::text, 'gone'::text, 'owner_inactive'::text]))),
  CONSTRAINT crm_webhooks_event_types_check CHECK ((cardinality(event_types) > 0)),
  CONSTRAINT crm_webhooks_client_id_fkey FOREIGN KEY (client_id) REFERENCES crm_core.crm_api_clients(id),
  CONSTRAINT crm_webhooks_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm_core.crm_users(id)
);
ALTER TABLE crm_core.crm_webhooks REPLICA IDENTITY DEFAULT;
CREATE TRIGGER crm_touch BEFORE UPDATE ON crm_core.crm_webhooks FOR EACH ROW EXECUTE FUNCTION crm_core.crm_touch();
GRANT DELETE, INSERT, SELECT, UPDATE ON crm_core.crm_webhooks TO crm_app;
