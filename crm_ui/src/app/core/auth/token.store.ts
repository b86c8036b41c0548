import { computed, Injectable, signal } from '@angular/core';
import { readStored, writeStored } from '../storage';

/** The answer of the token endpoint. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope?: string;
}

const REFRESH_KEY = 'crm.refresh_token';
/** A token this close to its end is renewed first, so that a request does not travel to be refused. */
const MARGIN_MS = 15_000;

/** Holds the tokens: the access token in memory only, the refresh token where a reload and other tabs find it. */
@Injectable({ providedIn: 'root' })
export class TokenStore {
  private readonly access = signal<{ token: string; until: number } | null>(null);
  private readonly refresh = signal(readStored(REFRESH_KEY));

  /** True while a refresh token is known. */
  readonly signedIn = computed(() => this.refresh() !== null || this.access() !== null);

  constructor() {
    // Signing out in one tab signs out all of them.
    addEventListener('storage', (event) => {
      if (event.key === REFRESH_KEY) {
        this.refresh.set(event.newValue);
        if (event.newValue === null) this.access.set(null);
      }
    });
  }

  /** The access token if it still lasts a while. */
  accessToken(now: number = Date.now()): string | null {
    const held = this.access();
    return held && held.until - MARGIN_MS > now ? held.token : null;
  }

  /** The refresh token as stored now: another tab may have rotated it. */
  refreshToken(): string | null {
    return readStored(REFRESH_KEY) ?? this.refresh();
  }

  /** Takes a new pair; an answer without a refresh token keeps the old one. */
  keep(answer: TokenAnswer, now: number = Date.now()): void {
    this.access.set({ token: answer.access_token, until: now + answer.expires_in * 1000 });
    if (answer.refresh_token) {
      this.refresh.set(answer.refresh_token);
      writeStored(REFRESH_KEY, answer.refresh_token);
    }
  }

  /** Forgets both tokens. */
  clear(): void {
    this.access.set(null);
    this.refresh.set(null);
    writeStored(REFRESH_KEY, null);
  }

  /** Forgets the access token only, after the API refused it. */
  dropAccess(): void {
    this.access.set(null);
  }
}
