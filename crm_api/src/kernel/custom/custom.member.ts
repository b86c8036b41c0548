import Joi from 'joi';
import type { Computed } from '../crud/resource.js';
import { customFeature, customName, type CustomEntity } from './custom.types.js';

// Exact decimals travel as text, like those of every other field.
const json = `CASE f.type
  WHEN 'integer' THEN to_json(v.number_value::bigint) WHEN 'decimal' THEN to_json(trim_scale(v.number_value)::text) WHEN 'money' THEN to_json(round(v.number_value, 2)::text)
  WHEN 'date' THEN to_json(v.date_value::text) WHEN 'datetime' THEN to_json(to_char(v.timestamp_value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  WHEN 'boolean' THEN to_json(v.boolean_value) WHEN 'multi_choice' THEN v.json_value::json ELSE to_json(coalesce(v.text_value, v.long_text_value)) END`;

/** The member `custom` of a record: the values of its active custom fields by key, those left out that the caller is not shown. */
export function customMember(entity: CustomEntity): Computed {
  return {
    // One look by the record's id for each row of a page.
    sql: `(SELECT coalesce(json_object_agg(f.key, ${json} ORDER BY f.position, f.key), '{}') FROM crm_core.crm_custom_values v
      JOIN crm_core.crm_custom_fields f ON f.id = v.field_id AND f.entity = '${entity}' AND f.archived_at IS NULL AND f.deleted_at IS NULL
      WHERE v.entity_id = t.id AND v.deleted_at IS NULL)`,
    schema: Joi.object().unknown(true).description('Values of custom fields by key, see /crm/v1/custom-fields; null while the feature is off.'),
    feature: customFeature,
    conceal: (value, hidden) => Object.fromEntries(Object.entries(value as Record<string, unknown>).filter(([key]) => !hidden(entity, customName(key)))),
  };
}
