import type { Kernel } from '../../kernel/server.js';
import type { RouteSpec } from '../../kernel/route.js';
import { invitationRoutes } from '../invitations/invitation.routes.js';
import { InvitationService } from '../invitations/invitation.service.js';
import { sessionRoutes } from '../sessions/session.routes.js';
import { UserService } from '../users/user.service.js';
import { authRoutes } from './auth.routes.js';
import { browserRoutes } from './browser.routes.js';
import { FactorService } from './factor.service.js';
import { InteractionService } from './interaction.service.js';
import { LoginService } from './login.service.js';
import { OidcHost } from './oidc/oidc.host.js';
import { oidcRoutes } from './oidc/oidc.routes.js';
import { securityRoutes } from './security.routes.js';
import { TokenService } from './token.service.js';

/** Everything about signing in: the provider, the login page behind it, tokens, sessions, passwords and second factors. */
export function identityRoutes({ config, deps: { db }, keys, actors }: Kernel): RouteSpec[] {
  const login = new LoginService(db);
  const factors = new FactorService(db, config);
  const host = new OidcHost(db, config, keys, login, factors);
  const tokens = new TokenService(config, keys, actors);
  return [
    ...authRoutes(tokens), ...oidcRoutes(host), ...browserRoutes(config, tokens, new InteractionService(host, login, factors)),
    ...securityRoutes(login, factors, keys, actors), ...sessionRoutes(actors), ...invitationRoutes(new InvitationService(new UserService(), login, actors)),
  ];
}
