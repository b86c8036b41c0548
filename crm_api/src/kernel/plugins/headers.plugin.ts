import type { Plugin, Request } from '@hapi/hapi';
import { requestIdOf, traceparentOf } from 'crm_telemetry';
import { randomUUID } from 'node:crypto';
import { deprecationHeaders } from '../contract/deprecation.js';

// Styles inline because Angular and the charts set them; nothing else that could carry a script.
const policy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self' data:",
  "connect-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

// It names the request's span: whatever is kept of a request, such as its entries in the audit log, leads back to its trace.
const ownId = ({ app }: Request): string => (app.trace === undefined ? randomUUID() : requestIdOf(app.trace.span.spanContext()));

// W3C Trace Context Level 2: the answer says under which trace and span the request was served.
const named = ({ app }: Request): Record<string, string> => (app.trace === undefined ? {} : { traceresponse: traceparentOf(app.trace.span.spanContext()) });

const leaving = ({ route }: Request): Record<string, string> => {
  const deprecated = route.settings.plugins?.crm?.spec.deprecated;
  return deprecated === undefined ? {} : deprecationHeaders(deprecated);
};

/** Headers of every answer; with TLS browsers are told to come by it only, for a year. */
export const securityHeaders = (secure: boolean): Readonly<Record<string, string>> => (secure ? { ...headers, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : headers);

/** Gives each request an id (the caller's, where it is harmless), and each answer the security headers and those of a route on its way out. */
export const headersPlugin: Plugin<{ secure: boolean }> = {
  name: 'crm-headers',
  register(server, { secure }) {
    const always = securityHeaders(secure);
    server.ext('onRequest', (request, h) => {
      const given: unknown = request.headers['x-request-id'];
      request.app.requestId = typeof given === 'string' && /^[\w.:-]{8,100}$/.test(given) ? given : ownId(request);
      return h.continue;
    });
    server.ext('onPreResponse', (request, h) => {
      const { response } = request;
      const all = { ...always, ...(request.app.forOthers === true ? { 'cross-origin-resource-policy': 'cross-origin' } : {}), 'x-request-id': request.app.requestId ?? '', ...named(request), ...leaving(request) };
      if ('isBoom' in response) Object.assign(response.output.headers, all);
      else for (const [name, value] of Object.entries(all)) response.header(name, value);
      return h.continue;
    });
  },
};

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** Whether pages of other origins may load what is answered, as a script. */
    forOthers?: boolean;
  }
}
