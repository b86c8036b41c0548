import { hash } from '@node-rs/argon2';
import type { Knex } from 'knex';
import { roleMatrix } from '../roles/roles.matrix.js';
import { featureFlags } from './flags.js';

/** The logins of the demo profile; each has the role of its name. */
export const demoUsers = [
  { email: 'admin@crm.test', name: 'Amal Haddad', nameAr: 'أمل حداد', role: 'admin', title: 'Administrator' },
  { email: 'exec@crm.test', name: 'Edward Stone', nameAr: 'إدوارد ستون', role: 'exec', title: 'Chief Executive' },
  { email: 'manager@crm.test', name: 'Maryam Nasser', nameAr: 'مريم ناصر', role: 'manager', title: 'Sales Manager' },
  { email: 'rep@crm.test', name: 'Ryan Cole', nameAr: 'راين كول', role: 'rep', title: 'Account Executive' },
  { email: 'analyst@crm.test', name: 'Aya Mansour', nameAr: 'آية منصور', role: 'analyst', title: 'Revenue Analyst' },
  { email: 'finance@crm.test', name: 'Faris Khalil', nameAr: 'فارس خليل', role: 'finance', title: 'Finance Controller' },
] as const;

const stages = [
  ['Prospecting', 'استكشاف', 0.1, 'open', 'pipeline'],
  ['Qualification', 'تأهيل', 0.2, 'open', 'pipeline'],
  ['Engaging', 'تواصل', 0.35, 'open', 'pipeline'],
  ['Proposal', 'عرض سعر', 0.55, 'open', 'best_case'],
  ['Negotiation', 'تفاوض', 0.75, 'open', 'commit'],
  ['Won', 'رابحة', 1, 'won', 'closed'],
  ['Lost', 'خاسرة', 0, 'lost', 'omitted'],
] as const;

/** What every product needs before its first record: tenant, flags, roles, the default pipeline. Safe to repeat; keeps what people changed. */
export async function seedBase(trx: Knex.Transaction): Promise<void> {
  let tenant = await trx<{ id: string }>('crm_core.crm_tenants').first('id');
  if (tenant === undefined) [tenant] = await trx('crm_core.crm_tenants').insert({ name: 'Demo Company' }).returning<{ id: string }[]>('id');
  for (const flag of featureFlags) {
    await trx('crm_core.crm_feature_flags')
      .insert({ tenant_id: tenant?.id, ...flag })
      .onConflict(trx.raw('(tenant_id, key) WHERE deleted_at IS NULL'))
      .ignore();
  }
  for (const role of roleMatrix) {
    await trx('crm_core.crm_roles')
      .insert({ key: role.key, name: role.name, name_ar: role.nameAr, permissions: JSON.stringify(role.permissions), fields: JSON.stringify(role.fields) })
      .onConflict(trx.raw('(key) WHERE deleted_at IS NULL'))
      .ignore();
  }
  const pipeline = await trx<{ id: string }>('crm_core.crm_pipelines').whereNull('deleted_at').first('id');
  if (pipeline === undefined) {
    const [made] = await trx('crm_core.crm_pipelines').insert({ name: 'Sales', name_ar: 'المبيعات', is_default: true }).returning<{ id: string }[]>('id');
    await trx('crm_core.crm_stages').insert(stages.map(([name, nameAr, probability, kind, category], index) => ({
      pipeline_id: made?.id, name, name_ar: nameAr, position: index + 1, kind, probability, forecast_category: category,
    })));
  }
}

/** The demo logins, all with one password (argon2id). Only for the demo profile. */
export async function seedDemoUsers(trx: Knex.Transaction, password: string): Promise<void> {
  const passwordHash = await hash(password);
  for (const user of demoUsers) {
    let row = await trx<{ id: string; email: string }>('crm_core.crm_users').where({ email: user.email }).whereNull('deleted_at').first('id');
    if (row === undefined) {
      [row] = await trx('crm_core.crm_users')
        .insert({ email: user.email, name: user.name, name_ar: user.nameAr, job_title: user.title })
        .returning<{ id: string }[]>('id');
    }
    const role = await trx<{ id: string; key: string }>('crm_core.crm_roles').where({ key: user.role }).whereNull('deleted_at').first('id');
    if (row === undefined || role === undefined) throw new Error('The base data is missing; run the migrations again');
    await trx('crm_core.crm_user_roles').insert({ user_id: row.id, role_id: role.id }).onConflict(trx.raw('(user_id, role_id) WHERE deleted_at IS NULL')).ignore();
    await trx('crm_core.crm_credentials').insert({ user_id: row.id, password_hash: passwordHash }).onConflict('user_id').merge(['password_hash']);
  }
}
