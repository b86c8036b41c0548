import type { LookupAddress } from 'node:dns';
import { addressProblem, resolveTarget, TargetError, type TargetPolicy } from './target.guard.js';

const production: TargetPolicy = { profile: 'production', webhookAllowLoopback: false };
const demo: TargetPolicy = { profile: 'demo', webhookAllowLoopback: false };
const loopback: TargetPolicy = { profile: 'production', webhookAllowLoopback: true };

const found = (...addresses: string[]) => (): Promise<LookupAddress[]> => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const codeOf = (url: string, policy: TargetPolicy, lookup = found('93.184.216.34')): Promise<string> => resolveTarget(url, policy, lookup).then(() => 'ok', (error: unknown) => (error instanceof TargetError ? error.code : String(error)));

describe('the targets of webhooks', () => {
  const forbidden = [
    // This machine, in each of its spellings
    '127.0.0.1', '127.0.0.2', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::',
    // Private, shared and link-local space; metadata services of clouds are in it
    '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255', '100.64.0.1', '100.127.255.255', '100.100.100.200', '169.254.0.1', '169.254.169.254', '169.254.170.2',
    'fd00::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::a9fe:a9fe', 'fec0::1', '168.63.129.16', '192.0.0.192', '192.0.0.1',
    // Many at once, nobody, tests, the future
    '224.0.0.1', '239.255.255.250', 'ff02::1', 'ff05::1:3', '255.255.255.255', '240.0.0.1', '192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.255', '192.88.99.1', '2001:db8::1', '3fff::1', '100::1', '4000::1',
    // An IPv4 address in the clothes of IPv6
    '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:7f00:1::', '::ffff:0:127.0.0.1',
    // No addresses at all
    'fe80::1%eth0', '1.2.3', '', 'localhost', '999.1.1.1',
  ];
  const allowed = ['8.8.8.8', '93.184.216.34', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '169.253.1.1', '192.167.1.1', '198.17.255.255', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'];

  it(`refuse ${forbidden.length} addresses that are not public, and take ${allowed.length} that are`, () => {
    expect(forbidden.length).toBeGreaterThan(40);
    for (const address of forbidden) expect(addressProblem(address, false)).withContext(address).not.toBeNull();
    for (const address of allowed) expect(addressProblem(address, false)).withContext(address).toBeNull();
  });

  it('open loopback, and nothing else, where that is set', () => {
    const opened = forbidden.filter((address) => addressProblem(address, true) === null);
    expect(opened.sort()).toEqual(['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1'].sort());
  });

  it('are https, without user and fragment; the demo profile takes http', async () => {
    expect(await codeOf('https://hooks.example.com/x?y=1', production)).toBe('ok');
    expect(await codeOf('http://hooks.example.com/x', production)).toBe('https_required');
    expect(await codeOf('http://hooks.example.com/x', demo)).toBe('ok');
    expect(await codeOf('http://127.0.0.1:9/x', loopback)).toBe('ok');
    expect(await codeOf('http://hooks.example.com/x', loopback)).toBe('https_required');
    for (const url of ['https://user:pw@hooks.example.com/', 'https://user@hooks.example.com/', 'https://hooks.example.com/#x', 'ftp://hooks.example.com/', 'file:///etc/passwd', 'gopher://x/', 'javascript:alert(1)', 'hooks.example.com', '//x', '']) {
      expect(await codeOf(url, demo)).withContext(url).toBe('invalid_url');
    }
  });

  it('are seen through every spelling of an address that a URL may have', async () => {
    const hosts = ['127.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '0', '127.0.0.1.', '[::1]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]', '169.254.43518', '0xa9fea9fe', '%31%32%37.0.0.1', '１２７.0.0.1', '[::ffff:a9fe:a9fe]'];
    for (const host of hosts) expect(await codeOf(`https://${host}/`, production)).withContext(host).toBe('forbidden_address');
  });

  it('are judged by every address of a name, at each look anew', async () => {
    expect(await codeOf('https://mixed.example.com/', production, found('93.184.216.34', '10.0.0.1'))).toBe('forbidden_address');
    expect(await codeOf('https://mixed.example.com/', production, found('2606:4700::1', 'fe80::1'))).toBe('forbidden_address');
    expect(await codeOf('https://none.example.com/', production, found())).toBe('unknown_host');
    expect(await codeOf('https://lost.example.com/', production, () => Promise.reject(new Error('ENOTFOUND')))).toBe('unknown_host');
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const rebinding = (): Promise<LookupAddress[]> => found(...(answers.shift() ?? []))();
    expect(await codeOf('https://rebinding.example.com/', production, rebinding)).toBe('ok');
    expect(await codeOf('https://rebinding.example.com/', production, rebinding)).toBe('forbidden_address');
  });

  it('lead to this machine by the system\'s own resolver as well', async () => {
    expect(await resolveTarget('https://localhost/', production).then(() => 'ok', (error: unknown) => (error as TargetError).code)).toBe('forbidden_address');
    expect(await resolveTarget('https://localhost./', production).then(() => 'ok', (error: unknown) => (error as TargetError).code)).not.toBe('ok');
    expect((await resolveTarget('http://localhost:1/', { profile: 'demo', webhookAllowLoopback: true })).addresses.length).toBeGreaterThan(0);
  });
});
