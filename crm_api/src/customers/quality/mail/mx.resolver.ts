import { Resolver } from 'node:dns/promises';
import type { MailDomainStatus } from '../../../kernel/crud/email.judge.js';

/** What the DNS said of a domain; `unknown` where it did not answer, which says nothing about the domain. */
export interface MailDomainAnswer {
  readonly status: MailDomainStatus;
  /** Mail exchanges, the preferred one first. */
  readonly exchanges: readonly string[];
}

/** Tells whether a domain receives mail. */
export interface MailResolver {
  lookUp(domain: string): Promise<MailDomainAnswer>;
}

// Codes of c-ares by which the DNS says "there is nothing", in contrast to saying nothing.
const absent: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND']);
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Asks DNS servers: those of the machine, or `servers` (`address` or `address:port`). */
export class DnsMailResolver implements MailResolver {
  private readonly resolver: Resolver;

  constructor(servers: readonly string[] = [], timeoutMs = 3000) {
    this.resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers.length > 0) this.resolver.setServers([...servers]);
  }

  /** RFC 5321, 5.1: the exchanges of MX; without any, the address of the domain itself. RFC 7505: the exchange "." says that no mail is received. */
  async lookUp(domain: string): Promise<MailDomainAnswer> {
    const exchanges = await this.ask(() => this.resolver.resolveMx(domain));
    if (exchanges === undefined) return { status: 'unknown', exchanges: [] };
    if (exchanges.some((one) => one.exchange === '' || one.exchange === '.')) return { status: 'refuses_mail', exchanges: [] };
    if (exchanges.length > 0) return { status: 'mx', exchanges: [...exchanges].sort((a, b) => a.priority - b.priority).map((one) => one.exchange.toLowerCase()) };
    const [four, six] = await Promise.all([this.ask(() => this.resolver.resolve4(domain)), this.ask(() => this.resolver.resolve6(domain))]);
    if ((four?.length ?? 0) + (six?.length ?? 0) > 0) return { status: 'address_only', exchanges: [] };
    return { status: four === undefined || six === undefined ? 'unknown' : 'no_domain', exchanges: [] };
  }

  /** An empty list where there is nothing, undefined where nobody answers. */
  private async ask<T>(question: () => Promise<T[]>): Promise<T[] | undefined> {
    try {
      return await question();
    } catch (error) {
      return absent.has(codeOf(error)) ? [] : undefined;
    }
  }
}
