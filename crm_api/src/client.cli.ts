import { fileURLToPath } from 'node:url';
import { createKnex } from 'crm_db';
import { pino } from 'pino';
import { allRoutes } from './app.js';
import { readConfig } from './config.js';
import { ActorReader } from './kernel/auth/actor.reader.js';
import { TokenKeys } from './kernel/auth/token.keys.js';
import { FeatureFlags } from './kernel/flags.js';
import { JobQueue } from './kernel/jobs.js';
import { buildClient } from './workspace/openapi/client.builder.js';
import { openapiDocument } from './workspace/openapi/openapi.document.js';

/** Builds the client package from the declared routes; nothing is started and no database is asked. */
async function main(): Promise<void> {
  const config = readConfig({ CRM_PG_URL: 'postgres://nobody@127.0.0.1:1/none' });
  const db = createKnex(config.pgUrl, { max: 1, applicationName: 'crm_client_build' });
  const log = pino({ level: 'silent' });
  const deps = { db, jobs: new JobQueue(config.pgUrl, () => undefined), log, flags: new FeatureFlags(db) };
  const routes = allRoutes({ config, deps, keys: new TokenKeys(db, config.issuer, config.accessTokenSeconds), actors: new ActorReader(db) });
  const folder = fileURLToPath(new URL('../client', import.meta.url));
  await buildClient(openapiDocument(routes), folder);
  await db.destroy();
  process.stdout.write(`${routes.length} routes, client compiled into ${folder}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
