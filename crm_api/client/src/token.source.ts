/** How to sign in: as an API client, or with a token from elsewhere. */
export type Credentials =
  | { readonly clientId: string; readonly clientSecret: string }
  | { readonly token: () => string | Promise<string> };

/** Where access tokens come from. */
export interface TokenSource {
  get(): Promise<string>;
  /** Forgets a token that was refused. */
  forget(): void;
}

// Renewed a minute early: a token must not end on its way.
const marginSeconds = 60;

/** Tokens by client credentials, kept until shortly before they end; one request at a time. */
export function tokenSource(url: string, credentials: Credentials, fetch: typeof globalThis.fetch): TokenSource {
  if ('token' in credentials) return { get: async () => credentials.token(), forget: () => undefined };
  let current: Promise<{ token: string; until: number }> | undefined;
  const ask = async (): Promise<{ token: string; until: number }> => {
    const answer = await fetch(`${url}/crm/v1/auth/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: credentials.clientId, client_secret: credentials.clientSecret }),
    });
    const body = (await answer.json()) as { access_token?: string; expires_in?: number; detail?: string };
    if (!answer.ok || body.access_token === undefined) throw new Error(`No access token: ${body.detail ?? `status ${answer.status}`}`);
    return { token: body.access_token, until: Date.now() + ((body.expires_in ?? 0) - marginSeconds) * 1000 };
  };
  const renew = (): Promise<{ token: string; until: number }> => {
    const made = ask();
    current = made;
    made.catch(() => { if (current === made) current = undefined; });
    return made;
  };
  return {
    async get() {
      const known = await (current ?? renew());
      return (known.until > Date.now() ? known : await renew()).token;
    },
    forget() { current = undefined; },
  };
}
