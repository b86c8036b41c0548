import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './lib/paths.mjs';
import { filesOf } from './lib/tree.mjs';

/** What can be known of the containers without running one. */
describe('the compose files', () => {
  const folder = path.join(ROOT, 'crm_ops/compose');
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const compose = parse(read('docker-compose.yml'), { merge: true });
  const services = Object.entries(compose.services);
  const pom = fs.readFileSync(path.join(ROOT, 'crm_ops/kafka/pom.xml'), 'utf8');
  const kafkaVersion = /<kafka.version>(.*)<\/kafka.version>/.exec(pom)[1];

  it('have all parts, in versions that are named', () => {
    expect(Object.keys(compose.services)).toEqual(jasmine.arrayContaining(['postgres', 'kafka', 'connect', 'clickhouse', 'cubestore', 'otel', 'migrate', 'stream', 'api', 'semantic', 'jobs', 'ml']));
    for (const [name, { image }] of services) expect(image).withContext(name).toMatch(/:(?!latest)[\w.-]+$/);
    expect(compose.services.kafka.image).toBe(`apache/kafka:${kafkaVersion}`);
    const cube = JSON.parse(fs.readFileSync(path.join(ROOT, 'crm_semantic/package.json'), 'utf8')).dependencies['@cubejs-backend/server-core'];
    expect(compose.services.cubestore.image).toBe(`cubejs/cubestore:v${cube}`);
    expect(read('env.example')).toContain(`apache/kafka:${kafkaVersion} `);
  });

  it('name only settings that our programs read', () => {
    const sources = filesOf(fs.readdirSync(ROOT).filter((name) => name.startsWith('crm_')).map((name) => path.join(ROOT, name, 'src'))).filter((file) => path.basename(file) === 'config.ts');
    const known = new Set(sources.flatMap((file) => fs.readFileSync(file, 'utf8').match(/CRM_[A-Z_]+[A-Z]/g) ?? []));
    expect(known.size).toBeGreaterThan(10);
    const set = services.flatMap(([, { environment = {} }]) => Object.keys(environment)).filter((name) => name.startsWith('CRM_'));
    expect(set).toContain('CRM_KAFKA_CONNECT_URL');
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it('tell every program of ours where Kafka is and under which address people sign in', () => {
    for (const [name, { environment = {} }] of services.filter(([, { image }]) => image === 'crm:local')) {
      expect(Object.keys(environment)).withContext(name).toEqual(jasmine.arrayContaining(['CRM_KAFKA_BROKERS', 'CRM_KAFKA_CONNECT_URL', 'CRM_ISSUER']));
    }
  });

  it('explain every variable in env.example, and no other', () => {
    const used = new Set([...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name).filter((name) => name !== 'NAME'));
    const explained = read('env.example').split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('=')[0]);
    expect([...used].sort()).toEqual([...explained].sort());
    const passed = Object.keys(compose.services.postgres.environment);
    for (const [, name] of read('postgres.init.sh').matchAll(/\$([A-Z_]+)/g)) expect(passed).toContain(name);
    for (const [, name] of read('otel.yml').matchAll(/\$\{env:([A-Z_]+)\}/g)) expect(Object.keys(compose.services.otel.environment)).toContain(name);
  });

  it('start programs, mount files and wait for services that exist', () => {
    for (const [name, { command = [], volumes = [], depends_on: waits = {}, network_mode: network, build }] of services) {
      for (const word of command.filter((each) => each.endsWith('.js'))) {
        expect(fs.existsSync(path.join(ROOT, word.replace('/dist/', '/src/').replace(/\.js$/, '.ts')))).withContext(`${name}: ${word}`).toBeTrue();
      }
      for (const [source] of volumes.map((each) => each.split(':'))) {
        expect(source.startsWith('./') ? fs.existsSync(path.join(folder, source)) : source in compose.volumes).withContext(`${name}: ${source}`).toBeTrue();
      }
      for (const other of [...Object.keys(waits), ...(network ? [network.replace('service:', '')] : [])]) expect(compose.services).withContext(name).toEqual(jasmine.objectContaining({ [other]: jasmine.anything() }));
      if (build) expect(fs.existsSync(path.resolve(folder, build.context, build.dockerfile))).withContext(name).toBeTrue();
    }
  });

  it('collect the metrics where the stream serves them, and run Connect as the local starter does', () => {
    const collector = parse(read('otel.yml'));
    const [scrape, api] = collector.receivers.prometheus.config.scrape_configs;
    expect(scrape.static_configs[0].targets).toEqual([`127.0.0.1:${compose.services.stream.environment.CRM_CDC_METRICS_PORT}`]);
    expect(api.static_configs[0].targets).toEqual([`api:${compose.services.api.environment.CRM_PORT}`]);
    expect(fs.readFileSync(path.join(ROOT, 'crm_api/src/workspace/telemetry/metrics.routes.ts'), 'utf8')).toContain(`path: '${api.metrics_path.replace('/crm/v1', '')}'`);
    // Where the parts send traces to is where the collector listens: in the network that it shares.
    const network = compose.services.otel.network_mode.replace('service:', '');
    for (const name of ['api', 'stream', 'semantic', 'jobs']) expect(compose.services[name].environment.OTEL_EXPORTER_OTLP_ENDPOINT).withContext(name).toBe(`http://${network}:${collector.receivers.otlp.protocols.http.endpoint.split(':')[1]}`);
    for (const [name, { receivers, exporters }] of Object.entries(collector.service.pipelines)) {
      for (const each of receivers) expect(Object.keys(collector.receivers)).withContext(name).toContain(each);
      for (const each of exporters) expect(Object.keys(collector.exporters)).withContext(name).toContain(each);
    }
    const local = fs.readFileSync(path.join(ROOT, 'crm_cdc/src/sources/kafka/local/connect.server.ts'), 'utf8');
    const names = read('connect.properties').split('\n').filter((line) => /^\w/.test(line)).map((line) => line.split('=')[0]);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(local).withContext(name).toMatch(new RegExp(`['\\s]${name.replaceAll('.', '\\.')}'?:`));
  });
});
