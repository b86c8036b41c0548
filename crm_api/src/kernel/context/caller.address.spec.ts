import { testPassword } from 'crm_db';
import type { ApiConfig } from '../../config.js';
import { startApi, type Answer, type TestApi } from '../../testing/api.testing.js';
import { addressOf } from './caller.address.js';

describe('the address of a caller', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi({ CRM_ISSUER: 'https://crm.example.com/crm/v1/oidc' }); }, 120_000);
  afterAll(async () => { await api.stop(); });

  const login = (forwarded: string, username: string, password = 'wrong'): Promise<Answer> => api.inject({
    method: 'POST', url: '/crm/v1/auth/token', payload: new URLSearchParams({ grant_type: 'password', username, password }).toString(), remoteAddress: '10.0.0.2',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': forwarded },
  });

  it('is that of the person behind a TLS proxy, in counts, audit and sessions, whatever they claim', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 22; guess += 1) statuses.push((await login(`192.0.2.${guess}, 198.51.100.7`, `nobody${guess}@crm.test`)).status);
    expect([statuses.filter((one) => one === 400).length, statuses.filter((one) => one === 429).length]).toEqual([20, 2]);
    // Everybody else behind the same proxy goes on.
    expect((await login('198.51.100.8', 'rep@crm.test', testPassword)).status).toBe(200);
    const { rows } = await api.db.raw<{ rows: { ip: string }[] }>("SELECT DISTINCT host(ip) AS ip FROM crm_core.crm_audit_log WHERE action = 'login_failed'");
    expect(rows.map((one) => one.ip)).toEqual(['198.51.100.7']);
    const sessions = await api.db.raw<{ rows: { ip: string }[] }>('SELECT host(ip) AS ip FROM crm_core.crm_sessions');
    expect(sessions.rows.map((one) => one.ip)).toEqual(['198.51.100.8']);
  });

  it('is the last hop with https, with or without a port, and the socket\'s otherwise', () => {
    const of = (forwarded: string | undefined, issuer = 'https://crm.example.com', tls: ApiConfig['tls'] = null): string | null =>
      addressOf({ headers: { 'x-forwarded-for': forwarded }, info: { remoteAddress: '10.0.0.2' } } as unknown as Parameters<typeof addressOf>[0], { issuer, tls });
    expect([of('1.2.3.4'), of('1.2.3.4, 5.6.7.8'), of('5.6.7.8:4711'), of('[2001:db8::1]:80'), of('2001:db8::1')]).toEqual(['1.2.3.4', '5.6.7.8', '5.6.7.8', '2001:db8::1', '2001:db8::1']);
    expect(of('1.2.3.4', 'https://crm.example.com', { certFile: 'c', keyFile: 'k', minVersion: 'TLSv1.2' })).withContext('with TLS of its own nobody stands in front').toBe('10.0.0.2');
    expect([of(undefined), of('unknown'), of('1.2.3.4,'), of('1.2.3.4', 'http://127.0.0.1:8080')]).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.2', '10.0.0.2']);
  });
});
