import Joi from 'joi';
import { schemasOf } from '../../../kernel/crud/crud.schema.js';
import { accountResource } from '../../accounts/account.schema.js';
import { contactResource } from '../../contacts/contact.schema.js';
import { leadResource } from '../../leads/lead.schema.js';
import { matchEntities } from './match.types.js';

/** Which kind of record. */
export const entitySchema = Joi.string().valid(...matchEntities).description('The kind of record.');
const record = Joi.alternatives().try(...[accountResource, contactResource, leadResource].map((one) => schemasOf(one).item)).description('The record, as its list shows it.');
const time = Joi.string().isoDate();
const similarity = Joi.number().min(0).max(1);

const reason = Joi.object({
  field: Joi.string().required(), agreement: Joi.string().valid('same', 'similar', 'different').required(), similarity: similarity.required(),
}).label('DuplicateReason');

/** A pair that may be one record. */
export const candidateItem = Joi.object({
  id: Joi.string().guid().required(), entity: entitySchema.required(),
  similarity: similarity.required().description('The probability that both are one.'),
  reasons: Joi.array().items(reason).required().description('What speaks for and against; fields that your role does not show are left out.'),
  status: Joi.string().valid('open', 'merged', 'rejected', 'undone').required(), decided_at: time.allow(null).required(), created_at: time.required(),
  left: record.allow(null).required(), right: record.allow(null).required(),
}).label('Duplicate');

/** A page of them. */
export const candidatePage = Joi.object({ items: Joi.array().items(candidateItem).required(), next_cursor: Joi.string().allow(null).required() }).label('DuplicatePage');

/** What to list. */
export const candidateQuery = Joi.object({
  entity: entitySchema.required(), status: Joi.string().valid('open', 'merged', 'rejected', 'undone').default('open').description('open by default.'),
  limit: Joi.number().integer().min(1).max(100).default(50).description('1–100.'), cursor: Joi.string().max(200).description('next_cursor of the page before.'),
});

/** A record that is about to be made. */
export const checkBody = Joi.object({
  entity: entitySchema.required(),
  values: Joi.object().min(1).required().description('Fields as they would be sent to make the record.').meta({ openapi: { additionalProperties: true } }),
  except_id: Joi.string().guid().description('A record to leave out: the one that is being changed.'),
}).required().label('DuplicateCheck');

/** What it resembles. */
export const checkAnswer = Joi.object({
  matches: Joi.array().items(Joi.object({ similarity: similarity.required(), reasons: Joi.array().items(reason).required(), record: record.required() }).label('DuplicateMatch')).required(),
}).label('DuplicateMatches');

/** A search of everything. */
export const searchBody = Joi.object({
  entity: entitySchema.required(), threshold: Joi.number().min(0.5).max(0.99).default(0.85).description('Pairs at least this probable are kept; 0.85 by default.'),
}).required().label('DuplicateSearchRequest');

/** A search as answered. */
export const searchItem = Joi.object({
  id: Joi.string().guid().required(), entity: entitySchema.required(), status: Joi.string().valid('queued', 'running', 'done', 'failed').required(), threshold: Joi.number().required(),
  compared: Joi.number().integer().required().description('Pairs compared so far.'), candidates: Joi.number().integer().required().description('New pairs kept so far.'),
  requested_by: Joi.string().guid().allow(null).required(), created_at: time.required(), finished_at: time.allow(null).required(), error: Joi.string().allow(null).required(),
}).label('DuplicateSearch');

/** Searches, newest first. */
export const searchPage = Joi.object({ items: Joi.array().items(searchItem).required(), next_cursor: Joi.valid(null).required() }).label('DuplicateSearchPage');
