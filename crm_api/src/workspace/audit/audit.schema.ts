import Joi from 'joi';
import { field } from '../../kernel/crud/fields.js';
import { defineResource } from '../../kernel/crud/resource.js';
import { AuditModel } from './audit.model.js';

const kept = { readOnly: true } as const;
const payload = Joi.object().unknown(true);

/** The audit log as administrators read it; entries are written by what they tell of. */
export const auditResource = defineResource({
  name: 'audit', singular: 'audit_entry', feature: 'crm_feature_audit', model: AuditModel,
  fields: {
    occurred_at: field.timestamp('When it happened.', { ...kept, nullable: false, sort: true }),
    actor_id: field.uuid('Who did it: a user, or an API client.', kept),
    actor_kind: field.choice(['user', 'client', 'system', 'import', 'model', 'anonymous'], 'What the actor is; anonymous: nobody was signed in.', { ...kept, nullable: false }),
    action: field.text('create, update, delete, restore …; request, refusal, read and export are entries of requests.', { ...kept, nullable: false }),
    entity: field.text('The resource.', { ...kept, nullable: false }),
    entity_id: field.uuid('The record.', kept),
    request_id: field.text('The x-request-id of the request; all entries of one request share it.', kept),
    session_id: field.uuid('The session of the token.', kept),
    client_id: field.text('The API client.', kept),
    method: field.text('The HTTP method.', kept),
    route: field.text('The declared path, without values.', kept),
    status: field.integer('The HTTP status of the answer; only in entries of requests.', kept),
    duration_ms: field.integer('From the request to its answer, in milliseconds; only in entries of requests.', kept),
    user_agent: field.text('The browser or program.', { ...kept, filter: false }),
  },
  references: { actor: { column: 'actor_id', table: 'crm_core.crm_users', label: 'r.name', resource: 'users' } },
  computed: {
    ip: { sql: 'host(t.ip)', schema: Joi.string().description('The network address of the caller.') },
    before: { sql: 't.before', schema: payload.description('The changed members as they were.') },
    after: { sql: 't.after', schema: payload.description('The changed members as they are.') },
    position: { sql: '(SELECT c.position::float8 FROM crm_core.crm_audit_chain c WHERE c.id = t.id)', schema: Joi.number().integer().description('The number in the chain; null while the entry waits for its seal.') },
    erased: { sql: '(t.erased_by IS NOT NULL)', schema: Joi.boolean().description('Whether an erasure has taken a person out of it.') },
  },
  search: null,
  defaultSort: '-occurred_at',
  ownership: null,
});
