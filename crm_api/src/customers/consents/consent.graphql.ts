import { GraphQLID, GraphQLNonNull, GraphQLString } from 'graphql';
import type Joi from 'joi';
import type { ValidationError } from 'joi';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { strictBody } from '../../kernel/crud/values.js';
import { featureOff, invalidBody } from '../../kernel/errors/crm.error.js';
import { fieldProblems } from '../../kernel/errors/joi.problems.js';
import type { GraphqlContext } from '../../workspace/graphql/graphql.context.js';
import type { GraphqlExtension } from '../../workspace/graphql/graphql.schema.js';
import { jsonScalar } from '../../workspace/graphql/graphql.types.js';
import { mayContact } from './consent.check.js';
import { personOf, presentConsent } from './consent.routes.js';
import { checkQuery, consentBody } from './consent.schema.js';
import { readConsents, recordConsent, type ConsentInput } from './consent.service.js';
import { consentFeature } from './consent.sql.js';
import type { Channel } from './consent.types.js';

const json = new GraphQLNonNull(jsonScalar);
const id = { type: new GraphQLNonNull(GraphQLID) };
const text = { type: new GraphQLNonNull(GraphQLString) };

/** Consent in GraphQL: `contactConsents`, `mayContactContact`, `recordContactConsent` and the same of leads; shapes and rules are those of REST. */
export function consentGraphql(services: Readonly<Record<'Contact' | 'Lead', CrudService>>): GraphqlExtension {
  const enter = (context: GraphqlContext, service: CrudService, action: 'read' | 'write'): void => {
    context.enter(service, action);
    if (!context.call.feature(consentFeature)) throw featureOff(consentFeature);
  };
  const checked = <T>(schema: Joi.Schema, value: unknown): T => {
    const { error, value: result } = schema.prefs(strictBody).validate(value, { abortEarly: false }) as { error?: ValidationError; value: T };
    if (error) throw invalidBody(fieldProblems(error.details));
    return result;
  };
  const extension: GraphqlExtension = { queries: {}, mutations: {} };
  for (const [title, service] of Object.entries(services)) {
    const name = title.toLowerCase();
    extension.queries[`${name}Consents`] = {
      type: json, args: { id }, description: `What a ${name} agreed to: {current, history}, as GET /${name}s/{id}/consents answers.`,
      async resolve(_, args, context) {
        enter(context, service, 'read');
        const person = await personOf(context.call, service, String(args['id']), false);
        const { current, history } = await readConsents(context.call.db, person.kind, person.id);
        return { current, history: history.map(presentConsent) };
      },
    };
    extension.queries[`mayContact${title}`] = {
      type: json, args: { id, purpose: text, channel: text }, description: `Whether a ${name} may be contacted, and why.`,
      async resolve(_, args, context) {
        enter(context, service, 'read');
        const { purpose, channel } = checked<{ purpose: string; channel: Channel }>(checkQuery, { purpose: args['purpose'] as unknown, channel: args['channel'] as unknown });
        return mayContact(context.call.db, context.call, await personOf(context.call, service, String(args['id']), false), purpose, channel);
      },
    };
    extension.mutations[`record${title}Consent`] = {
      type: json, args: { id, values: { type: json } }, description: `Records that a ${name} agreed or withdrew; values as POST /${name}s/{id}/consents takes them.`,
      async resolve(_, args, context) {
        enter(context, service, 'write');
        const person = await personOf(context.call, service, String(args['id']), true);
        const input = checked<ConsentInput>(consentBody, args['values']);
        const row = await context.call.db.transaction((trx) => recordConsent(trx, context.call, person, input));
        context.forget();
        return presentConsent(row);
      },
    };
  }
  return extension;
}
