import { build } from 'esbuild';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A web site that is not the product's. */
export interface EmbedHost {
  /** Its origin, and the same site by another name, which is another origin. */
  readonly origin: string;
  readonly other: string;
  /** Address of the plain page with a token. */
  plain(token: string, locale: string): string;
  /** Address of the page of a React application with a token. */
  react(token: string, locale: string): string;
  close(): Promise<void>;
}

const ui = fileURLToPath(new URL('../../../crm_ui', import.meta.url));

/** A React application as its makers would bundle it: their React, and the package as it is built. */
async function bundle(): Promise<string> {
  const contents = `
    import { createElement as h, useState } from 'react';
    import { createRoot } from 'react-dom/client';
    import { CrmReport } from './embed/dist/index.js';
    const asked = new URLSearchParams(location.search);
    function Host() {
      const [said, say] = useState('waiting');
      return h('main', null, h('h1', null, 'A React host'), h('p', { id: 'said' }, said),
        h(CrmReport, { token: asked.get('token'), apiUrl: asked.get('product') + '/crm/v1', locale: asked.get('locale'), onLoaded: () => say('loaded'), onExpired: () => say('expired'), onError: ({ code }) => say(code) }));
    }
    createRoot(document.getElementById('root')).render(h(Host));`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: ui, loader: 'js' }, bundle: true, write: false, format: 'esm', target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' }, logLevel: 'silent' });
  return outputFiles[0]?.text ?? '';
}

/** Serves both pages on a free port, under the strictest policy in which the guide says that a report works. */
export async function startEmbedHost(product: string): Promise<EmbedHost> {
  const app = await bundle();
  const head = (language: string): string => `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Host</title>`;
  // Styles of a page that mean no harm to it, and would to a table that is not kept apart.
  const plain = (language: string, token: string): string => `${head(language)}<link rel="stylesheet" href="/host.css"><body><main><h1>Intranet</h1><crm-report token="${token}" locale="${language}"></crm-report></main><script src="/host.js"></script><script src="${product}/embed/crm-embed.js"></script>`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    const language = url.searchParams.get('locale') === 'ar' ? 'ar' : 'en';
    const send = (type: string, body: string): void => {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self' ${product}; connect-src ${product}` }).end(body);
    };
    if (url.pathname === '/host.css') return send('text/css', 'body { margin: 16px } table, td { display: none } section { color: red }');
    if (url.pathname === '/host.js') return send('text/javascript', "window.told = []; for (const what of ['loaded', 'expired', 'error']) document.addEventListener('crm-report-' + what, (event) => window.told.push(what + (event.detail?.code ? ' ' + event.detail.code : '')));");
    if (url.pathname === '/app.js') return send('text/javascript', app);
    if (url.pathname === '/react') return send('text/html', `${head(language)}<body><div id="root"></div><script type="module" src="/app.js"></script>`);
    return send('text/html', plain(language, (url.searchParams.get('token') ?? '').replace(/[^\w.-]/g, '')));
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const query = (token: string, locale: string): string => `?${new URLSearchParams({ token, locale, product }).toString()}`;
  return {
    origin, other: `http://localhost:${port}`,
    plain: (token, locale) => `/${query(token, locale)}`, react: (token, locale) => `/react${query(token, locale)}`,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(() => { done(); }); }),
  };
}
