import type { CubeRequest } from './analytics.service.js';

/** A question of Cube, or several at once, in a time zone where it names none of its own. */
export function inZone(query: unknown, zone: string): unknown {
  // Cube's own default, so that most questions pass as they came.
  if (zone === 'UTC') return query;
  if (Array.isArray(query)) return query.map((one) => inZone(one, zone));
  if (query === null || typeof query !== 'object' || ('timezone' in query && query.timezone)) return query;
  return { ...query, timezone: zone };
}

/** The same question in the reporting time zone, where it names none of its own; what is no question stays for Cube to refuse. */
export function withReportingZone(request: CubeRequest, zone: string): CubeRequest {
  if (zone === 'UTC' || request.call === 'meta') return request;
  if (request.method === 'POST') {
    const { body } = request;
    return body !== null && typeof body === 'object' && 'query' in body ? { ...request, body: { ...body, query: inZone(body.query, zone) } } : request;
  }
  const search = new URLSearchParams(request.search);
  try {
    const query = inZone(JSON.parse(search.get('query') ?? 'null'), zone);
    if (query === null) return request;
    search.set('query', JSON.stringify(query));
    return { ...request, search: `?${search.toString()}` };
  } catch {
    return request;
  }
}
