import Joi from 'joi';
import type { Computed } from '../crud/resource.js';
import { customSql } from './custom.sql.js';
import { customFeature, customName, type CustomEntity } from './custom.types.js';

/** The member `custom` of a record: the values of its active custom fields by key, those left out that the caller is not shown. */
export function customMember(entity: CustomEntity): Computed {
  return {
    // One look by the record's id for each row of a page.
    sql: customSql(entity),
    schema: Joi.object().unknown(true).description('Values of custom fields by key, see /crm/v1/custom-fields; null while the feature is off.'),
    feature: customFeature,
    conceal: (value, hidden) => Object.fromEntries(Object.entries(value as Record<string, unknown>).filter(([key]) => !hidden(entity, customName(key)))),
  };
}
