import { externalFields, field } from '../../kernel/crud/fields.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { CampaignModel } from './campaign.model.js';

/** Marketing campaigns. */
export const campaignResource = defineResource({
  name: 'campaigns', singular: 'campaign', feature: 'crm_feature_campaigns', model: CampaignModel,
  fields: {
    name: field.text('The name.', { required: true, sort: true }),
    name_ar: field.text('The name in Arabic.'),
    channel: field.text('The channel, such as email, search or event.', { max: 100, nullable: false }),
    status: field.choice(['planned', 'active', 'paused', 'completed', 'cancelled'], 'Where it stands.', { nullable: false }),
    starts_on: field.date('The first day.', { sort: true }),
    ends_on: field.date('The last day; not before starts_on.', { sort: true }),
    budget: field.money('The budget.', { min: 0, sort: true }),
    currency: field.currency('ISO 4217.', { nullable: false }),
    owner_id: field.uuid('The user who runs it.'),
    utm_campaign: field.text('The UTM name that links point with.'),
    ...externalFields,
  },
  references: { owner: ownerReference },
  search: 'crm_core.crm_fold(t.name) LIKE $q',
  defaultSort: '-created_at',
  ownership: ownerships.campaigns ?? null,
});
