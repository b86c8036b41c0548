import Joi from 'joi';
import { customEntities } from '../../kernel/custom/custom.types.js';
import { visibilities } from './segment.types.js';

const value = Joi.alternatives().try(Joi.string().allow('').max(500), Joi.number(), Joi.boolean());
const condition = Joi.alternatives().try(value, Joi.array().items(value).max(200), Joi.object().pattern(Joi.string().max(20), Joi.alternatives().try(value, Joi.array().items(value).max(200))).min(1));
const parts = {
  name: Joi.string().trim().min(1).max(100).description('What it is called.'),
  filter: Joi.object().pattern(Joi.string().max(100), condition).max(20).description('Conditions as in the list: {"region": "Gulf", "expected_value": {"gte": "1000"}, "custom.key": {"in": ["a", "b"]}, "tags": "…"}.'),
  q: Joi.string().max(200).allow(null, '').description('Words that must occur.'), sort: Joi.string().max(200).allow(null).description('As in the list.'),
  visibility: Joi.valid(...visibilities).description('Who is shown it: nobody else, the owner\'s team, or all. What they see in it depends on their own role.'),
};

export const segmentCreate = Joi.object({ entity: Joi.valid(...customEntities).required().description('What it lists.'), ...parts, name: parts.name.required(), filter: parts.filter.required() }).required().label('SegmentCreate');
export const segmentPatch = Joi.object(parts).min(1).required().label('SegmentPatch');
export const segmentItem = Joi.object({
  id: Joi.string().guid().required(), entity: Joi.valid(...customEntities).required(), name: Joi.string().required(), filter: Joi.object().unknown(true).required(), q: Joi.string().allow('', null).required(), sort: Joi.string().allow(null).required(),
  visibility: Joi.valid(...visibilities).required(), owner: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required() }).allow(null).required(), mine: Joi.boolean().required().description('Whether you may change it.'),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Segment');
export const segmentPage = Joi.object({ items: Joi.array().items(segmentItem).required(), next_cursor: Joi.valid(null).required() }).label('SegmentPage');
export const segmentQuery = Joi.object({ entity: Joi.valid(...customEntities).description('Only of these records.') });
export const segmentCount = Joi.object({ total: Joi.number().integer().required(), total_is_estimate: Joi.boolean().required() }).label('SegmentCount');
