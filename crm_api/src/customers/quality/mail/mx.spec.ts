import DNS from 'dns2';
import { startApi, type Caller, type Json, type TestApi } from '../../../testing/api.testing.js';
import { findDomain, keepAnswer } from './mail.domain.repository.js';
import { MxChecker } from './mx.checker.js';
import { DnsMailResolver } from './mx.resolver.js';

const { Packet } = DNS;

interface Zone { mx?: readonly (readonly [number, string])[]; a?: string; silent?: boolean; fails?: boolean }

const zone: Readonly<Record<string, Zone>> = {
  'good.example': { mx: [[20, 'mx2.good.example'], [10, 'MX1.good.example']] },
  'plain.example': { a: '192.0.2.7' },
  'nomail.example': { mx: [[0, '.']] },
  'broken.example': { fails: true },
  'silent.example': { silent: true },
  'xn--mgbh0fb.example': { mx: [[5, 'mx.good.example']] },
};

/** A DNS server of our own on a free loopback port; returns its address and what it was asked. */
async function startDns(): Promise<{ address: string; asked: string[]; stop: () => Promise<void> }> {
  const asked: string[] = [];
  const server = DNS.createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request);
      const question = request.questions[0];
      const name = String(question?.name).toLowerCase();
      const type = Number(question?.type);
      const entry = zone[name];
      asked.push(`${name} ${type}`);
      if (entry?.silent === true) return;
      if (entry?.fails === true) response.header.rcode = 2;
      else if (entry === undefined) response.header.rcode = 3;
      const common = { name, class: Packet.CLASS.IN, ttl: 60 };
      if (type === Packet.TYPE.MX) for (const [priority, exchange] of entry?.mx ?? []) response.answers.push({ ...common, type, priority, exchange } as unknown as DNS.Packet.Resource);
      if (type === Packet.TYPE.A && entry?.a !== undefined) response.answers.push({ ...common, type, address: entry.a } as unknown as DNS.Packet.Resource);
      void send(response);
    },
  });
  const addresses = await server.listen({ udp: { port: 0, address: '127.0.0.1' } }) as unknown as { udp: { port: number } };
  return { address: `127.0.0.1:${addresses.udp.port}`, asked, stop: () => Promise.resolve(server.close()).then(() => undefined) };
}

describe('the look-up of mail domains', () => {
  let api: TestApi;
  let admin: Caller;
  let dns: Awaited<ReturnType<typeof startDns>>;
  beforeAll(async () => {
    [api, dns] = await Promise.all([startApi(), startDns()]);
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => {
    await dns.stop();
    await api.stop();
  });

  const contact = async (email: string): Promise<Json> => (await admin.post('/contacts', { full_name: 'Mx', email })).body;

  it('tells exchanges, a bare address, a refusal, nothing, and silence apart', async () => {
    const resolver = new DnsMailResolver([dns.address], 300);
    expect(await resolver.lookUp('good.example')).toEqual({ status: 'mx', exchanges: ['mx1.good.example', 'mx2.good.example'] });
    expect((await resolver.lookUp('plain.example')).status).toBe('address_only');
    expect((await resolver.lookUp('nomail.example')).status).toBe('refuses_mail');
    expect((await resolver.lookUp('missing.example')).status).toBe('no_domain');
    expect((await resolver.lookUp('broken.example')).status).toBe('unknown');
    expect((await resolver.lookUp('silent.example')).status).toBe('unknown');
  }, 20_000);

  it('follows records without their knowing, asks once, and is shown with them', async () => {
    const checker = new MxChecker(api.db, new DnsMailResolver([dns.address], 300));
    const people = [await contact('a@good.example'), await contact('b@GOOD.example'), await contact('c@missing.example'), await contact('d@مثال.example')];
    expect(people.map((one) => one['email_domain'])).toEqual([null, null, null, null]); // Writing waits for nobody.
    await admin.post('/leads', { full_name: 'Mx', email: 'l@plain.example' });
    expect(await checker.sweep()).toBe(4);
    const shown = async (one: Json | undefined): Promise<unknown> => ((await admin.get(`/contacts/${one?.id ?? ''}`)).body['email_domain'] as { status: string } | null)?.status;
    expect([await shown(people[0]), await shown(people[1]), await shown(people[2]), await shown(people[3])]).toEqual(['mx', 'mx', 'no_domain', 'mx']);
    const before = dns.asked.length;
    await contact('e@good.example');
    expect(await checker.sweep()).toBe(0);
    expect(dns.asked.length).toBe(before);
    // Whoever is not shown addresses is told nothing of them.
    expect((await (await api.as('analyst')).get(`/contacts/${people[0]?.id ?? ''}`)).body['email_domain']).toBeNull();
    await admin.call('PATCH', '/flags/crm_feature_mx_check', { enabled: false });
    expect(await shown(people[0])).toBeUndefined();
    await admin.call('PATCH', '/flags/crm_feature_mx_check', { enabled: true });
  }, 20_000);

  it('asks again when an answer is old, and keeps what is known while nobody answers', async () => {
    await keepAnswer(api.db, 'silent.example', { status: 'mx', exchanges: ['mx.silent.example'] });
    await contact('a@silent.example');
    const old = (): Promise<number> => api.db('crm_core.crm_mail_domains').where({ domain: 'silent.example' }).update({ expires_at: '2020-01-01' });
    await old();
    const checker = new MxChecker(api.db, new DnsMailResolver([dns.address], 200));
    await checker.sweep();
    await old();
    await checker.sweep();
    const row = await findDomain(api.db, 'silent.example');
    expect([row?.status, row?.exchanges, row?.failures]).toEqual(['mx', ['mx.silent.example'], 2]);
    expect(Number(row?.expires_at)).toBeGreaterThan(Date.now() + 30 * 60_000);
  }, 20_000);

  it('leaves writes and reads alone where there is no network at all', async () => {
    const checker = new MxChecker(api.db, new DnsMailResolver(['127.0.0.1:9'], 100)); // The discard port: nobody is there.
    const made = await contact('a@unreachable.example');
    expect(made.id).toBeDefined();
    await checker.sweep();
    expect((await findDomain(api.db, 'unreachable.example'))?.status).toBe('unknown');
  }, 20_000);
});
