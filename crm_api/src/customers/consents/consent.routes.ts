import { noteRead } from '../../kernel/audit/request.origin.js';
import type { Call } from '../../kernel/context/call.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { requireVisible, requireWritable } from '../../kernel/crud/field.access.js';
import { typeName } from '../../kernel/crud/resource.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { mayContact } from './consent.check.js';
import { checkQuery, consentBody, consentItem, consentsOfPerson, purposeBody, purposeItem, purposePage, purposePatch, verdict, wordingBody, wordingItem } from './consent.schema.js';
import { readConsents, recordConsent, type ConsentInput, type Person } from './consent.service.js';
import { consentFeature } from './consent.sql.js';
import type { Channel, ConsentRow, PersonKind } from './consent.types.js';
import { listPurposes, listWordings, type PurposeRow, type WordingRow } from './purpose.repository.js';
import { changePurpose, createPurpose, endPurpose, keepWording } from './purpose.service.js';

/** A statement as JSON. */
export const presentConsent = (row: ConsentRow): Record<string, unknown> => ({
  ...row, occurred_at: row.occurred_at.toISOString(), expires_at: row.expires_at?.toISOString() ?? null, created_at: row.created_at.toISOString(),
});

const presentWording = ({ purpose_id: _purpose, ...row }: WordingRow): Record<string, unknown> => ({ ...row, created_at: row.created_at.toISOString() });
const presentPurpose = (row: PurposeRow, wordings: readonly WordingRow[] = []): Record<string, unknown> => ({
  ...row, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(), wordings: wordings.filter((one) => one.purpose_id === row.id).map(presentWording),
});

/** The person behind a record that the caller may see, or change. @throws CrmError 403, 404 */
export async function personOf(call: Call, service: CrudService, id: string, write: boolean): Promise<Person> {
  // A role that hides the member of the record hides all that leads to it.
  requireVisible(call.actor, service.resource, ['consents']);
  const item = await service.get(call.db, call, id);
  if (write) {
    requireWritable(call.actor, service.resource, { consents: true });
    await service.requireWrite(call.db, call, id);
  }
  const account = item['account_id'];
  return { kind: service.resource.name as PersonKind, id, label: String(item['full_name']), accountId: typeof account === 'string' ? account : null };
}

/** `/contacts/{id}/consents` and `/leads/{id}/consents`: the permissions are those of the record. */
export function consentRoutes(service: CrudService): RouteSpec[] {
  const { name, singular } = service.resource;
  const title = typeName(singular);
  const shared = { tag: 'consents', feature: consentFeature, params: idParams } as const;
  return [
    route({
      ...shared, method: 'GET', path: `/${name}/{id}/consents`, id: `get${title}Consents`, summary: `What a ${singular} agreed to and withdrew: as it is now, and the history with its proof`,
      access: { resource: name, action: 'read' }, problems: [404], responses: { 200: consentsOfPerson },
      async handle(call, { params }) {
        const person = await personOf(call, service, params['id'] ?? '', false);
        noteRead(call.origin, service.resource, person.id);
        const { current, history } = await readConsents(call.db, person.kind, person.id);
        return { current, history: history.map(presentConsent) };
      },
    }),
    route({
      ...shared, method: 'POST', path: `/${name}/{id}/consents`, id: `record${title}Consent`, summary: `Record that a ${singular} agreed or withdrew; nothing recorded can be changed`,
      access: { resource: name, action: 'write' }, body: consentBody, problems: [404, 422], responses: { 201: consentItem },
      async handle(call, { params, body }) {
        const person = await personOf(call, service, params['id'] ?? '', true);
        const row = await call.db.transaction((trx) => recordConsent(trx, call, person, body as ConsentInput));
        return Reply.created(`/${name}/${person.id}/consents`, presentConsent(row));
      },
    }),
    route({
      ...shared, method: 'GET', path: `/${name}/{id}/consents/check`, id: `mayContact${title}`, summary: `Whether a ${singular} may be contacted for a purpose by a channel, and why`,
      access: { resource: name, action: 'read' }, query: checkQuery, problems: [404, 422], responses: { 200: verdict },
      async handle(call, { params, query }) {
        const person = await personOf(call, service, params['id'] ?? '', false);
        return mayContact(call.db, call, person, String(query['purpose']), query['channel'] as Channel);
      },
    }),
  ];
}

/** `/consent-purposes`: what is asked for; whoever may read contacts sees them, whoever administers privacy changes them. */
export function purposeRoutes(): RouteSpec[] {
  const shared = { tag: 'consents', feature: consentFeature } as const;
  return [
    route({
      ...shared, method: 'GET', path: '/consent-purposes', id: 'listConsentPurposes', summary: 'Purposes with their wordings', access: 'signed_in', responses: { 200: purposePage },
      async handle(call) {
        const rows = await listPurposes(call.db);
        const wordings = await listWordings(call.db, rows.map((row) => row.id));
        return { items: rows.map((row) => presentPurpose(row, wordings)), next_cursor: null };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/consent-purposes', id: 'createConsentPurpose', summary: 'Add a purpose', access: { resource: 'privacy', action: 'write' }, body: purposeBody, problems: [409, 422], responses: { 201: purposeItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => createPurpose(trx, call, body as Record<string, unknown>));
        return Reply.created(`/consent-purposes/${row.id}`, presentPurpose(row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/consent-purposes/{id}', id: 'updateConsentPurpose', summary: 'Change a purpose', access: { resource: 'privacy', action: 'write' }, params: idParams, body: purposePatch, consumes: jsonTypes, problems: [404, 422], responses: { 200: purposeItem },
      async handle(call, { params, body }) {
        const row = await call.db.transaction((trx) => changePurpose(trx, call, params['id'] ?? '', body as Record<string, unknown>));
        return presentPurpose(row, await listWordings(call.db, [row.id]));
      },
    }),
    route({
      ...shared, method: 'DELETE', path: '/consent-purposes/{id}', id: 'endConsentPurpose', summary: 'End a purpose; what was recorded for it stays', access: { resource: 'privacy', action: 'write' }, params: idParams, problems: [404], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => endPurpose(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'POST', path: '/consent-purposes/{id}/wordings', id: 'keepConsentWording', summary: 'Keep the words that people are shown', access: { resource: 'privacy', action: 'write' }, params: idParams, body: wordingBody, problems: [404, 409, 422], responses: { 201: wordingItem },
      async handle(call, { params, body }) {
        const row = await call.db.transaction((trx) => keepWording(trx, call, params['id'] ?? '', body as { version: string; locale: 'en' | 'ar'; body: string }));
        return Reply.created(`/consent-purposes/${row.purpose_id}/wordings`, presentWording(row));
      },
    }),
  ];
}
