import { computed, Injectable, signal } from '@angular/core';
import { readStored, writeStored } from '../storage';

/** The answer of the session endpoint; the refresh token is in a cookie that no script can read. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
}

/** Says only that somebody is signed in: for a reload and for other tabs. */
const MARK_KEY = 'crm.signed_in';
/** A token this close to its end is renewed first, so that a request does not travel to be refused. */
const MARGIN_MS = 15_000;

/** Holds the access token, in memory only. */
@Injectable({ providedIn: 'root' })
export class TokenStore {
  private readonly access = signal<{ token: string; until: number } | null>(null);
  private readonly marked = signal(readStored(MARK_KEY) !== null);

  /** True while a session is known here. */
  readonly signedIn = computed(() => this.marked() || this.access() !== null);

  constructor() {
    // Where earlier releases kept a refresh token.
    writeStored('crm.refresh_token', null);
    // Signing out in one tab signs out all of them.
    addEventListener('storage', (event) => {
      if (event.key !== MARK_KEY) return;
      this.marked.set(event.newValue !== null);
      // Another person may have signed in there: their token is another one, too.
      this.access.set(null);
    });
  }

  /** The access token if it still lasts a while. */
  accessToken(now: number = Date.now()): string | null {
    const held = this.access();
    return held && held.until - MARGIN_MS > now ? held.token : null;
  }

  /** Takes a new access token. */
  keep(answer: TokenAnswer, now: number = Date.now()): void {
    this.access.set({ token: answer.access_token, until: now + answer.expires_in * 1000 });
    if (!this.marked()) writeStored(MARK_KEY, String(now));
    this.marked.set(true);
  }

  /** Forgets the session. */
  clear(): void {
    this.access.set(null);
    this.marked.set(false);
    writeStored(MARK_KEY, null);
  }

  /** Forgets the access token only, after the API refused it. */
  dropAccess(): void {
    this.access.set(null);
  }
}
