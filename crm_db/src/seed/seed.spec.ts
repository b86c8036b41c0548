import { verify } from '@node-rs/argon2';
import { createKnex } from '../connection.js';
import { roleMatrix } from '../roles/roles.matrix.js';
import { startTestCluster, testPassword, type TestCluster } from '../testing/database.testing.js';
import { demoUsers, seedBase, seedDemoUsers } from './base.seed.js';
import { featureFlags } from './flags.js';

const patience = 180_000;

describe('the base data', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); }, patience);
  afterAll(async () => { await cluster.stop(); }, patience);

  it('is the same after a second run, and keeps what people changed', async () => {
    const database = await cluster.createDatabase();
    const knex = createKnex(database.adminUrl, { max: 2 });
    const tables = ['crm_tenants', 'crm_feature_flags', 'crm_roles', 'crm_pipelines', 'crm_stages', 'crm_users', 'crm_user_roles', 'crm_credentials'];
    const counts = async (): Promise<number[]> => {
      const list: number[] = [];
      for (const table of tables) list.push(Number((await knex(`crm_core.${table}`).count<{ count: string }[]>())[0]?.count));
      return list;
    };
    const before = await counts();
    expect(before).toEqual([1, featureFlags.length, roleMatrix.length, 1, 7, demoUsers.length, demoUsers.length, demoUsers.length]);
    await knex('crm_core.crm_feature_flags').where({ key: 'crm_feature_quotes' }).update({ enabled: false });
    await knex('crm_core.crm_roles').where({ key: 'rep' }).update({ permissions: '{}' });
    await knex('crm_core.crm_stages').where({ name: 'Engaging' }).update({ probability: 0.42 });
    await knex.transaction(async (trx) => {
      await seedBase(trx);
      await seedDemoUsers(trx, 'another-password');
    });
    expect(await counts()).toEqual(before);
    expect((await knex<{ key: string; enabled: boolean }>('crm_core.crm_feature_flags').where({ key: 'crm_feature_quotes' }).first('enabled'))?.enabled).toBeFalse();
    expect((await knex<{ key: string; permissions: object }>('crm_core.crm_roles').where({ key: 'rep' }).first('permissions'))?.permissions).toEqual({});
    expect((await knex<{ name: string; probability: string }>('crm_core.crm_stages').where({ name: 'Engaging' }).first('probability'))?.probability).toBe('0.4200');
    const secret = await knex<{ password_hash: string }>('crm_core.crm_credentials').first('password_hash');
    expect(await verify(secret?.password_hash ?? '', 'another-password')).toBeTrue();
    expect(await verify(secret?.password_hash ?? '', testPassword)).toBeFalse();
    await knex.destroy();
    await database.drop();
  }, patience);

  it('says what is missing when logins come before roles', async () => {
    const database = await cluster.createDatabase();
    const knex = createKnex(database.adminUrl, { max: 2 });
    await knex('crm_core.crm_roles').update({ deleted_at: knex.fn.now() });
    await expectAsync(knex.transaction((trx) => seedDemoUsers(trx, 'x'))).toBeRejectedWithError(/run the migrations again/);
    await knex.destroy();
    await database.drop();
  }, patience);
});
