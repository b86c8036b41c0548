import Joi from 'joi';
import type { Computed, Condition } from '../../kernel/crud/resource.js';
import { channels, consentStates, legalBases, type PersonKind } from './consent.types.js';

/** The flag of everything about consent. */
export const consentFeature = 'crm_feature_consent';

/** What a row of `crm_consents` says at this moment. */
export const stateNow = (row: string): string => `CASE WHEN ${row}.state = 'granted' AND ${row}.expires_at <= now() THEN 'expired' ELSE ${row}.state END`;

const ofContact = (contact: string): string => `
  SELECT * FROM crm_core.crm_consents WHERE contact_id IN (SELECT ${contact} UNION SELECT fc.id FROM crm_core.crm_contacts fc WHERE fc.merged_into_id = ${contact})
  UNION SELECT * FROM crm_core.crm_consents WHERE lead_id IN (SELECT fl.id FROM crm_core.crm_leads fl WHERE fl.converted_contact_id = ${contact}
    UNION SELECT fm.id FROM crm_core.crm_leads fs JOIN crm_core.crm_leads fm ON fm.merged_into_id = fs.id WHERE fs.converted_contact_id = ${contact})`;

/**
 * The consents of a person, `id` being SQL of the record's id. What is proven is never rewritten, so a merge or conversion moves nothing: what was recorded
 * about the records that became this one is read with it.
 */
export function consentsOf(kind: PersonKind, id: string): string {
  if (kind === 'contacts') return ofContact(id);
  return `SELECT * FROM crm_core.crm_consents WHERE lead_id IN (SELECT ${id} UNION SELECT fl.id FROM crm_core.crm_leads fl WHERE fl.merged_into_id = ${id})
    UNION ${ofContact(`(SELECT fv.converted_contact_id FROM crm_core.crm_leads fv WHERE fv.id = ${id})`)}`;
}

/** The newest statement of each purpose and channel: the later one counts, of the same moment the one recorded later. */
export const currentOf = (kind: PersonKind, id: string): string =>
  `SELECT DISTINCT ON (c.purpose_id, c.channel) c.* FROM (${consentsOf(kind, id)}) c ORDER BY c.purpose_id, c.channel, c.occurred_at DESC, c.id DESC`;

/** The member `consents` of contacts and leads: what was recorded, as it is now. */
export function consentsComputed(kind: PersonKind): Computed {
  return {
    detailOnly: true, feature: consentFeature,
    sql: `(SELECT coalesce(json_agg(json_build_object('purpose', p.key, 'channel', c.channel, 'state', ${stateNow('c')}, 'legal_basis', c.legal_basis, 'since', c.occurred_at, 'expires_at', c.expires_at)
      ORDER BY p.key, c.channel), '[]'::json) FROM (${currentOf(kind, 't.id')}) c JOIN crm_core.crm_consent_purposes p ON p.id = c.purpose_id AND p.deleted_at IS NULL)`,
    schema: Joi.array().items(Joi.object({
      purpose: Joi.string().required(), channel: Joi.string().valid(...channels).required(), state: Joi.string().valid(...consentStates).required(),
      legal_basis: Joi.string().valid(...legalBases).required(), since: Joi.string().required(), expires_at: Joi.string().allow(null).required(),
    }).label('ConsentNow')).description('What the person agreed to and withdrew, as it is now, by purpose and channel.'),
  };
}

// The records that a statement is about now, found from the statements: few of many records have any.
const persons: Readonly<Record<PersonKind, string>> = {
  contacts: `SELECT coalesce(k.merged_into_id, k.id, s.converted_contact_id, l.converted_contact_id) AS person, c.* FROM crm_core.crm_consents c
    LEFT JOIN crm_core.crm_contacts k ON k.id = c.contact_id LEFT JOIN crm_core.crm_leads l ON l.id = c.lead_id LEFT JOIN crm_core.crm_leads s ON s.id = l.merged_into_id`,
  leads: `SELECT coalesce(l.merged_into_id, l.id) AS person, c.* FROM crm_core.crm_consents c JOIN crm_core.crm_leads l ON l.id = c.lead_id
    UNION SELECT l.id, c.* FROM crm_core.crm_consents c JOIN crm_core.crm_contacts k ON k.id = c.contact_id JOIN crm_core.crm_leads l ON l.converted_contact_id = coalesce(k.merged_into_id, k.id)`,
};

/** `filter[consents]=marketing:email:granted`: those of whom this holds now. */
export function consentsCondition(kind: PersonKind): Condition {
  const form = /^([a-z][a-z0-9_]{1,39}):(\w+):(\w+)$/;
  return {
    feature: consentFeature,
    description: 'purpose:channel:state, such as marketing:email:granted; states are granted, withdrawn, expired and none.',
    accepts(raw) {
      const [, , channel, state] = form.exec(raw) ?? [];
      return channels.some((one) => one === channel) && consentStates.some((one) => one === state);
    },
    sql(raw, negated) {
      const [, purpose = '', channel = '', state = ''] = form.exec(raw) ?? [];
      const none = state === 'none';
      const latest = `SELECT DISTINCT ON (x.person) x.person, x.state, x.expires_at FROM (${persons[kind]}) x JOIN crm_core.crm_consent_purposes p ON p.id = x.purpose_id AND p.deleted_at IS NULL
        WHERE p.key = ? AND x.channel = ? AND x.person IS NOT NULL ORDER BY x.person, x.occurred_at DESC, x.id DESC`;
      return {
        sql: `t.id ${none === negated ? 'IN' : 'NOT IN'} (SELECT y.person FROM (${latest}) y${none ? '' : ` WHERE ${stateNow('y')} = ?`})`,
        bindings: none ? [purpose, channel] : [purpose, channel, state],
      };
    },
  };
}
