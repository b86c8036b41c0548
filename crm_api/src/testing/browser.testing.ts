import { createHash, randomBytes } from 'node:crypto';
import type { Answer, TestApi } from './api.testing.js';

/** A browser as far as signing in needs one: it keeps cookies by path and follows redirects by hand. */
export class TestBrowser {
  private readonly jar = new Map<string, { value: string; path: string }>();
  readonly verifier = randomBytes(32).toString('base64url');
  readonly state = randomBytes(8).toString('hex');

  constructor(private readonly api: TestApi, private readonly host = '127.0.0.1:8080', readonly address = '192.0.2.1') {}

  /** Where codes are sent. */
  get callback(): string {
    return `http://${this.host}/login/callback`;
  }

  /** Sends a request with the cookies that belong to its path. */
  async send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const path = new URL(url, `http://${this.host}`);
    const cookie = [...this.jar].filter(([, one]) => path.pathname.startsWith(one.path)).map(([name, one]) => `${name}=${one.value}`).join('; ');
    const answer = await this.api.inject({
      method: method as 'GET', url: `${path.pathname}${path.search}`, remoteAddress: this.address,
      headers: { host: this.host, 'user-agent': 'Firefox/150', ...(cookie === '' ? {} : { cookie }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.keep(String(line));
    return answer;
  }

  /** A cookie as kept, by the beginning of its name. */
  cookie(start: string): string | undefined {
    return [...this.jar].find(([name]) => name.startsWith(start))?.[1].value;
  }

  /** Opens the authorization endpoint; parameters given as undefined are left out. */
  async begin(changes: Record<string, string | undefined> = {}): Promise<Answer> {
    const all: Record<string, string | undefined> = {
      client_id: 'crm_ui', response_type: 'code', scope: 'openid crm', redirect_uri: this.callback, state: this.state, prompt: 'login',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'), code_challenge_method: 'S256', ...changes,
    };
    const query = new URLSearchParams(Object.entries(all).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])));
    return this.send('GET', `/crm/v1/oidc/auth?${query.toString()}`);
  }

  /** The whole way to a code. */
  async code(email: string, password: string, changes: Record<string, string | undefined> = {}): Promise<URL> {
    const page = await this.begin(changes);
    if (page.status !== 303) throw new Error(`No login page: ${page.status} ${page.text}`);
    const step = await this.send('POST', '/crm/v1/auth/interaction', { email, password });
    if (step.body['next'] !== 'redirect') throw new Error(`No redirect: ${step.status} ${step.text}`);
    return this.resume(String(step.body['redirect_to']));
  }

  /** Follows the provider to the address with the code. */
  async resume(path: string): Promise<URL> {
    const answer = await this.send('GET', path);
    if (answer.status !== 303) throw new Error(`No code: ${answer.status} ${answer.text}`);
    return new URL(String(answer.headers['location']));
  }

  /** Exchanges a code for the session of this browser. */
  exchange(code: string, changes: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', '/crm/v1/auth/session', { code, code_verifier: this.verifier, redirect_uri: this.callback, ...changes });
  }

  private keep(line: string): void {
    const [pair = '', ...rest] = line.split(';').map((one) => one.trim());
    const at = pair.indexOf('=');
    const path = rest.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    const over = rest.some((one) => /^max-age=0$/i.test(one) || (/^expires=/i.test(one) && Date.parse(one.slice(8)) < Date.now()));
    if (over || pair.endsWith('=')) this.jar.delete(pair.slice(0, at));
    else this.jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path });
  }
}
