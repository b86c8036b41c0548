import { ApolloServer } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator, type ComplexityEstimator } from 'graphql-query-complexity';
import type { Call } from '../../kernel/context/call.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { fromPostgres } from '../../kernel/errors/pg.errors.js';
import { depthLimit } from './depth.rule.js';
import { GraphqlContext } from './graphql.context.js';
import { graphqlSchema, type GraphqlExtension } from './graphql.schema.js';

const maxDepth = 8;
/** About fifty lists of fifty records with four members each. */
export const maxCost = 10_000;

/** A question as it arrives. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** What a page costs: its limit times what each record costs. */
const pages: ComplexityEstimator = ({ args, childComplexity, field }) => (field.args.some((one) => one.name === 'limit') ? 1 + Math.max(1, Number(args['limit'] ?? 50)) * Math.max(1, childComplexity) : undefined);

/** Apollo Server over the services of the REST routes. */
export class GraphqlService {
  private readonly server: ApolloServer<GraphqlContext>;

  constructor(services: readonly CrudService[], extensions: readonly GraphqlExtension[] = []) {
    const schema = graphqlSchema(services, extensions);
    this.server = new ApolloServer<GraphqlContext>({
      schema, validationRules: [depthLimit(maxDepth)], introspection: true, stopOnTerminationSignals: false, includeStacktraceInErrorResponses: false,
      formatError: (shown, error) => format(shown, unwrapResolverError(error)),
      plugins: [{
        requestDidStart: () => Promise.resolve({
          didResolveOperation: ({ request, document, operation, operationName, contextValue: { call } }) => {
            if (call.origin && operation?.operation === 'query') call.origin.onlyReads = true;
            const cost = getComplexity({ schema, query: document, variables: request.variables ?? {}, ...(operationName === null ? {} : { operationName }), estimators: [pages, fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })] });
            if (cost > maxCost) throw new GraphQLError(`The operation costs ${cost}; at most ${maxCost} are possible. Ask for fewer records (limit) or members.`, { extensions: { code: 'too_costly', status: 400, cost, http: { status: 400 } } });
            return Promise.resolve();
          },
          didEncounterErrors: ({ errors, contextValue: { call } }) => {
            for (const error of errors) {
              const thrown = unwrapResolverError(error);
              if (thrown instanceof CrmError && thrown.status === 403) call.origin?.notes.push({ action: 'refusal', entity: String(error.path?.[0] ?? 'graphql'), entityId: null, status: thrown.status });
              if (thrown instanceof GraphQLError || thrown instanceof CrmError || fromPostgres(thrown) !== null) continue;
              call.log.error({ err: thrown, request_id: call.requestId, path: error.path }, 'graphql');
            }
            return Promise.resolve();
          },
        }),
      }],
    });
  }

  /** Answers one operation; problems of single members are in `errors`, each with `extensions.code` and `status`. */
  async answer(call: Call, request: GraphqlRequest): Promise<{ status: number; body: unknown }> {
    const response = await this.server.executeOperation({ query: request.query, ...(request.variables ? { variables: request.variables } : {}), ...(request.operationName === undefined ? {} : { operationName: request.operationName }) }, { contextValue: new GraphqlContext(call) });
    if (response.body.kind !== 'single') throw new Error('The answer came in parts, which nothing here asks for');
    return { status: response.http.status ?? 200, body: response.body.singleResult };
  }
}

function format(shown: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const known = error instanceof CrmError ? error : fromPostgres(error);
  const place = { ...(shown.locations ? { locations: shown.locations } : {}), ...(shown.path ? { path: shown.path } : {}) };
  if (known) return { message: known.message, ...place, extensions: { code: known.code, status: known.status, ...(known.errors ? { errors: known.errors } : {}) } };
  // Apollo gives every refusal by a validation rule the same code; ours say which.
  const reason: unknown = shown.extensions?.['reason'];
  if (typeof reason === 'string') return { message: shown.message, ...place, extensions: { code: reason, status: 400 } };
  if (error instanceof GraphQLError) return shown;
  return { message: 'Something went wrong on our side. Tell support the x-request-id of this answer.', ...place, extensions: { code: 'internal_error', status: 500 } };
}
