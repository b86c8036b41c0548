import Joi from 'joi';
import { findingKinds } from './chain.types.js';

const count = Joi.number().integer();
const time = Joi.string().isoDate();
const position = count.allow(null);

const finding = Joi.object({
  kind: Joi.valid(...findingKinds).required(), position: position.required().description('The number in the chain.'), id: Joi.string().guid().allow(null).required().description('The entry.'), detail: Joi.string().required(),
}).label('AuditFinding');

/** A verification as it is answered. */
export const verificationItem = Joi.object({
  id: Joi.string().guid().required(), status: Joi.valid('queued', 'running', 'done', 'failed').required(), requested_by: Joi.string().guid().allow(null).required(),
  checked: count.required().description('Entries recomputed so far.'), total: count.allow(null).required(), created_at: time.required(), finished_at: time.allow(null).required(),
  error: Joi.valid('too_long', 'fault').allow(null).required().description('too_long: the log is larger than ten minutes allow, use npm run audit:verify; fault: ours, see the log of the job worker.'),
  sound: Joi.boolean().allow(null).required().description('Whether the log is as it was written; null until done.'),
  counts: Joi.object(Object.fromEntries(findingKinds.map((kind) => [kind, count.required()]))).allow(null).required().description('Differences by kind.'),
  findings: Joi.array().items(finding).required().description('The first differences, in the order of the chain; the counts hold all.'),
  waiting: count.allow(null).required().description('Entries that waited for their seal; they were checked too.'), erased: count.allow(null).required().description('Entries out of which an erasure has taken a person.'),
  anchors: Joi.object({ compared: count.required(), last_position: count.required(), reachable: Joi.boolean().required() }).allow(null).required().description('Copies of heads in the warehouse that were compared; null without a warehouse.'),
}).label('AuditVerification');

/** The chain as it stands. */
export const chainItem = Joi.object({
  head: Joi.object({ position: count.required(), hash: Joi.string().required(), sealed_at: time.required() }).allow(null).required().description('The newest seal.'),
  waiting: count.required().description('Entries that wait for their seal.'), oldest_waiting_at: time.allow(null).required(), sealing: Joi.boolean().required().description('Whether crm_feature_audit_chain is on.'),
  verification: verificationItem.allow(null).required().description('The last one that was asked for.'),
}).label('AuditChain');
