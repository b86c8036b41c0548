import { HttpBackend, HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '../api/api.client';
import { Problem, toProblem } from '../api/problem';
import { newProof, Proof, randomText } from './pkce';
import { TokenAnswer, TokenStore } from './token.store';

/** The logins of the demo profile. */
export interface DemoLogins {
  readonly users: readonly { readonly email: string; readonly name: string; readonly name_ar?: string; readonly role: string }[];
  readonly password: string;
}

/** What a sign-in needs next: nothing, a code of the second factor, or to leave for the application that asked for it. */
export type SignInStep = 'done' | 'code' | 'left';

interface StepAnswer {
  readonly next: 'password' | 'code' | 'redirect';
  readonly redirect_to?: string;
}

const LOCK = 'crm.refresh';
const CLIENT = 'crm_ui';
const CALLBACK = '/login/callback';

const problemOf = (code: string): Problem => ({ status: 401, code, title: '', detail: '', errors: [] });

/** Signs in by code and PKCE, signs out and renews tokens; it talks to the API behind the interceptor's back, so that renewing never waits for itself. */
@Injectable({ providedIn: 'root' })
export class AuthService {
  private readonly http = new HttpClient(inject(HttpBackend));
  private readonly tokens = inject(TokenStore);
  private renewal: Promise<string> | null = null;
  /** The sign-in under way; null where another application began it. */
  private proof: Proof | null = null;

  /** True while the person is signed in. */
  readonly signedIn = this.tokens.signedIn;

  /** Gives the password; with `begun` the page belongs to a sign-in of another application. Rejects with a `Problem`. */
  async signIn(email: string, password: string, begun = false): Promise<SignInStep> {
    return this.attempt(async () => {
      this.proof = begun ? null : await this.begin();
      return this.go(await this.post('auth/interaction', { email, password }));
    });
  }

  /** Gives the code of the second factor or a recovery code. Rejects with a `Problem`. */
  async enterCode(code: string): Promise<SignInStep> {
    return this.attempt(async () => this.go(await this.post('auth/interaction/code', { code })));
  }

  /** Signs out here and tells the API, whose answer is not waited for. */
  signOut(): void {
    this.tokens.clear();
    this.http.delete(`${API_ROOT}/auth/session`).subscribe({ error: () => undefined });
  }

  /** A valid access token, renewed if need be; rejects with a `Problem` when the session is over. */
  token(): Promise<string> {
    const held = this.tokens.accessToken();
    return held === null ? this.renew() : Promise.resolve(held);
  }

  /** Renews the access token; calls at the same time share one request, tabs take turns. */
  renew(): Promise<string> {
    this.renewal ??= this.exclusive(() => this.exchange()).finally(() => (this.renewal = null));
    return this.renewal;
  }

  /** The demo logins, or null where the product is not a demo. */
  async demoLogins(): Promise<DemoLogins | null> {
    try {
      return await firstValueFrom(this.http.get<DemoLogins>(`${API_ROOT}/auth/demo`));
    } catch {
      return null;
    }
  }

  /** The provider answers with the address of this very page; what counts are the cookies that it sets. */
  private async begin(): Promise<Proof> {
    const proof = newProof();
    const query = new URLSearchParams({
      client_id: CLIENT, response_type: 'code', scope: 'openid crm', prompt: 'login', redirect_uri: `${location.origin}${CALLBACK}`,
      state: proof.state, nonce: randomText(16), code_challenge: proof.challenge, code_challenge_method: 'S256',
    });
    await firstValueFrom(this.http.get(`${API_ROOT}/oidc/auth?${query.toString()}`, { responseType: 'text' }));
    return proof;
  }

  private async go(step: StepAnswer): Promise<SignInStep> {
    if (step.next === 'code') return 'code';
    if (step.next !== 'redirect' || step.redirect_to === undefined) throw problemOf('sign_in_expired');
    if (this.proof === null) {
      location.assign(step.redirect_to);
      return 'left';
    }
    const answer = await firstValueFrom(this.http.get(step.redirect_to, { responseType: 'text', observe: 'response' }));
    const back = new URL(answer.url ?? '', location.origin).searchParams;
    const code = back.get('code');
    if (code === null || back.get('state') !== this.proof.state) throw problemOf('sign_in_expired');
    const session = { code, code_verifier: this.proof.verifier, redirect_uri: `${location.origin}${CALLBACK}` };
    this.proof = null;
    this.tokens.keep(await firstValueFrom(this.http.post<TokenAnswer>(`${API_ROOT}/auth/session`, session)));
    return 'done';
  }

  private async exchange(): Promise<string> {
    if (!this.tokens.signedIn()) throw problemOf('unauthenticated');
    try {
      const answer = await firstValueFrom(this.http.post<TokenAnswer>(`${API_ROOT}/auth/session/refresh`, null));
      this.tokens.keep(answer);
      return answer.access_token;
    } catch (error) {
      const problem = toProblem(error);
      // Only a refusal ends the session; a lost connection must not sign anybody out.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) this.tokens.clear();
      throw problem;
    }
  }

  private post(path: string, body: object): Promise<StepAnswer> {
    return firstValueFrom(this.http.post<StepAnswer>(`${API_ROOT}/${path}`, body));
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** Rotation makes an old refresh token worthless, so two tabs must not renew at once. */
  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    return 'locks' in navigator ? navigator.locks.request(LOCK, work) : work();
  }
}
