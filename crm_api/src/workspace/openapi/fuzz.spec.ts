import fc, { type Arbitrary } from 'fast-check';
import { startApi, type Answer, type Caller, type TestApi } from '../../testing/api.testing.js';
import { junk, schemaArbitrary, type Schema } from '../../testing/schema.arbitrary.js';

interface Parameter { name: string; in: string; required: boolean; schema: Schema }
interface Operation { operationId: string; parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> }; responses: Record<string, unknown>; security: unknown[] }
interface Document { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

// What needs another server to be asked, or a body that is no document.
const elsewhere = /^(get|post)Analytics|^postEmbedReport$|^createAlert$|^getForecast(Accuracy)?$|^createForecastSnapshot$|^createImport$|^getHealth$|^health$/;

describe('a client that sends what the document allows, and much that it does not', () => {
  let api: TestApi;
  let admin: Caller;
  let document: Document;
  const ids: string[] = [];
  beforeAll(async () => {
    api = await startApi({ CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' });
    admin = await api.as('admin');
    document = (await api.inject('/crm/v1/openapi.json')).body as unknown as Document;
    for (const [path, body] of [['accounts', { legal_name: 'Fuzz LLC' }], ['contacts', { full_name: 'Fuzz' }], ['deals', { name: 'Fuzz' }], ['leads', { full_name: 'Fuzz' }], ['tickets', { subject: 'Fuzz' }], ['products', { name: 'Fuzz', sku: 'F' }]] as const) {
      const made = await admin.post(`/${path}`, body);
      if (made.status === 201) ids.push(made.body.id);
    }
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  interface Shot { path: string; query: Record<string, string>; headers: Record<string, string>; body: unknown }

  function shotOf(path: string, one: Operation): Arbitrary<Shot> {
    const value = (schema: Schema, chaos: number): Arbitrary<unknown> => schemaArbitrary(schema, document.components.schemas, ids, chaos);
    const of = (place: string, chaos: number): Arbitrary<Record<string, string>> => {
      const parameters = (one.parameters ?? []).filter((parameter) => parameter.in === place);
      return fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, value(parameter.schema, chaos).map((each) => (typeof each === 'string' ? each : JSON.stringify(each) ?? ''))])), { requiredKeys: place === 'path' ? parameters.map((parameter) => parameter.name) : [] });
    };
    const [type, content] = Object.entries(one.requestBody?.content ?? {})[0] ?? [];
    return fc.record({
      params: of('path', 2), query: fc.oneof(of('query', 0), of('query', 30)), headers: of('header', 0),
      body: content === undefined ? fc.constant(undefined) : fc.oneof({ weight: 5, arbitrary: value(content.schema, 0) }, { weight: 4, arbitrary: value(content.schema, 8) }, { weight: 1, arbitrary: junk }),
    }).map(({ params, query, headers, body }) => ({
      path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(wellFormed(params[name] ?? ''))),
      query, body,
      headers: { ...Object.fromEntries(Object.entries(headers).filter(([, text]) => /^[\x20-\x7e]*$/.test(text))), ...(type === undefined ? {} : { 'content-type': type }) },
    }));
  }

  const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/g, 'x');

  function send(method: string, { path, query, headers, body }: Shot): Promise<Answer> {
    const search = Object.entries(query).map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(text))}`).join('&');
    return api.inject({
      method: method.toUpperCase(), url: `${path}${search === '' ? '' : `?${search}`}`, headers: { authorization: `Bearer ${admin.token}`, ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) ?? '' }),
    } as Parameters<TestApi['inject']>[0]);
  }

  it('is never answered with a fault of ours, nor with a status that the document does not know', async () => {
    let answers = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, one] of Object.entries(methods)) {
        if (elsewhere.test(one.operationId) || path.includes('/auth/') || path.includes('/oidc/')) continue;
        await fc.assert(fc.asyncProperty(shotOf(path, one), async (shot) => {
          const answer = await send(method, shot);
          answers++;
          if (answer.status >= 500) throw new Error(`${one.operationId}: ${answer.status} ${answer.text} ${JSON.stringify(api.logged.at(-1) ?? null).slice(0, 1500)}`);
          // 304 is HTTP's own, 404 may be the router's: an emptied placeholder is another path.
          if (answer.status !== 304 && answer.status !== 404 && answer.status !== 405 && one.responses[String(answer.status)] === undefined) throw new Error(`${one.operationId} answered ${answer.status}, which the document does not name: ${answer.text}`);
          if (answer.status >= 400 && answer.headers['content-type'] !== 'application/problem+json' && one.operationId !== 'graphql') throw new Error(`${one.operationId}: ${answer.status} is no problem document`);
        }), { numRuns: 15, seed: 20_261_122, endOnFailure: true });
      }
    }
    expect(answers).toBeGreaterThan(1000);
  }, 300_000);
});
