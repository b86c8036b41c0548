import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { MailDomainStatus } from '../../../kernel/crud/email.judge.js';
import type { MailDomainAnswer } from './mx.resolver.js';

/** A row of `crm_mail_domains`. */
export interface MailDomainRow {
  domain: string;
  status: MailDomainStatus;
  exchanges: string[];
  failures: number;
  checked_at: Date;
  expires_at: Date;
}

/** Domains of the addresses of records that changed since, in lower case; all where `since` is null. Uses the indexes of `updated_at`. */
export async function changedDomains(db: Reader, since: Date | null): Promise<string[]> {
  const one = (table: string): string => `SELECT lower(substring(email::text FROM '@([^@]*)$')) AS domain FROM crm_core.${table} WHERE email IS NOT NULL AND deleted_at IS NULL${since ? ' AND updated_at >= ?' : ''}`;
  const { rows } = await db.raw<{ rows: { domain: string }[] }>(`SELECT DISTINCT domain FROM (${one('crm_contacts')} UNION ALL ${one('crm_leads')}) d WHERE domain IS NOT NULL`, since ? [since, since] : []);
  return rows.map((row) => row.domain);
}

/** Of these domains those that nobody has looked up yet. */
export async function unknownDomains(db: Reader, domains: readonly string[]): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { domain: string }[] }>('SELECT d AS domain FROM unnest(?::text[]) d WHERE NOT EXISTS (SELECT 1 FROM crm_core.crm_mail_domains m WHERE m.domain = d)', [[...domains]]);
  return rows.map((row) => row.domain);
}

/** Domains whose answer is too old, the oldest first. */
export async function expiredDomains(db: Reader, limit: number): Promise<string[]> {
  const rows = await db<MailDomainRow>('crm_core.crm_mail_domains').where('expires_at', '<', db.fn.now()).orderBy('expires_at').limit(limit).select('domain');
  return rows.map((row) => row.domain);
}

// Exchanges move seldom; a domain that is gone may come back; a server that does not answer is asked again after a while, ever more seldom.
const keptHours: Readonly<Record<MailDomainStatus, number>> = { mx: 24 * 30, address_only: 24 * 7, refuses_mail: 24 * 7, no_domain: 24, unknown: 1 };
const mostHours = 24 * 7;

/** Keeps an answer. Where the DNS did not answer, what was known stays known. */
export async function keepAnswer(db: Knex, domain: string, answer: MailDomainAnswer): Promise<void> {
  await db.raw(`
    INSERT INTO crm_core.crm_mail_domains AS m (domain, status, exchanges, failures, checked_at, expires_at) VALUES (:domain, :status, :exchanges, :failed, now(), now() + make_interval(hours => :hours))
    ON CONFLICT (domain) DO UPDATE SET checked_at = excluded.checked_at,
      status = CASE WHEN excluded.status = 'unknown' THEN m.status ELSE excluded.status END, exchanges = CASE WHEN excluded.status = 'unknown' THEN m.exchanges ELSE excluded.exchanges END,
      failures = CASE WHEN excluded.status = 'unknown' THEN m.failures + 1 ELSE 0 END,
      expires_at = CASE WHEN excluded.status = 'unknown' THEN now() + make_interval(hours => least(${mostHours}, :hours * power(2, least(m.failures, 20))::int)) ELSE excluded.expires_at END`,
  { domain, status: answer.status, exchanges: [...answer.exchanges], failed: answer.status === 'unknown' ? 1 : 0, hours: keptHours[answer.status] });
}

/** What is known of a domain. */
export const findDomain = (db: Reader, domain: string): Promise<MailDomainRow | undefined> => db<MailDomainRow>('crm_core.crm_mail_domains').where({ domain }).first();
