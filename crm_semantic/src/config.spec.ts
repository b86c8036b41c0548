import { applyCubeEnvironment, ConfigError, parseWarehouseUrl, readConfig, readProofConfig } from './config.js';

const good = { CRM_CUBE_URL: 'http://127.0.0.1:4000', CRM_CUBE_SECRET: 'x'.repeat(32), CRM_CLICKHOUSE_URL: 'http://us%40er:p%3Aw@127.0.0.1:8124' };

describe('configuration of the semantic layer', () => {
  it('is read once, typed and frozen', () => {
    const config = readConfig({ ...good, CRM_CUBESTORE_HOST: 'store', CRM_CUBE_FRESHNESS_MS: '0' });
    expect(config).toEqual({
      listen: { host: '127.0.0.1', port: 4000 }, secret: good.CRM_CUBE_SECRET, warehouse: { protocol: 'http:', host: '127.0.0.1', port: 8124, username: 'us@er', password: 'p:w' },
      cubeStoreHost: 'store', freshnessMs: 0, continueWaitSeconds: 10, proof: null, kept: { warehouse: config.warehouse, bytes: 1_073_741_824 }, telemetry: { traces: false, metrics: false, logs: false, serviceName: 'crm_semantic' },
    });
    expect(Object.isFrozen(config) && Object.isFrozen(config.listen) && Object.isFrozen(config.warehouse)).toBeTrue();
    expect(readConfig({ ...good, CRM_CUBE_URL: 'http://[::1]' }).listen).toEqual({ host: '::1', port: 80 });
  });

  it('proves the KPIs with the rights of the stream while Cube reads with fewer', () => {
    const config = readConfig({ ...good, CRM_CUBE_CLICKHOUSE_URL: 'http://crm_reader:r@127.0.0.1:8124', CRM_PG_STREAM_URL: 'postgres://s@h/crm', CRM_PG_URL: 'postgres://a@h/crm', CRM_KPI_PROOF_EVERY_MS: '60000' });
    expect(config.warehouse.username).toBe('crm_reader');
    expect(config.proof).toEqual({ postgresUrl: 'postgres://s@h/crm', warehouseUrl: good.CRM_CLICKHOUSE_URL, everyMs: 60_000, firstMs: 20_000, waitMs: 30_000, budgetMs: 60_000 });
    expect(readConfig({ ...good, CRM_PG_STREAM_URL: 'postgres://s@h/crm', CRM_KPI_PROOF_EVERY_MS: '0' }).proof).toBeNull();
    expect(() => readProofConfig(good)).toThrowError(ConfigError, /CRM_PG_STREAM_URL is not set/);
  });

  it('keeps rows with the right to write, as many as are allowed, or none', () => {
    const kept = (change: Record<string, string>): unknown => readConfig({ ...good, CRM_CUBE_CLICKHOUSE_URL: 'http://crm_reader:r@127.0.0.1:8124', ...change }).kept;
    expect(kept({ CRM_CUBE_KEPT_MB: '2' })).toEqual({ warehouse: parseWarehouseUrl(good.CRM_CLICKHOUSE_URL), bytes: 2_097_152 });
    expect(kept({ CRM_CUBE_KEPT_MB: '0' })).toBeNull();
  });

  it('says what is wrong and how to put it right', () => {
    const wrong: readonly [Record<string, string>, RegExp][] = [
      [{ CRM_CUBE_URL: '' }, /CRM_CUBE_URL is not set: set it to the address/],
      [{ CRM_CUBE_URL: 'nowhere' }, /CRM_CUBE_URL is not an address/],
      [{ CRM_CUBE_URL: 'http://10.0.0.1:4000' }, /must be a loopback address/],
      [{ CRM_CUBE_SECRET: 'short' }, /at least 32 characters/],
      [{ CRM_CLICKHOUSE_URL: 'tcp://127.0.0.1' }, /must start with http/],
      [{ CRM_CUBE_FRESHNESS_MS: 'soon' }, /must be a number/],
    ];
    for (const [change, message] of wrong) expect(() => readConfig({ ...good, ...change })).toThrowError(ConfigError, message);
  });

  it('knows the usual ports and user of ClickHouse', () => {
    expect(parseWarehouseUrl('http://localhost')).toEqual({ protocol: 'http:', host: 'localhost', port: 8123, username: 'default', password: '' });
    expect(parseWarehouseUrl('https://ch').port).toBe(8443);
  });

  it('lets no other setting decide how Cube runs', () => {
    const env: NodeJS.ProcessEnv = { CUBEJS_DEV_MODE: 'true', CUBEJS_SQL_USER: 'me', PATH: '/bin' };
    applyCubeEnvironment('store', env);
    expect(env['CUBEJS_SQL_USER']).toBeUndefined();
    expect([env['CUBEJS_DEV_MODE'], env['CUBEJS_TELEMETRY'], env['CUBEJS_TESSERACT_SQL_PLANNER'], env['CUBEJS_TRANSPILATION_NATIVE'], env['CUBEJS_CUBESTORE_HOST'], env['PATH']]).toEqual(['false', 'false', 'false', 'false', 'store', '/bin']);
  });
});
