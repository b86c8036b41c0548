import { startApi, type TestApi } from '../../testing/api.testing.js';

interface Operation { operationId: string; requestBody?: { content: Record<string, { schema: unknown }> }; parameters?: { name: string; in: string; schema: object }[]; responses: Record<string, { content?: Record<string, { schema: unknown }> }>; security: unknown[] }
interface Document { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: object } }

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: Document;
  beforeAll(async () => {
    api = await startApi();
    document = (await api.inject('/crm/v1/openapi.json')).body as unknown as Document;
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const operations = (): [string, Operation][] => Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]): [string, Operation] => [`${method} ${path}`, one]));

  it('has every route, and only those', () => {
    const served = api.server.table().filter((one) => one.path.startsWith('/crm')).map((one) => `${one.method} ${one.path}`);
    expect(operations().map(([name]) => name).sort()).toEqual(served.sort());
    expect(served.length).toBeGreaterThan(90);
  });

  it('names parameters, bodies, answers, problems and security of each', () => {
    for (const [name, one] of operations()) {
      for (const [, placeholder] of name.matchAll(/\{(\w+)\}/g)) {
        expect(one.parameters?.some((parameter) => parameter.in === 'path' && parameter.name === placeholder)).withContext(`${name} ${placeholder}`).toBeTrue();
      }
      const good = Object.keys(one.responses).filter((status) => status.startsWith('2'));
      expect(good.length).withContext(name).toBeGreaterThan(0);
      for (const status of good.filter((each) => each !== '204')) expect(one.responses[status]?.content).withContext(`${name} ${status}`).toBeDefined();
      expect(one.responses['500']?.content?.['application/problem+json']).withContext(name).toBeDefined();
      if (/^(patch|put) /.test(name)) expect(one.requestBody).withContext(name).toBeDefined();
    }
    const open = operations().filter(([, one]) => one.security.length === 0).map(([name]) => name).sort();
    expect(open).toEqual([
      'delete /crm/v1/auth/session', 'get /crm/v1/auth/demo', 'get /crm/v1/auth/interaction', 'get /crm/v1/health', 'get /crm/v1/oidc/.well-known/openid-configuration', 'get /crm/v1/oidc/auth',
      'get /crm/v1/oidc/auth/{uid}', 'get /crm/v1/oidc/jwks', 'get /crm/v1/openapi.json', 'post /crm/v1/auth/interaction', 'post /crm/v1/auth/interaction/code', 'post /crm/v1/auth/invitation', 'post /crm/v1/auth/invitation/lookup', 'post /crm/v1/auth/revoke',
      'post /crm/v1/auth/session', 'post /crm/v1/auth/session/refresh', 'post /crm/v1/auth/token', 'post /crm/v1/oidc/token', 'post /crm/v1/oidc/token/revocation',
    ]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('points only at what it has, and is no longer than needed to be true', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas[name ?? '']).withContext(name ?? '').toBeDefined();
    const deal = document.components.schemas['DealCreate'] as { properties: Record<string, Record<string, unknown>>; required: string[]; additionalProperties: boolean };
    expect(deal.required).toEqual(['name']);
    expect(deal.additionalProperties).toBeFalse();
    expect(deal.properties['expected_value']?.['anyOf']).toEqual([{ type: 'string' }, { type: 'number' }, { type: 'null' }]);
    expect(deal.properties['close_date']).toEqual(jasmine.objectContaining({ type: ['string', 'null'], format: 'date' }));
    expect(deal.properties['status']?.['enum']).toEqual(['open', 'won', 'lost']);
    const me = document.components.schemas['Me'] as { properties: Record<string, { additionalProperties?: unknown }> };
    expect(me.properties['features']?.additionalProperties).toEqual({ type: 'boolean' });
  });
});
