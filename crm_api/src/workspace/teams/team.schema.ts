import { externalFields, field } from '../../kernel/crud/fields.js';
import { defineResource } from '../../kernel/crud/resource.js';
import { TeamModel } from './team.model.js';

/** Teams of users. */
export const teamResource = defineResource({
  name: 'teams', singular: 'team', feature: null, model: TeamModel,
  fields: {
    name: field.text('The name.', { required: true, sort: true }),
    name_ar: field.text('The name in Arabic.'),
    region: field.text('The sales region.', { max: 100 }),
    manager_id: field.uuid('The user who leads it and sees all of its records.'),
    ...externalFields,
  },
  references: { manager: { column: 'manager_id', table: 'crm_core.crm_users', label: 'r.name', resource: 'users' } },
  search: 'crm_core.crm_fold(t.name) LIKE $q',
  defaultSort: 'name',
  ownership: null,
});
