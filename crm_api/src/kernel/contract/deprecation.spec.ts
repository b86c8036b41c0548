import Hapi from '@hapi/hapi';
import { openapiDocument } from '../../workspace/openapi/openapi.document.js';
import { headersPlugin } from '../plugins/headers.plugin.js';
import { route, type RouteSpec } from '../route.js';
import { requireNotice, type Deprecation } from './deprecation.js';

describe('routes on their way out', () => {
  const spec = (deprecated?: Deprecation): RouteSpec => route({
    method: 'GET', path: '/old', id: 'old', tag: 'old', summary: 'Old', access: 'public', responses: { 200: null }, handle: () => Promise.resolve(null), ...(deprecated ? { deprecated } : {}),
  });
  const leaving = { since: '2026-12-01', sunset: '2027-12-01', successor: '/new' };
  const headersOf = async (one: RouteSpec): Promise<Record<string, unknown>> => {
    const server = Hapi.server();
    await server.register({ plugin: headersPlugin, options: { secure: false } });
    server.route({ method: 'GET', path: '/crm/v1/old', options: { plugins: { crm: { spec: one } } }, handler: () => 'x' });
    return (await server.inject('/crm/v1/old')).headers;
  };

  it('say in every answer since when, until when and what comes instead', async () => {
    const headers = await headersOf(spec(leaving));
    expect([headers['deprecation'], headers['sunset'], headers['link']]).toEqual(['@1796083200', 'Wed, 01 Dec 2027 00:00:00 GMT', '</crm/v1/new>; rel="successor-version"']);
    expect((await headersOf(spec({ ...leaving, successor: null })))['link']).toBeUndefined();
    const others = await headersOf(spec());
    expect([others['deprecation'], others['sunset'], others['link']]).toEqual([undefined, undefined, undefined]);
  });

  it('are marked in the OpenAPI document', () => {
    const operation = (one: RouteSpec): unknown => (openapiDocument([one])['paths'] as Record<string, Record<string, unknown>>)['/crm/v1/old']?.['get'];
    expect(operation(spec(leaving))).toEqual(jasmine.objectContaining({ deprecated: true, 'x-crm-sunset': '2027-12-01' }));
    expect(Object.keys(operation(spec()) as object)).not.toContain('deprecated');
  });

  it('stay for a year at least, or the server does not start', () => {
    for (const wrong of [{ ...leaving, sunset: '2027-11-30' }, { ...leaving, since: 'soon' }]) expect(() => { requireNotice(spec(wrong)); }).toThrowError(/GET \/old is to end less than 365 days/);
    expect(() => { requireNotice(spec(leaving)); }).not.toThrow();
    expect(() => { requireNotice(spec()); }).not.toThrow();
  });
});
