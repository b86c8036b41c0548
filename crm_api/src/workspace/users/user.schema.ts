import Joi from 'joi';
import { externalFields, field } from '../../kernel/crud/fields.js';
import { defineResource } from '../../kernel/crud/resource.js';
import { UserModel } from './user.model.js';

/** The people who work with the product. */
export const userResource = defineResource({
  name: 'users', singular: 'user', feature: null, model: UserModel,
  fields: {
    name: field.text('The whole name.', { required: true, sort: true }),
    name_ar: field.text('The whole name in Arabic.'),
    email: field.email('The login; unique, case not counting.', { sort: true }),
    team_id: field.uuid('The team.'),
    manager_id: field.uuid('The user to report to.'),
    region: field.text('The sales region, where the team has none.', { max: 100 }),
    job_title: field.text('The position.', { max: 150 }),
    phone: field.phone('E.164.'),
    locale: field.choice(['en', 'ar'], 'The language of the interface.', { nullable: false }),
    time_zone: field.text('IANA name.', { max: 64, nullable: false }),
    is_active: field.boolean('May sign in.'),
    hired_on: field.date('The first day of work.', { sort: true }),
    ...externalFields,
  },
  references: {
    team: { column: 'team_id', table: 'crm_core.crm_teams', label: 'r.name', resource: 'teams' },
    manager: { column: 'manager_id', table: 'crm_core.crm_users', label: 'r.name', resource: 'users' },
  },
  computed: {
    roles: {
      sql: `(SELECT coalesce(json_agg(r.key ORDER BY r.key), '[]') FROM crm_core.crm_user_roles ur JOIN crm_core.crm_roles r ON r.id = ur.role_id AND r.deleted_at IS NULL
        WHERE ur.user_id = t.id AND ur.deleted_at IS NULL)`,
      schema: Joi.array().items(Joi.string()).description('The keys of the roles.'),
    },
  },
  search: 'crm_core.crm_fold(t.name) LIKE $q OR lower(t.email::text) LIKE $q',
  searched: { name: 'crm_core.crm_fold(t.name) LIKE $q', email: 'lower(t.email::text) LIKE $q' },
  defaultSort: 'name',
  sensitive: true,
  ownership: null,
});
