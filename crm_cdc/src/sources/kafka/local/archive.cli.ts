import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startLocalConnect } from './connect.server.js';
import { findJars } from './java.program.js';
import { startLocalKafka } from './kafka.server.js';

/** Runs broker, Connect and the connector once, so that Java can archive the classes they load. */
async function archive(): Promise<void> {
  const jars = findJars();
  const target = dirname(jars);
  const folder = mkdtempSync(join(tmpdir(), 'crm-archive-'));
  const files = { kafka: join(folder, 'kafka.jsa'), connect: join(folder, 'connect.jsa') };
  try {
    const kafka = await startLocalKafka({ jars, dataDir: join(folder, 'kafka'), disposable: true, recordClasses: files.kafka });
    const connect = await startLocalConnect({ jars, dataDir: join(folder, 'connect'), brokers: kafka.brokers, recordClasses: files.connect });
    // Asking the connector about a database that is not there loads most of it.
    const name = 'io.debezium.connector.postgresql.PostgresConnector';
    const response = await fetch(`${connect.url}/connector-plugins/${name}/config/validate`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ 'connector.class': name, name: 'archive', 'topic.prefix': 'archive', 'database.hostname': '127.0.0.1', 'database.port': '1', 'database.user': 'x', 'database.password': 'x', 'database.dbname': 'x', 'plugin.name': 'pgoutput' }),
    });
    await response.arrayBuffer();
    await connect.stop();
    await kafka.stop();
    for (const [server, file] of Object.entries(files)) move(file, join(target, `${server}.jsa`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whole or not at all, also from another disk. */
function move(from: string, to: string): void {
  const draft = `${to}.draft`;
  rmSync(draft, { force: true });
  copyFileSync(from, draft);
  renameSync(draft, to);
}

archive().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
