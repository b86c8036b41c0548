import Joi from 'joi';
import { erasureReasons, subjectTypes } from './erasure.types.js';

/** Who is to be erased, and on what ground. */
export const erasureBody = Joi.object({
  subject_type: Joi.string().valid(...subjectTypes).required().description('What kind of record the person is.'),
  subject_id: Joi.string().guid().required().description('Its id; a deleted record can be erased too.'),
  reason: Joi.string().valid(...erasureReasons).required().description('The ground (Art. 17 GDPR); a code, so that no text about the person is kept.'),
}).required().label('ErasureRequest');

const rows = Joi.object().pattern(Joi.string(), Joi.number().integer()).description('Rows touched, by table.');
const progress = Joi.object({ removed: Joi.number().required(), completed_at: Joi.string().isoDate().required(), lsn: Joi.string().required(),
  topics_purged_at: Joi.string().isoDate().allow(null).required().description('When the person had left the topics of Kafka; null while not, and without Kafka.') }).label('ErasureProgress');

/** An erasure as answered. */
export const erasureItem = Joi.object({
  id: Joi.string().guid().required(),
  subject_type: Joi.string().valid(...subjectTypes).required(),
  subject_id: Joi.string().guid().required(),
  reason: Joi.string().valid(...erasureReasons).required(),
  requested_by: Joi.string().guid().allow(null).required(),
  identifier_count: Joi.number().integer().required().description('How many names, addresses and numbers the person had; a certificate must have searched for as many.'),
  rows: rows.required(),
  created_at: Joi.string().isoDate().required(),
  warehouse: progress.allow(null).required().description('When every earlier version was gone from the warehouse; null while it is not, or where the warehouse does not answer.'),
  certified_at: Joi.string().isoDate().allow(null).required(),
  certificate_hash: Joi.string().allow(null).required(),
}).label('Erasure');

/** Erasures, newest first. */
export const erasurePage = Joi.object({ items: Joi.array().items(erasureItem).required(), next_cursor: Joi.valid(null).required() }).label('ErasurePage');

/** Which person. */
export const subjectParams = Joi.object({ type: Joi.string().valid(...subjectTypes).required(), id: Joi.string().guid().required() });

/** What an erasure would reach. */
export const subjectPreview = Joi.object({
  identifiers: Joi.array().items(Joi.string()).required().description('Names, addresses and numbers of the person: note them for the certificate, they are stored nowhere.'),
  rows: rows.required(),
}).label('ErasurePreview');

const policy = { table_name: Joi.string().pattern(/^crm_[a-z_]+$/).required(), keep_days: Joi.number().integer().min(1).max(36_500).required().description('Days of history; tables without a policy keep all.') };

/** How long the history of a table is kept. */
export const retentionItem = Joi.object({ ...policy, action: Joi.string().required(), updated_at: Joi.string().isoDate().required() }).label('RetentionPolicy');

/** All policies. */
export const retentionPage = Joi.object({ items: Joi.array().items(retentionItem).required(), next_cursor: Joi.valid(null).required() }).label('RetentionPolicyPage');

/** A policy as sent. */
export const retentionBody = Joi.object({ keep_days: policy.keep_days }).required().label('RetentionPolicyInput');

/** The table of a policy. */
export const retentionParams = Joi.object({ table: policy.table_name });
