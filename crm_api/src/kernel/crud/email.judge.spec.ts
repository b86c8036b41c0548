import { sharedData } from '../../testing/shared.data.js';
import { acceptsEmail, judgeEmail, mailDomain, type MailDomainStatus } from './email.judge.js';

interface Case { readonly id: string; readonly address: string; readonly category: string; readonly diagnosis: string }

const entity = (text: string): string => text
  .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16))).replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
  .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
// The file writes control characters as their pictures, see its first note.
const controls = (text: string): string => text.replace(/[\u2400-\u241f]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400));

function cases(xml: string): Case[] {
  return [...xml.matchAll(/<test id="(\d+)">(.*?)<\/test>/gs)].map(([, id = '', body = '']) => {
    const of = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(body)?.[1] ?? '';
    return { id, address: controls(entity(of('address'))), category: of('category').replace(/^ISEMAIL_/, ''), diagnosis: of('diagnosis').replace(/^ISEMAIL_/, '') };
  });
}

// Names of the file where the library's differ by more than case and underscores.
const renamed: Readonly<Record<string, string>> = {
  UNCLOSEDQUOTEDSTR: 'UNCLOSEDQUOTEDSTRING', UNCLOSEDDOMLIT: 'UNCLOSEDDOMAINLITERAL', AFTER_DOMLIT: 'AFTER_DOMAINLITERAL', RFC5322_DOMLIT_OBSDTEXT: 'RFC5322_DOMAINLITERALOBSDTEXT',
  IPV6_GRPCOUNT: 'IPV6_GROUPCOUNT', IPV6_BADCHAR: 'IPV6_BADCHARACTER', IPV6_MAXGRPS: 'IPV6_MAXGROUPS', IPV6_COLONSTRT: 'IPV6_COLONSTART', RFC5321_IPV6DEPRECATED: 'DEPRECATED_IPV6',
};
const plain = (name: string): string => Object.entries(renamed).reduce((text, [from, to]) => text.replace(from, to), name).replace(/^DEPREC_/, 'DEPRECATED_').replace(/_/g, '').toLowerCase();
const categories: Readonly<Record<string, string>> = { VALID_CATEGORY: 'valid', DNSWARN: 'dns_warn', RFC5321: 'rfc5321', CFWS: 'cfws', DEPREC: 'deprecated', RFC5322: 'rfc5322', ERR: 'error' };
// The file was judged while these domains had, or had not, a mail exchange.
const dnsThen = (diagnosis: string): MailDomainStatus => (diagnosis === 'VALID' ? 'mx' : diagnosis === 'DNSWARN_NO_MX_RECORD' ? 'address_only' : 'no_domain');

describe('the judgement of e-mail addresses', () => {
  it('is that of all 164 addresses of isemail, category and diagnosis', () => {
    const xml = sharedData('validation/isemail.tests.xml');
    if (xml === null) { pending('the shared test data is missing'); return; }
    const all = cases(xml);
    expect(all.length).toBe(164);
    for (const { id, address, category, diagnosis } of all) {
      const verdict = judgeEmail(address, dnsThen(diagnosis));
      expect([verdict.category, verdict.diagnosis.toLowerCase()]).withContext(`${id} ${JSON.stringify(address)}`).toEqual([categories[category] ?? category, plain(diagnosis)]);
    }
  });

  it('accepts for a record what is valid whatever the DNS says at the moment, and nothing else', () => {
    const xml = sharedData('validation/isemail.tests.xml');
    if (xml === null) { pending('the shared test data is missing'); return; }
    for (const { id, address, category } of cases(xml)) {
      const good = ['VALID_CATEGORY', 'DNSWARN'].includes(category) && address !== 'test@io' && address.length <= 254; // A domain without a dot is a typing error to us.
      expect(acceptsEmail(address)).withContext(`${id} ${address}`).toBe(good);
    }
  });

  it('accepts letters of every script (RFC 6531)', () => {
    for (const address of ['سارة@مثال.السعودية', 'müller@bücher.example', '用户@例子.广告', "o'neil+crm@example.co.uk"]) expect(acceptsEmail(address)).withContext(address).toBeTrue();
    for (const address of ['سارة', 'سارة@', 'a@b', 'a b@x.io', '"a"@x.io', 'a@[127.0.0.1]', `a@x.io\u0000`, `${'a'.repeat(65)}@x.io`]) expect(acceptsEmail(address)).withContext(address).toBeFalse();
    expect([mailDomain('A@Bücher.Example'), mailDomain('س@مثال.السعودية'), mailDomain('a@')]).toEqual(['xn--bcher-kva.example', 'xn--mgbh0fb.xn--mgberp4a5d4ar', null]);
  });
});
