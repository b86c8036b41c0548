import type { Request } from '@hapi/hapi';
import type { ActorReader } from '../../../kernel/auth/actor.reader.js';
import { InvalidToken, type TokenKeys } from '../../../kernel/auth/token.keys.js';
import { narrowed, narrowingOf } from '../../../kernel/auth/token.scopes.js';
import { scopeOf, type Actor } from '../../../kernel/context/actor.js';
import type { Deps } from '../../../kernel/context/deps.js';
import { featureOff } from '../../../kernel/errors/crm.error.js';
import { embedExpired, embedForeign, embedWithdrawn, originRefused } from './embed.errors.js';
import { findEmbed } from './embed.repository.js';
import { embedToken, reportsFeature, type EmbedRow } from './embed.types.js';

/** What the reading of embed tokens needs. */
export interface EmbedCallerDeps {
  readonly deps: Pick<Deps, 'db' | 'flags'>;
  readonly keys: Pick<TokenKeys, 'open'>;
  readonly actors: Pick<ActorReader, 'user' | 'client'>;
}

/**
 * Whose rows a page is shown: whoever issued its token, with the roles of now, narrowed as the client and scopes were by which it was issued.
 * @throws CrmError 401 for a token that is expired, foreign or withdrawn, 403 for a page of another origin, 404 while reports are off.
 */
export function embedCaller({ deps, keys, actors }: EmbedCallerDeps): (request: Request, token: string) => Promise<Actor> {
  return async (request, token) => {
    if (!deps.flags.isOn(reportsFeature)) throw featureOff(reportsFeature);
    const { id, subject } = await keys.open(embedToken, token).catch((cause: unknown) => {
      if (!(cause instanceof InvalidToken)) throw cause;
      throw cause.expired ? embedExpired(cause) : embedForeign(cause);
    });
    const row = await findEmbed(deps.db, id);
    if (!row || row.owner_id !== subject) throw embedWithdrawn();
    if (row.expires_at.getTime() <= Date.now()) throw embedExpired();
    const origin: unknown = request.headers['origin'];
    if (typeof origin !== 'string' || !row.origins.includes(origin)) throw originRefused(typeof origin === 'string' ? origin : undefined);
    const whole = await (row.client_id === null ? actors.user(subject) : actors.client(row.client_id));
    const actor = whole && Object.freeze({ ...whole, permissions: narrowed(whole.permissions, narrowingOf(row.scope)) });
    if (!actor || actor.userId !== subject || scopeOf(actor, 'reports', 'read') === null || scopeOf(actor, 'reports', 'export') === null) throw embedWithdrawn();
    request.app.embed = row;
    // A page that many look at must not use up what its issuer may ask.
    request.app.countedAs = `embed:${id}`;
    return actor;
  };
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** What the embed token of the request grants. */
    embed?: EmbedRow;
  }
}
