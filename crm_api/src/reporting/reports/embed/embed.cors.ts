import type { Plugin, Request } from '@hapi/hapi';
import type { Deps } from '../../../kernel/context/deps.js';
import { apiPrefix } from '../../../kernel/route.js';
import { namesOrigin } from './embed.repository.js';
import { embedFeature, embedPath } from './embed.types.js';

const path = `${apiPrefix}${embedPath}`;
// A token issued a moment ago must not wait for what browsers remember of a refusal; ten minutes spare most questions.
const allowed = { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'authorization, content-type, x-request-id', 'access-control-max-age': '600' };

/**
 * Lets pages of other origins read one path, and only those that an embed token names; never all of them, never with cookies.
 * A browser asks before it sends the token, so that any token in force may name the origin; whether this one does, the token's own check says.
 */
export const embedCors: Plugin<Pick<Deps, 'db' | 'flags' | 'log'>> = {
  name: 'crm-embed-cors',
  register(server, { db, flags, log }) {
    const granted = async (request: Request): Promise<Record<string, string>> => {
      const origin: unknown = request.headers['origin'];
      if (typeof origin !== 'string' || origin.length > 300) return {};
      await flags.refresh();
      return flags.isOn(embedFeature) && await namesOrigin(db, origin) ? { 'access-control-allow-origin': origin } : {};
    };
    server.ext('onRequest', async (request, h) => {
      if (request.method !== 'options' || request.path !== path) return h.continue;
      // The response below gets the origin, as every other of this path.
      const response = h.response().code(204);
      for (const [name, value] of Object.entries(allowed)) response.header(name, value);
      return response.takeover();
    });
    server.ext('onPreResponse', async (request, h) => {
      if (request.path !== path) return h.continue;
      const headers = { ...await granted(request).catch((error: unknown) => {
        log.warn({ err: error }, 'It could not be read whether a page may ask for a report');
        return {};
      }), vary: 'origin', 'access-control-expose-headers': 'retry-after, x-request-id' };
      const { response } = request;
      for (const [name, value] of Object.entries(headers)) {
        if (!('isBoom' in response)) response.header(name, value, name === 'vary' ? { append: true } : {});
        else response.output.headers[name] = value;
      }
      return h.continue;
    });
  },
};
