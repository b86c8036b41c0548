import type { Request } from '@hapi/hapi';
import type Provider from 'oidc-provider';
import type { Call } from '../../kernel/context/call.js';
import { interactionOver, wrongCode } from './auth.errors.js';
import type { FactorService } from './factor.service.js';
import type { LoginService } from './login.service.js';
import type { OidcHost } from './oidc/oidc.host.js';

/** What the login page does next: ask for the password, for a code, or go where the provider goes on. */
export type Step = { readonly next: 'password' | 'code'; readonly client: { readonly id: string; readonly name: string } } | { readonly next: 'redirect'; readonly redirect_to: string };

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
interface Pending { readonly userId: string; readonly at: number }

// The time between password and code: enough to fetch the phone.
const pendingMs = 5 * 60_000;

/** The login page of the provider: password first, then the second factor where one is on. Bound to the browser by the provider's own signed cookie. */
export class InteractionService {
  constructor(private readonly host: OidcHost, private readonly login: LoginService, private readonly factors: FactorService) {}

  /** Where the sign-in of this browser stands. @throws CrmError 409 */
  async step(request: Request): Promise<Step> {
    const { interaction, provider } = await this.details(request);
    return { next: pendingOf(interaction) ? 'code' : 'password', client: await clientOf(provider, interaction) };
  }

  /** Takes the password. @throws CrmError 400, 409, 429 */
  async password(call: Call, request: Request, email: string, password: string): Promise<Step> {
    const { interaction, provider } = await this.details(request);
    const userId = await this.login.check(call, email, password);
    if (!(await this.factors.state(userId)).enabled) return this.finish(call, interaction, userId, ['pwd']);
    // Not a login yet: the provider goes on only with a result that names one.
    interaction.result = { pending: { userId, at: Date.now() } satisfies Pending } as never;
    await interaction.save(secondsLeft(interaction));
    return { next: 'code', client: await clientOf(provider, interaction) };
  }

  /** Takes a code of the second factor. @throws CrmError 400, 409, 429 */
  async code(call: Call, request: Request, code: string): Promise<Step> {
    const { interaction } = await this.details(request);
    const pending = pendingOf(interaction);
    if (!pending) throw interactionOver();
    let kind: string | null = null;
    const right = await this.login.counted(call, pending.userId, 'code', async () => {
      kind = await this.factors.take(pending.userId, code);
      return kind !== null;
    });
    if (!right) throw wrongCode();
    return this.finish(call, interaction, pending.userId, ['pwd', kind === 'otp' ? 'otp' : 'kba']);
  }

  private async finish(call: Call, interaction: Interaction, accountId: string, amr: string[]): Promise<Step> {
    interaction.result = { login: { accountId, amr, remember: false } };
    await interaction.save(secondsLeft(interaction));
    await this.login.note(call, accountId, 'login', { by: amr.join('+'), client: String(interaction.params['client_id']) });
    const to = new URL(interaction.returnTo);
    return { next: 'redirect', redirect_to: `${to.pathname}${to.search}` };
  }

  private async details(request: Request): Promise<{ interaction: Interaction; provider: Provider }> {
    const provider = await this.host.provider();
    const { req, res } = request.raw;
    const interaction = await provider.interactionDetails(req, res).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'SessionNotFound') throw interactionOver();
      throw error;
    });
    return { interaction, provider };
  }
}

const secondsLeft = (interaction: Interaction): number => Math.max(1, interaction.exp - Math.floor(Date.now() / 1000));

function pendingOf(interaction: Interaction): Pending | null {
  const pending = (interaction.result as { pending?: Pending } | undefined)?.pending;
  return pending && Date.now() - pending.at < pendingMs ? pending : null;
}

async function clientOf(provider: Provider, interaction: Interaction): Promise<{ id: string; name: string }> {
  const id = String(interaction.params['client_id']);
  return { id, name: (await provider.Client.find(id))?.clientName ?? id };
}
