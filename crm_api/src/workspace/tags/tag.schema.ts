import Joi from 'joi';

const id = Joi.string().guid().lowercase();
const name = Joi.string().trim().min(1).max(60).description('Unique, case not counting.');
const color = Joi.string().pattern(/^#[0-9a-fA-F]{6}$/).allow(null).description('Such as #1d4ed8; beside it the name always stands.');

export const tagCreate = Joi.object({ name: name.required(), color }).required().label('TagCreate');
export const tagPatch = Joi.object({ name, color }).min(1).required().label('TagPatch');
export const tagItem = Joi.object({
  id: Joi.string().guid().required(), name: Joi.string().required(), color: Joi.string().allow(null).required(), records: Joi.number().integer().required().description('How many records carry it.'),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Tag');
export const tagPage = Joi.object({ items: Joi.array().items(tagItem).required(), next_cursor: Joi.valid(null).required() }).label('TagPage');
export const tagMerge = Joi.object({ into: id.required().description('The tag that stays.') }).required().label('TagMerge');
export const recordTags = Joi.object({ tag_ids: Joi.array().items(id).min(1).max(50).unique().required() }).required().label('RecordTags');
export const recordTag = Joi.object({ id: id.required(), tag_id: id.required() });
export const bulkTags = Joi.object({
  ids: Joi.array().items(id).min(1).max(200).unique().required().description('The records.'), add: Joi.array().items(id).max(50).unique().default([]), remove: Joi.array().items(id).max(50).unique().default([]),
}).required().label('BulkTags');
export const bulkResult = Joi.object({ changed: Joi.number().integer().required() }).label('BulkTagsResult');
