import { HttpBackend, HttpClient, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '../api/api.client';
import { toProblem } from '../api/problem';
import { TokenAnswer, TokenStore } from './token.store';

/** The logins of the demo profile. */
export interface DemoLogins {
  readonly users: readonly { readonly email: string; readonly name: string; readonly name_ar?: string; readonly role: string }[];
  readonly password: string;
}

const LOCK = 'crm.refresh';

/** Signs in and out and renews tokens; it talks to the API behind the interceptor's back, so that renewing never waits for itself. */
@Injectable({ providedIn: 'root' })
export class AuthService {
  private readonly http = new HttpClient(inject(HttpBackend));
  private readonly tokens = inject(TokenStore);
  private renewal: Promise<string> | null = null;

  /** True while the person is signed in. */
  readonly signedIn = this.tokens.signedIn;

  /** Signs in with a password; rejects with a `Problem`. */
  async signIn(email: string, password: string): Promise<void> {
    try {
      this.tokens.keep(await this.grant({ grant_type: 'password', username: email, password }));
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** Signs out here and tells the API, whose answer is not waited for. */
  signOut(): void {
    const token = this.tokens.refreshToken();
    this.tokens.clear();
    if (token) {
      const body = new HttpParams({ fromObject: { token, token_type_hint: 'refresh_token' } });
      this.http.post(`${API_ROOT}/auth/revoke`, body).subscribe({ error: () => undefined });
    }
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

  private async exchange(): Promise<string> {
    const refresh = this.tokens.refreshToken();
    if (refresh === null) throw toProblem({ status: 401, code: 'unauthenticated', title: '', detail: '', errors: [] });
    try {
      const answer = await this.grant({ grant_type: 'refresh_token', refresh_token: refresh });
      this.tokens.keep(answer);
      return answer.access_token;
    } catch (error) {
      const problem = toProblem(error);
      // Only a refusal ends the session; a lost connection must not sign anybody out.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) this.tokens.clear();
      throw problem;
    }
  }

  private grant(fields: Record<string, string>): Promise<TokenAnswer> {
    return firstValueFrom(this.http.post<TokenAnswer>(`${API_ROOT}/auth/token`, formOf(fields)));
  }

  /** Rotation makes an old refresh token worthless, so two tabs must not renew at once. */
  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    return 'locks' in navigator ? navigator.locks.request(LOCK, work) : work();
  }
}

/** Angular's encoder leaves `+` bare, which a form decoder reads as a space; passwords may have one. */
function formOf(fields: Record<string, string>): HttpParams {
  const encoder = {
    encodeKey: encodeURIComponent,
    encodeValue: encodeURIComponent,
    decodeKey: decodeURIComponent,
    decodeValue: decodeURIComponent,
  };
  return new HttpParams({ fromObject: fields, encoder });
}
