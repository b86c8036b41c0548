import { Injectable } from '@angular/core';

/** Hands the secret of a new webhook from the list to its page, which shows it once. It is kept in memory alone. */
@Injectable({ providedIn: 'root' })
export class SecretService {
  private kept: { readonly id: string; readonly secret: string } | null = null;

  /** Keeps a secret until it is taken. */
  keep({ id, secret }: { readonly id: string; readonly secret?: string }): void {
    this.kept = secret ? { id, secret } : null;
  }

  /** The secret of this webhook, if it was just made; not a second time. */
  take(id: string): string | null {
    const secret = this.kept?.id === id ? this.kept.secret : null;
    this.kept = null;
    return secret;
  }
}
