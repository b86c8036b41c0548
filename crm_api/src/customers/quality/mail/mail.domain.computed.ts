import Joi from 'joi';
import type { Computed } from '../../../kernel/crud/resource.js';

interface MailDomain { status: string; checked_at: string }

/** Whether the domain of a record's address receives mail, as the DNS said when it was last asked; null where it was not. */
export const mailDomainComputed = (resource: 'contacts' | 'leads'): Computed => ({
  sql: `(SELECT json_build_object('status', m.status, 'checked_at', to_char(m.checked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) FROM crm_core.crm_mail_domains m
    WHERE m.domain = lower(substring(t.email::text FROM '@([^@]*)$')))`,
  schema: Joi.object({ status: Joi.string().valid('mx', 'address_only', 'refuses_mail', 'no_domain', 'unknown').required(), checked_at: Joi.string().isoDate().required() }).label('MailDomain')
    .description('Whether the domain of the address receives mail: mx yes, address_only perhaps, refuses_mail and no_domain no, unknown where the DNS did not answer. Null where nobody has looked.'),
  detailOnly: true,
  feature: 'crm_feature_mx_check',
  conceal: (value, hidden) => (hidden(resource, 'email') ? null : value as MailDomain),
});
