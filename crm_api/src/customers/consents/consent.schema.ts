import Joi from 'joi';
import { channels, consentSources, consentStates, legalBases, recordedStates } from './consent.types.js';

const moment = Joi.string().isoDate();
const channel = Joi.string().valid(...channels);
const basis = Joi.string().valid(...legalBases);
const key = Joi.string().pattern(/^[a-z][a-z0-9_]{1,39}$/);

/** A statement of a person, as sent. */
export const consentBody = Joi.object({
  purpose: key.required().description('The key of the purpose.'),
  channel: channel.required().description('One of the purpose\'s channels.'),
  state: Joi.string().valid(...recordedStates).required(),
  legal_basis: basis.description('Art. 6 GDPR; that of the purpose where it is not given.'),
  occurred_at: moment.description('When the person said so; now where it is not given.'),
  expires_at: moment.allow(null).description('Until when it holds; by the purpose\'s valid_days where it is not given, null: without end.'),
  source: Joi.string().valid(...consentSources).description('Where the statement came from; by who sends this where it is not given.'),
  wording_version: Joi.string().trim().min(1).max(100).allow(null).description('The version of the wording that was shown.'),
  wording_locale: Joi.string().valid('en', 'ar').description('Its language; en where it is not given.'),
  wording_text: Joi.string().max(20_000).allow(null).description('The words themselves; only their hash is kept.'),
  reference: Joi.string().trim().min(1).max(500).allow(null).description('Where the proof lies: address of the form, number of the call, name of the scan.'),
  ip: Joi.string().ip({ cidr: 'forbidden' }).allow(null).description('The address of the person\'s device, where the form knows it.'),
  user_agent: Joi.string().max(300).allow(null).description('The browser of the person.'),
}).required().label('ConsentCreate');

const now = Joi.object({
  purpose: key.required(), channel: channel.required(), state: Joi.string().valid(...consentStates).required(), legal_basis: basis.allow(null).required(),
  since: moment.allow(null).required(), expires_at: moment.allow(null).required(),
}).label('CurrentConsent');

/** A statement as it was recorded. */
export const consentItem = Joi.object({
  id: Joi.string().guid().required(), contact_id: Joi.string().guid().allow(null).required(), lead_id: Joi.string().guid().allow(null).required(),
  purpose: key.required(), channel: channel.required(), state: Joi.string().valid(...recordedStates).required(), legal_basis: basis.required(),
  occurred_at: moment.required(), expires_at: moment.allow(null).required(), source: Joi.string().valid(...consentSources).required(),
  wording_id: Joi.string().guid().allow(null).required(), wording_version: Joi.string().allow(null).required(), wording_hash: Joi.string().allow(null).required().description('SHA-256 of the wording that was shown.'),
  reference: Joi.string().allow(null).required(), ip: Joi.string().allow(null).required(), user_agent: Joi.string().allow('', null).required(),
  actor: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required() }).allow(null).required().description('Who recorded it.'), actor_kind: Joi.string().required(), created_at: moment.required(),
}).label('Consent');

/** What holds now and what led to it. */
export const consentsOfPerson = Joi.object({
  current: Joi.array().items(now).required().description('Every purpose and channel, also those of which nothing was recorded.'),
  history: Joi.array().items(consentItem).required().description('Statements, the newest first; at most 500.'),
}).label('ConsentsOfPerson');

/** What is asked before contacting somebody. */
export const checkQuery = Joi.object({ purpose: key.required(), channel: channel.required() });

/** Whether a person may be contacted. */
export const verdict = Joi.object({
  allowed: Joi.boolean().required(),
  reason: Joi.string().valid('granted', 'other_basis', 'opt_in', 'withdrawn', 'expired', 'no_consent', 'no_address', 'no_opt_in').required(),
  purpose: key.required(), channel: channel.required(), state: Joi.string().valid(...consentStates).required(), legal_basis: basis.required(), since: moment.allow(null).required(), expires_at: moment.allow(null).required(),
}).label('ContactVerdict');

const wording = Joi.object({
  id: Joi.string().guid().required(), version: Joi.string().required(), locale: Joi.string().valid('en', 'ar').required(), body: Joi.string().required(), hash: Joi.string().required(), created_at: moment.required(),
}).label('ConsentWording');

/** A purpose with all of its wordings. */
export const purposeItem = Joi.object({
  id: Joi.string().guid().required(), key: key.required(), name: Joi.string().required(), name_ar: Joi.string().required(), description: Joi.string().allow(null).required(), description_ar: Joi.string().allow(null).required(),
  channels: Joi.array().items(channel).required(), legal_basis: basis.required(), valid_days: Joi.number().integer().allow(null).required(), wordings: Joi.array().items(wording).required(), created_at: moment.required(), updated_at: moment.required(),
}).label('ConsentPurpose');

/** All purposes. */
export const purposePage = Joi.object({ items: Joi.array().items(purposeItem).required(), next_cursor: Joi.valid(null).required() }).label('ConsentPurposePage');

const name = Joi.string().trim().min(1).max(100);
const values = {
  name, name_ar: name, description: Joi.string().trim().max(500).allow(null), description_ar: Joi.string().trim().max(500).allow(null),
  channels: Joi.array().items(channel).min(1).unique().description('By which channels the purpose is pursued; any: it needs none.'), legal_basis: basis,
  valid_days: Joi.number().integer().min(1).max(36_500).allow(null).description('How long consent holds unless it says so itself; null: until it is withdrawn.'),
};

/** A purpose as made. */
export const purposeBody = Joi.object({ ...values, key: key.required().description('How callers know the purpose; it never changes.'), name: name.required(), name_ar: name.required(), channels: values.channels.required() }).required().label('ConsentPurposeCreate');

/** A purpose as changed. */
export const purposePatch = Joi.object(values).min(1).required().label('ConsentPurposePatch');

/** A wording as kept. */
export const wordingBody = Joi.object({
  version: Joi.string().trim().min(1).max(100).required(), locale: Joi.string().valid('en', 'ar').required(), body: Joi.string().trim().min(1).max(20_000).required().description('The words that people are shown; they never change.'),
}).required().label('ConsentWordingCreate');

/** A wording as answered. */
export const wordingItem = wording;
