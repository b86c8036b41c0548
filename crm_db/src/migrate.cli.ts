import { readConfig } from './config.js';
import { createKnex } from './connection.js';
import { migrateDown, migrateJobs, migrateUp, planMigrations } from './migrator/migrator.js';
import { seedBase, seedDemoUsers } from './seed/base.seed.js';

const usage = 'Usage: npm run db:migrate -- [up | down [STEPS] | plan]';

async function main(): Promise<void> {
  const config = readConfig();
  if (config.adminUrl === undefined) throw new Error('No database is named; start the product with npm start, or set CRM_PG_ADMIN_URL');
  const [command = 'up', steps] = process.argv.slice(2);
  const knex = createKnex(config.adminUrl, { max: 2, applicationName: 'crm_migrate' });
  try {
    if (command === 'up') {
      const { names } = await migrateUp(knex);
      await migrateJobs(config.adminUrl, knex);
      await knex.transaction(async (trx) => {
        await seedBase(trx);
        if (config.profile === 'demo') await seedDemoUsers(trx, config.demoPassword);
      });
      process.stdout.write(`${names.length} migrations applied\n`);
    } else if (command === 'down') {
      const { names } = await migrateDown(knex, steps === undefined ? 1 : Number(steps));
      process.stdout.write(`${names.length} migrations taken back: ${names.join(', ')}\n`);
    } else if (command === 'plan') {
      const plan = await planMigrations(knex);
      process.stdout.write(`${plan.statements.join(';\n')}\n${plan.names.length} migrations would be applied; nothing was changed\n`);
    } else throw new Error(usage);
  } finally {
    await knex.destroy();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
