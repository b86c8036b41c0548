import Joi from 'joi';
import { customEntities, customTypes } from '../../kernel/custom/custom.types.js';

const label = Joi.string().trim().min(1).max(80);
const bound = Joi.string().max(40).allow(null);

const choice = Joi.object({
  value: Joi.string().trim().min(1).max(100).pattern(/^[^,\0]+$/).required().description('What is stored; no comma. Once in use, leave it as it is and change the labels.'),
  label: label.required(), label_ar: label.required(),
});
const choices = Joi.array().items(choice).max(200).unique('value');

const rules = {
  label: label.description('The name in English.'), label_ar: label.description('The name in Arabic.'),
  choices: choices.description('Of choice and multi_choice: what can be chosen, in order.'),
  required: Joi.boolean().description('New records must have a value, and none can be emptied.'),
  unique: Joi.boolean().description('No two records have the same value, case not counting.'),
  min: bound.description('Smallest number, first day or time, or fewest characters.'), max: bound.description('Largest number, last day or time, or most characters.'),
  pattern: Joi.string().max(200).allow(null).description('A regular expression of Postgres that the whole text must match.'),
  position: Joi.number().integer().min(0).max(10_000).description('Its place in forms.'),
};

/** What makes a definition. */
export const customFieldCreate = Joi.object({
  entity: Joi.valid(...customEntities).required().description('The records that have it.'),
  key: Joi.string().pattern(/^[a-z][a-z0-9_]{0,39}$/).required().description('Its name in the API, the figures and the roles: small letters, digits and underscores.'),
  type: Joi.valid(...customTypes).required(),
  ...rules, label: rules.label.required(), label_ar: rules.label_ar.required(),
}).required().label('CustomFieldCreate');

/** What may be changed later. */
export const customFieldPatch = Joi.object({ ...rules, archived: Joi.boolean().description('Archived fields are shown nowhere; their values are kept.') }).min(1).required().label('CustomFieldPatch');

/** A definition as answered. */
export const customFieldItem = Joi.object({
  id: Joi.string().guid().required(), entity: Joi.valid(...customEntities).required(), key: Joi.string().required(), label: Joi.string().required(), label_ar: Joi.string().required(),
  type: Joi.valid(...customTypes).required(),
  choices: Joi.array().items(Joi.object({ value: Joi.string().required(), label: Joi.string().required(), label_ar: Joi.string().required() })).required(),
  required: Joi.boolean().required(), unique: Joi.boolean().required(), min: Joi.string().allow(null).required(), max: Joi.string().allow(null).required(), pattern: Joi.string().allow(null).required(),
  position: Joi.number().integer().required(), archived: Joi.boolean().required(), created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('CustomField');

/** All definitions asked for; they are few. */
export const customFieldPage = Joi.object({ items: Joi.array().items(customFieldItem).required(), next_cursor: Joi.valid(null).required() }).label('CustomFieldPage');

/** Which definitions to list. */
export const customFieldQuery = Joi.object({
  entity: Joi.valid(...customEntities).description('Only of these records.'), archived: Joi.boolean().default(false).description('true lists the archived ones as well.'),
});
