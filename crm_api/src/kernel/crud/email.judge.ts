import isemail from 'isemail';

/** How well an address keeps the standards, best first; `dns_warn` needs to know what the DNS said. */
export type EmailCategory = 'valid' | 'dns_warn' | 'rfc5321' | 'cfws' | 'deprecated' | 'rfc5322' | 'error';

/** What the DNS knows of a domain: a mail exchange, an address without one, a refusal of all mail (RFC 7505), nothing. */
export type MailDomainStatus = 'mx' | 'address_only' | 'refuses_mail' | 'no_domain' | 'unknown';

/** What is to be said of an address: its category, and which part of the grammar made it so (isemail's names, such as `errDotStart`). */
export interface EmailVerdict {
  readonly category: EmailCategory;
  readonly diagnosis: string;
}

// The library's typings leave out the table of its verdicts.
const { diagnoses } = isemail as typeof isemail & { readonly diagnoses: Readonly<Record<string, number>> };
const names = new Map(Object.entries(diagnoses).map(([name, code]) => [code, name]));

// The upper bounds of is_email 3 by Dominic Sayers, of which the library is a port (https://isemail.info/about).
const bounds: readonly (readonly [number, EmailCategory])[] = [[1, 'valid'], [7, 'dns_warn'], [15, 'rfc5321'], [31, 'cfws'], [63, 'deprecated'], [127, 'rfc5322'], [255, 'error']];

/** Judges an address by RFC 5321, 5322 and 6531 (letters of every script), and by what the DNS says of its domain where that is known. */
export function judgeEmail(address: string, dns: MailDomainStatus = 'unknown'): EmailVerdict {
  // RFC 5322's quoted pair is ASCII; the library lets a backslash stand before any letter.
  const code = /\\\P{ASCII}/u.test(address) ? diagnoses['errExpectingQPair'] ?? 255 : isemail.validate(address, { errorLevel: true });
  const diagnosis = names.get(code) ?? 'errUnknown';
  const category = bounds.find(([bound]) => code <= bound)?.[1] ?? 'error';
  if (category !== 'valid' || dns === 'mx') return { category, diagnosis };
  if (!address.slice(address.lastIndexOf('@')).includes('.')) return { category: 'rfc5321', diagnosis: 'rfc5321TLD' };
  if (dns === 'no_domain') return { category: 'dns_warn', diagnosis: 'dnsWarnNoRecord' };
  if (dns === 'address_only' || dns === 'refuses_mail') return { category: 'dns_warn', diagnosis: 'dnsWarnNoMXRecord' };
  return { category, diagnosis };
}

/**
 * Whether a record may have the address. Only what any mail server delivers, whatever the DNS says at the moment, is accepted: quoted local parts, address literals, domains
 * without a dot, comments, folded lines and obsolete forms are allowed by some standard, but in a CRM they are typing errors or attacks.
 */
export const acceptsEmail = (address: string): boolean => address.length <= 254 && judgeEmail(address).category === 'valid';

/** The domain of an address in the form in which the DNS has it (lower case, IDNA); null where it has none. */
export function mailDomain(address: string): string | null {
  const domain = address.slice(address.lastIndexOf('@') + 1).trim();
  return domain === '' || !URL.canParse(`http://${domain}`) ? null : new URL(`http://${domain}`).hostname.replace(/\.$/, '');
}
