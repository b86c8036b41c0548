import type { Knex } from 'knex';
import { mailDomain } from '../../../kernel/crud/email.judge.js';
import { changedDomains, expiredDomains, keepAnswer, unknownDomains } from './mail.domain.repository.js';
import type { MailDomainAnswer, MailResolver } from './mx.resolver.js';

// Polite to the resolver, and enough for ten thousand new domains in a few minutes.
const atOnce = 8;
const perSweep = 500;
// A transaction that began earlier may commit later: its rows carry the time of its beginning.
const overlapMs = 15 * 60_000;

/** Looks up the domains of addresses that are new and of those whose answer is old. Writes of records know nothing of it. */
export class MxChecker {
  private since: Date | null = null;
  private waiting: string[] = [];

  constructor(private readonly db: Knex, private readonly resolver: MailResolver) {}

  /** One round, up to 500 domains; returns how many were looked up. */
  async sweep(): Promise<number> {
    const started = new Date();
    const written = await changedDomains(this.db, this.since);
    // What did not fit into the last round is not forgotten by the mark that moves on.
    const fresh = await unknownDomains(this.db, [...new Set([...this.waiting, ...written])]);
    const due = fresh.length < perSweep ? [...fresh, ...await expiredDomains(this.db, perSweep - fresh.length)] : fresh.slice(0, perSweep);
    const next = due.values();
    const worker = async (): Promise<void> => {
      for (const domain of next) await keepAnswer(this.db, domain, await this.lookUp(domain));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    this.waiting = fresh.slice(perSweep);
    this.since = new Date(started.getTime() - overlapMs);
    return due.length;
  }

  /** Domains are kept as people write them and asked for as the DNS knows them. */
  private lookUp(domain: string): Promise<MailDomainAnswer> {
    const ascii = mailDomain(`@${domain}`);
    return ascii === null ? Promise.resolve({ status: 'no_domain', exchanges: [] }) : this.resolver.lookUp(ascii);
  }
}
