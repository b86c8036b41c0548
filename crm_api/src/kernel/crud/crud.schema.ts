import Joi from 'joi';
import { referenceExtras, typeName, type Resource } from './resource.js';
import { inputSchema, outputSchema, strictBody } from './values.js';

/** The Joi schemas of a resource, derived from its declaration. */
export interface ResourceSchemas {
  readonly create: Joi.ObjectSchema;
  readonly patch: Joi.ObjectSchema;
  readonly item: Joi.ObjectSchema;
  readonly detail: Joi.ObjectSchema;
  readonly page: Joi.ObjectSchema;
}

/** Derives what may be sent and what is answered; anything not declared is refused. */
export function schemasOf(resource: Resource): ResourceSchemas {
  const create: Record<string, Joi.Schema> = {};
  const patch: Record<string, Joi.Schema> = {};
  const output: Record<string, Joi.Schema> = { id: Joi.string().guid().required().description('UUIDv7.') };
  for (const [name, field] of Object.entries(resource.fields)) {
    output[name] = outputSchema(field).required();
    if (field.readOnly) continue;
    const input = inputSchema(field);
    create[name] = field.required ? input.required() : input;
    if (!field.createOnly) patch[name] = input;
  }
  if (resource.computed['custom'] !== undefined) {
    const custom = Joi.object().unknown(true).description('Values of custom fields by key, see /crm/v1/custom-fields; null removes one, what is left out stays.');
    create['custom'] = custom;
    patch['custom'] = custom;
  }
  for (const [name, reference] of Object.entries(resource.references)) {
    const extra = Object.fromEntries(Object.keys(referenceExtras(reference)).map((key) => [key, Joi.any()]));
    output[name] = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('', null).required(), ...extra }).allow(null).required();
  }
  const detail = { ...output };
  for (const [name, computed] of Object.entries(resource.computed)) {
    detail[name] = computed.schema.allow(null).required();
    if (computed.detailOnly !== true) output[name] = computed.schema.allow(null).required();
  }
  output['deleted_at'] = Joi.string().isoDate().description('When it was deleted; only in lists of deleted records.');
  const title = typeName(resource.singular);
  const item = Joi.object(output).label(title);
  return {
    create: Joi.object(create).required().prefs(strictBody).label(`${title}Create`),
    patch: Joi.object(patch).min(1).required().prefs(strictBody).label(`${title}Patch`),
    item,
    detail: Joi.object(detail).label(`${title}Detail`),
    page: Joi.object({
      items: Joi.array().items(item).required(),
      next_cursor: Joi.string().allow(null).required().description('Send it as cursor to get the next page; null on the last one.'),
      total: Joi.number().integer().description('Only with count=true.'),
      total_is_estimate: Joi.boolean().description('Only with count=true: whether total is the planner\'s estimate.'),
    }).label(`${title}Page`),
  };
}
