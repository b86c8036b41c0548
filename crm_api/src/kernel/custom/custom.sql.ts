import type { CustomEntity } from './custom.types.js';

// Exact decimals travel as text, like those of every other field.
const json = `CASE f.type
  WHEN 'integer' THEN to_json(v.number_value::bigint) WHEN 'decimal' THEN to_json(trim_scale(v.number_value)::text) WHEN 'money' THEN to_json(round(v.number_value, 2)::text)
  WHEN 'date' THEN to_json(v.date_value::text) WHEN 'datetime' THEN to_json(to_char(v.timestamp_value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  WHEN 'boolean' THEN to_json(v.boolean_value) WHEN 'multi_choice' THEN v.json_value::json ELSE to_json(coalesce(v.text_value, v.long_text_value)) END`;

/** The values of a record's active custom fields by key as JSON, over the alias `t`: one form in which they are answered, compared and told. */
export const customSql = (entity: CustomEntity): string => `(SELECT coalesce(json_object_agg(f.key, ${json} ORDER BY f.position, f.key), '{}') FROM crm_core.crm_custom_values v
  JOIN crm_core.crm_custom_fields f ON f.id = v.field_id AND f.entity = '${entity}' AND f.archived_at IS NULL AND f.deleted_at IS NULL
  WHERE v.entity_id = t.id AND v.deleted_at IS NULL)`;
