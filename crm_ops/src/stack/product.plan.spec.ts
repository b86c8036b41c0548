import { readConfig } from '../config.js';
import { loadSecrets } from '../data/secrets.file.js';
import { temporaryFolder } from '../testing/programs.testing.js';
import { welcome } from './launch.command.js';
import { LaunchError } from './launch.error.js';
import { kafkaPlan } from './kafka.plan.js';
import { productPlan, sampleFor, type Plan } from './product.plan.js';

describe('the settings', () => {
  it('have defaults that let a stranger start', () => {
    const config = readConfig({});
    expect(config.port).toBe(8080);
    expect(config.dataDir.endsWith('.crm_data')).toBeTrue();
    expect(config.sample).toBeUndefined();
  });
  it('that cannot be used are refused with the name and a value that would do', () => {
    expect(() => readConfig({ CRM_PORT: '80 80' })).toThrowError(LaunchError, /CRM_PORT is "80 80": .*CRM_PORT=8081/);
    expect(() => readConfig({ CRM_PORT: '70000' })).toThrowError(LaunchError);
    expect(() => readConfig({ CRM_SAMPLE: 'huge' })).toThrowError(/use none, small, medium, full/);
  });
});

describe('the plan of the product', () => {
  const ports = { postgres: 5001, warehouse: 5002, semantic: 5003, kafka: 5004, connect: 5005, metrics: 5006 };
  function plan(env: Record<string, string>, planner = productPlan): Plan {
    const dataDir = temporaryFolder();
    return planner({ dataDir, port: 8080, sample: sampleFor(undefined, env), env, secrets: loadSecrets(dataDir), ports });
  }
  const names = (parts: readonly { name: string }[]): string[] => parts.map(({ name }) => name);

  // The compiled entries of the other packages are part of what is checked: a renamed one fails here and not at a stranger's.
  it('runs every part by default, each with its own address and password', () => {
    const { stores, early, beside, tasks, services, env, demo } = plan({});
    expect(names(stores)).toEqual(['postgres']);
    expect(names(early)).toEqual(['warehouse']);
    expect(names(beside)).toEqual(['semantic']);
    expect(names(tasks)).toEqual(['migrations', 'sample']);
    expect(names(services)).toEqual(['cdc', 'api', 'jobs', 'ml']);
    expect(env['CRM_PG_URL']).toMatch(/^postgres:\/\/crm_app:[\w-]{32}@127\.0\.0\.1:5001\/crm$/);
    expect(env['CRM_CLICKHOUSE_URL']).toMatch(/^http:\/\/crm:[\w-]{32}@127\.0\.0\.1:5002$/);
    expect(env['CRM_CUBE_URL']).toBe('http://127.0.0.1:5003');
    expect(beside[0]?.env['CRM_CUBE_CLICKHOUSE_URL']).toMatch(/^http:\/\/crm_reader:[\w-]{32}@127\.0\.0\.1:5002/);
    expect(beside[0]?.env['CRM_PG_STREAM_URL']).toMatch(/^postgres:\/\/crm_stream:/);
    expect(demo).toBeTrue();
    expect(stores[0]?.env['CRM_PG_SUPERUSER_PASSWORD']).toMatch(/^[\w-]{32}$/);
    expect(services[1]?.env['CRM_PG_SUPERUSER_PASSWORD']).toBeUndefined();
    expect(env['CRM_PG_SUPERUSER_PASSWORD']).toBeUndefined();
  });

  it('uses servers that are given instead of starting its own, and puts no sample into them', () => {
    const { stores, early, beside, tasks, services, env, demo } = plan({
      CRM_PG_URL: 'postgres://me@db/crm',
      CRM_CLICKHOUSE_URL: 'http://ch:8123',
      CRM_CUBE_URL: 'http://127.0.0.1:4000',
      CRM_CUBE_SECRET: 'mine',
    });
    expect([...stores, ...early, ...beside]).toEqual([]);
    expect(names(tasks)).toEqual(['migrations']);
    expect(names(services)).toEqual(['cdc', 'api', 'jobs', 'ml']);
    expect(env['CRM_PG_URL']).toBe('postgres://me@db/crm');
    expect(env['CRM_PG_ADMIN_URL']).toBeUndefined();
    expect(env['CRM_CUBE_SECRET']).toBe('mine');
    expect(demo).toBeFalse();
  });

  it('runs a broker and Connect in the distributed profile, and tells the stream', () => {
    const { early, relays = [], services, env } = plan({}, kafkaPlan);
    expect(names(early)).toEqual(['warehouse', 'kafka']);
    expect(names(relays)).toEqual(['connect']);
    const wanted = jasmine.objectContaining({ CRM_KAFKA_BROKERS: '127.0.0.1:5004', CRM_KAFKA_CONNECT_URL: 'http://127.0.0.1:5005' });
    expect(env).toEqual(wanted);
    for (const part of [...early.slice(1), ...relays, ...services]) expect(part.env).withContext(part.name).toEqual(wanted);
    expect(plan({}).env['CRM_KAFKA_BROKERS']).toBeUndefined();
  });

  it('uses a broker and a Connect that are given', () => {
    const given = { CRM_KAFKA_BROKERS: 'k1:9092,k2:9092', CRM_KAFKA_CONNECT_URL: 'http://connect:8083' };
    expect(names([...plan(given, kafkaPlan).early, ...(plan(given, kafkaPlan).relays ?? [])])).toEqual(['warehouse']);
    expect(plan(given).env).toEqual(jasmine.objectContaining(given));
    expect(names(plan({ CRM_KAFKA_BROKERS: 'k1:9092' }, kafkaPlan).relays ?? [])).toEqual(['connect']);
  });

  it('shows logins only where they exist', () => {
    expect(welcome({ url: 'http://127.0.0.1:8080', demo: false, demoPassword: 'p' }).join('\n')).not.toContain('@crm.test');
    expect(welcome({ url: 'http://127.0.0.1:8080', demo: true, demoPassword: 'p' })).toContain('  admin@crm.test     p');
  });
});
