import type { Plugin, ResponseToolkit } from '@hapi/hapi';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { apiPrefix } from '../../kernel/route.js';

/** Where the built UI lies. */
export interface UiOptions {
  readonly folder: string;
}

// Angular's builder puts a hash of the content into these names, so that what they name never changes.
const hashed = /[.-][A-Z0-9]{8,}\.(js|css|woff2?|svg|png|webp|map)$/;

// The one file that pages of others load; what it shows there is for tokens to say.
const forOthers = 'embed/crm-embed.js';

/** Serves the UI; any path that is no file is a screen, and gets the page that shows it. */
export const uiPlugin: Plugin<UiOptions> = {
  name: 'crm-ui',
  register(server, { folder }) {
    server.route({
      method: 'GET',
      path: '/{path*}',
      options: { auth: false, files: { relativeTo: folder }, cache: false },
      async handler(request, h) {
        const path = String(request.params['path'] ?? '');
        if (path === 'crm' || path.startsWith('crm/')) throw new CrmError(404, 'route_not_found', `There is nothing at ${request.path}. See ${apiPrefix}/openapi.json for what exists.`);
        const file = path.includes('.') && !path.split('/').some((part) => part.startsWith('.')) && existsSync(join(folder, path)) ? path : null;
        // A missing script must not be answered with a page: the browser would complain about its type and hide the cause.
        if (file === null && /\.(js|css|map|json|woff2?|png|svg|ico|webp)$/.test(path)) throw new CrmError(404, 'file_not_found', `There is no file ${request.path}. Reload the page to get the current version.`);
        return page(h, folder, file);
      },
    });
  },
};

function page(h: ResponseToolkit, folder: string, file: string | null): ReturnType<typeof h.file> {
  if (!existsSync(join(folder, 'index.html'))) throw new CrmError(503, 'ui_not_built', 'The user interface is not built yet. Run npm run build; the API itself serves.');
  const response = h.file(file ?? 'index.html', { confine: folder, lookupCompressed: false });
  // Named after the headers of every answer, which keep all else to this origin.
  if (file === forOthers) h.request.app.forOthers = true;
  return response.header('cache-control', file !== null && hashed.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
}
