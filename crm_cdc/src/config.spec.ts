import { readConfig } from './config.js';
import { formatLsn, parseLsn } from './mappings/lsn.codec.js';

describe('readConfig', () => {
  const good = { CRM_PG_URL: 'postgres://a:b@127.0.0.1/crm', CRM_CLICKHOUSE_URL: 'http://a:b@127.0.0.1:8123' };

  it('takes the stream URL before the general one', () => {
    expect(readConfig(good).postgresUrl).toBe(good.CRM_PG_URL);
    expect(readConfig({ ...good, CRM_PG_STREAM_URL: 'postgres://s@127.0.0.1/crm' }).postgresUrl).toBe('postgres://s@127.0.0.1/crm');
    expect(Object.isFrozen(readConfig(good))).toBeTrue();
  });
  it('names what is missing or wrong, and the cure', () => {
    expect(() => readConfig({})).toThrowError(/CRM_PG_STREAM_URL is not set; start the product/);
    expect(() => readConfig({ ...good, CRM_CLICKHOUSE_URL: '' })).toThrowError(/CRM_CLICKHOUSE_URL is not set/);
    expect(() => readConfig({ ...good, CRM_CLICKHOUSE_URL: 'nowhere' })).toThrowError(/is not a URL; set it to http/);
    expect(() => readConfig({ ...good, CRM_CDC_SLOT: 'Bad-Name' })).toThrowError(/CRM_CDC_SLOT/);
    expect(() => readConfig({ ...good, CRM_PARITY_WAIT_MS: 'soon' })).toThrowError(/CRM_PARITY_WAIT_MS/);
    expect(() => readConfig({ ...good, CRM_RECONCILE_EVERY_MS: '-1' })).toThrowError(/CRM_RECONCILE_EVERY_MS .* or to 0 to turn/);
  });
});

describe('LSN', () => {
  it('is read and written in the notation of Postgres', () => {
    for (const text of ['0/0', '16/B374D848', 'FFFFFFFF/FFFFFFFF', '1/A']) expect(formatLsn(parseLsn(text))).toBe(text);
    expect(parseLsn('1/0')).toBe(1n << 32n);
  });
  it('refuses anything else', () => {
    for (const text of ['', '1', 'x/1', '1/2/3', '123456789/0']) expect(() => parseLsn(text)).toThrowError(/expected the form/);
  });
});
