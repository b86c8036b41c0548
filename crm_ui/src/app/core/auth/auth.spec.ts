import { HttpClient, HttpResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { ActivatedRouteSnapshot, convertToParamMap, Router, RouterStateSnapshot, UrlTree } from '@angular/router';
import { firstValueFrom } from 'rxjs';
import { backend, settle, testProviders } from '@testing/setup';
import { signedInGuard, signedOutGuard } from './auth.guard';
import { AuthService } from './auth.service';
import { TokenStore } from './token.store';

const REFRESH = '/crm/v1/auth/session/refresh';
const pair = (n: number): { access_token: string; token_type: string; expires_in: number } => ({ access_token: `access${n}`, token_type: 'Bearer', expires_in: 900 });

/** Web Locks answer in their own turn, so waiting is for the request, not for a time. */
async function expectToken(url: string | ((request: { url: string }) => boolean) = REFRESH): Promise<ReturnType<ReturnType<typeof backend>['expectOne']>> {
  for (let turn = 0; turn < 200; turn += 1) {
    const found = typeof url === 'string' ? backend().match(url) : backend().match(url);
    if (found[0]) return found[0];
    await new Promise((resolve) => setTimeout(resolve));
  }
  throw new Error('no token request came');
}

describe('signing in', () => {
  let auth: AuthService;
  let tokens: TokenStore;
  let http: HttpClient;

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    auth = TestBed.inject(AuthService);
    tokens = TestBed.inject(TokenStore);
    http = TestBed.inject(HttpClient);
  });

  afterEach(() => {
    backend().verify();
    localStorage.clear();
  });

  /** Answers the authorization endpoint; returns what it was asked. */
  async function begin(): Promise<URLSearchParams> {
    const request = await expectToken((each) => each.url.startsWith('/crm/v1/oidc/auth?'));
    request.flush('<html></html>');
    return new URL(request.request.url, 'http://x').searchParams;
  }
  const back = (code: string, state: string | null): HttpResponse<string> => new HttpResponse({ body: '', url: `${location.origin}/login/callback?code=${code}&state=${state ?? ''}` });

  it('goes by code and PKCE and keeps the access token in memory only', async () => {
    const done = auth.signIn('a@b.c', 'p+w &');
    const asked = await begin();
    expect([asked.get('client_id'), asked.get('code_challenge_method'), asked.get('redirect_uri')]).toEqual(['crm_ui', 'S256', `${location.origin}/login/callback`]);
    const password = await expectToken('/crm/v1/auth/interaction');
    expect(password.request.body).toEqual({ email: 'a@b.c', password: 'p+w &' });
    expect(password.request.headers.has('Authorization')).toBeFalse();
    password.flush({ next: 'code' });
    expect(await done).toBe('code');
    const coded = auth.enterCode('123456');
    (await expectToken('/crm/v1/auth/interaction/code')).flush({ next: 'redirect', redirect_to: '/crm/v1/oidc/auth/u1' });
    (await expectToken('/crm/v1/oidc/auth/u1')).event(back('c1', asked.get('state')));
    const session = await expectToken('/crm/v1/auth/session');
    expect(session.request.body).toEqual({ code: 'c1', code_verifier: jasmine.stringMatching(/^[\w-]{43}$/), redirect_uri: `${location.origin}/login/callback` });
    session.flush(pair(1));
    expect(await coded).toBe('done');
    expect(auth.signedIn()).toBeTrue();
    expect(JSON.stringify(localStorage)).not.toContain('access1');
    expect(await auth.token()).toBe('access1');
  });

  it('takes no code that comes with the state of another sign-in', async () => {
    const done = auth.signIn('a', 'b');
    await begin();
    (await expectToken('/crm/v1/auth/interaction')).flush({ next: 'redirect', redirect_to: '/crm/v1/oidc/auth/u1' });
    (await expectToken('/crm/v1/oidc/auth/u1')).event(back('c1', 'foreign'));
    await expectAsync(done).toBeRejectedWith(jasmine.objectContaining({ code: 'sign_in_expired' }));
    expect(auth.signedIn()).toBeFalse();
  });

  it('tells why a login failed', async () => {
    const done = auth.signIn('a', 'b');
    await begin();
    (await expectToken('/crm/v1/auth/interaction')).flush({ code: 'invalid_grant' }, { status: 400, statusText: 'x' });
    await expectAsync(done).toBeRejectedWith(jasmine.objectContaining({ code: 'invalid_grant' }));
  });

  it('puts the token on requests to the API only', async () => {
    tokens.keep(pair(1));
    const ours = firstValueFrom(http.get('/crm/v1/deals'));
    const other = firstValueFrom(http.get('/elsewhere'));
    await settle();
    const request = backend().expectOne('/crm/v1/deals');
    expect(request.request.headers.get('Authorization')).toBe('Bearer access1');
    const foreign = backend().expectOne('/elsewhere');
    expect(foreign.request.headers.has('Authorization')).toBeFalse();
    request.flush({});
    foreign.flush({});
    await Promise.all([ours, other]);
  });

  it('renews once for many requests when the token has run out', async () => {
    tokens.keep({ ...pair(1), expires_in: 1 });
    const all = Promise.all([firstValueFrom(http.get('/crm/v1/a')), firstValueFrom(http.get('/crm/v1/b'))]);
    const renewal = await expectToken();
    expect(renewal.request.body).toBeNull();
    renewal.flush(pair(2));
    await new Promise((resolve) => setTimeout(resolve));
    for (const path of ['a', 'b']) {
      const request = backend().expectOne(`/crm/v1/${path}`);
      expect(request.request.headers.get('Authorization')).toBe('Bearer access2');
      request.flush({});
    }
    await all;
    expect(await auth.token()).toBe('access2');
  });

  it('renews and repeats once when the API refuses the token', async () => {
    tokens.keep(pair(1));
    const answer = firstValueFrom(http.get('/crm/v1/deals'));
    await settle();
    backend().expectOne('/crm/v1/deals').flush({}, { status: 401, statusText: 'x' });
    (await expectToken()).flush(pair(2));
    await new Promise((resolve) => setTimeout(resolve));
    const again = backend().expectOne('/crm/v1/deals');
    expect(again.request.headers.get('Authorization')).toBe('Bearer access2');
    again.flush({ ok: true });
    expect(await answer).toEqual({ ok: true });
  });

  it('leads to the login when the session is over', async () => {
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    tokens.keep({ ...pair(1), expires_in: 0 });
    const answer = firstValueFrom(http.get('/crm/v1/deals'));
    (await expectToken()).flush({ error: 'invalid_grant' }, { status: 400, statusText: 'x' });
    await expectAsync(answer).toBeRejectedWith(jasmine.objectContaining({ code: 'invalid_grant' }));
    expect(auth.signedIn()).toBeFalse();
    expect(navigate).toHaveBeenCalledWith(['/login'], jasmine.anything());
  });

  it('keeps the session when only the connection is lost', async () => {
    tokens.keep({ ...pair(1), expires_in: 0 });
    const answer = firstValueFrom(http.get('/crm/v1/deals'));
    (await expectToken()).error(new ProgressEvent('error'));
    await expectAsync(answer).toBeRejectedWith(jasmine.objectContaining({ status: 0 }));
    expect(auth.signedIn()).toBeTrue();
  });

  it('rejects without a request when nobody is signed in', async () => {
    await expectAsync(auth.token()).toBeRejectedWith(jasmine.objectContaining({ status: 401 }));
  });

  it('passes other errors through', async () => {
    tokens.keep(pair(1));
    const answer = firstValueFrom(http.get('/crm/v1/deals'));
    await settle();
    backend().expectOne('/crm/v1/deals').flush({}, { status: 500, statusText: 'x' });
    await expectAsync(answer).toBeRejected();
  });

  it('signs out here and at the API, and in every tab', () => {
    tokens.keep(pair(1));
    auth.signOut();
    backend().expectOne('/crm/v1/auth/session').flush(null);
    expect(auth.signedIn()).toBeFalse();
    tokens.keep(pair(2));
    dispatchEvent(new StorageEvent('storage', { key: 'crm.signed_in', newValue: null }));
    expect(auth.signedIn()).toBeFalse();
  });

  it('knows the demo logins, or that there are none', async () => {
    const some = auth.demoLogins();
    backend().expectOne('/crm/v1/auth/demo').flush({ users: [], password: 'x' });
    expect(await some).toEqual({ users: [], password: 'x' });
    const none = auth.demoLogins();
    backend().expectOne('/crm/v1/auth/demo').flush({}, { status: 404, statusText: 'x' });
    expect(await none).toBeNull();
  });

  it('guards pages and the login', () => {
    const run = (guard: typeof signedInGuard, url: string): unknown => TestBed.runInInjectionContext(() => guard({ queryParamMap: convertToParamMap(url.includes('interaction') ? { interaction: 'u' } : {}) } as ActivatedRouteSnapshot, { url } as RouterStateSnapshot));
    expect((run(signedInGuard, '/sell/deals') as UrlTree).toString()).toBe('/login?return=%2Fsell%2Fdeals');
    expect((run(signedInGuard, '/') as UrlTree).toString()).toBe('/login');
    expect(run(signedOutGuard, '/login')).toBeTrue();
    tokens.keep(pair(1));
    expect(run(signedInGuard, '/')).toBeTrue();
    expect((run(signedOutGuard, '/login') as UrlTree).toString()).toBe('/');
    expect(run(signedOutGuard, '/login?interaction=u')).toBeTrue();
  });
});
