import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT, ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';

/** A place where the person is signed in. */
export interface SessionItem {
  readonly id: string;
  readonly client: { readonly id: string; readonly name: string | null };
  readonly device: string | null;
  readonly address: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

/** The second factor of the person. */
export interface Factor {
  readonly enabled: boolean;
  readonly recovery_codes_left: number;
}

/** What an authenticator app is given. */
export interface FactorSecret {
  readonly secret: string;
  readonly uri: string;
}

/** The routes about one's own sign-in; every rejection is a `Problem`. */
@Injectable({ providedIn: 'root' })
export class SecurityApi {
  private readonly api = inject(ApiClient);
  private readonly http = inject(HttpClient);

  /** Where the person is signed in. */
  async sessions(): Promise<readonly SessionItem[]> {
    return (await this.api.get<{ items: SessionItem[] }>('sessions')).items;
  }

  /** Ends one session, or all but this one. */
  endSession(id: string | null): Promise<void> {
    return this.api.remove(id === null ? 'sessions' : `sessions/${id}`);
  }

  /** Changes the password; the other sessions end. */
  async changePassword(current: string, next: string): Promise<void> {
    try {
      await firstValueFrom(this.http.put(`${API_ROOT}/auth/password`, { current_password: current, new_password: next }));
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** Whether the second factor is on. */
  factor(): Promise<Factor> {
    return this.api.get<Factor>('auth/factor');
  }

  /** A new secret, not yet in force. */
  enrol(password: string): Promise<FactorSecret> {
    return this.api.post<FactorSecret>('auth/factor', { password });
  }

  /** Puts it in force; resolves to the recovery codes. */
  async confirm(code: string): Promise<readonly string[]> {
    return (await this.api.post<{ recovery_codes: string[] }>('auth/factor/confirm', { code })).recovery_codes;
  }

  /** Switches the second factor off. */
  async disable(password: string, code: string): Promise<void> {
    await this.api.post('auth/factor/disable', { password, code });
  }
}
