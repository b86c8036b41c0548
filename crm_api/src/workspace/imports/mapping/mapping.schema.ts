import Joi from 'joi';
import type { ImportMapping } from '../import.types.js';

const name = Joi.string().max(200);
const column = Joi.object({
  field: name.required(),
  aliases: Joi.object().pattern(Joi.string().allow(''), Joi.string().allow('')),
  date_order: Joi.string().valid('dmy', 'mdy'),
  multiply: Joi.number().positive(),
  on_invalid: Joi.string().valid('error', 'empty'),
});

/** The JSON of a mapping. */
export const mappingSchema = Joi.object<ImportMapping>({
  columns: Joi.object().pattern(name, Joi.alternatives(name.allow(null), column)).required(),
  constants: Joi.object().pattern(name, Joi.string()),
  templates: Joi.object().pattern(name, Joi.string().max(500)),
  on_missing: Joi.object().pattern(name, Joi.string().valid('error', 'create', 'empty')),
  skip_when: Joi.object().pattern(name, Joi.array().items(Joi.string().allow(''))),
  source: Joi.string().max(100),
  delimiter: Joi.string().valid(',', ';', '\t', '|'),
  encoding: Joi.string().max(40),
  sheet: Joi.string().max(200),
})
  .max(500)
  .meta({ className: 'ImportMapping' });
