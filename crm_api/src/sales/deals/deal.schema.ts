import type { Resource as PermissionResource } from 'crm_db';
import Joi from 'joi';
import { externalFields, field } from '../../kernel/crud/fields.js';
import { customMember } from '../../kernel/custom/custom.member.js';
import { tagMember } from '../../kernel/lists/tag.member.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { accountNamed, accountReference, defineResource, ownerReference } from '../../kernel/crud/resource.js';
import { DealModel } from './deal.model.js';

/** What the answer about one deal says of its score: the number, its reasons and the state of the model behind it. */
const scoreSchema = Joi.object({
  probability: Joi.number().min(0).max(1).allow(null).required(),
  base_probability: Joi.number().min(0).max(1).allow(null).required(),
  reasons: Joi.array().items(Joi.any()).required(),
  scored_at: Joi.string().allow(null).required(),
  model: Joi.object({
    state: Joi.string().required().description('none, training, insufficient_data, active, retired, rejected or failed.'),
    version: Joi.number().integer().allow(null).required(), trained_at: Joi.string().allow(null).required(), message: Joi.string().allow(null).required(),
  }).required(),
}).label('DealScore');

// The features of the model that a field of the record, or of the account or product behind it, can be told from.
const featureFields: Readonly<Record<string, readonly [PermissionResource, string]>> = {
  amount: ['deals', 'expected_value'], days_to_close_date: ['deals', 'close_date'], source: ['deals', 'source'], owner: ['deals', 'owner_id'], product: ['deals', 'product_id'],
  account_industry: ['accounts', 'industry'], account_region: ['accounts', 'region'], account_size: ['accounts', 'size_tier'], account_employees: ['accounts', 'employee_count'],
  account_is_customer: ['accounts', 'became_customer_at'], product_family: ['products', 'family'],
};

/** The reasons of a score without those that tell a hidden field; what they add up to joins "everything else", so that the sum stays true. */
function withoutReasons(score: unknown, hidden: (resource: PermissionResource, field: string) => boolean): unknown {
  const { reasons, ...rest } = score as { reasons: { feature?: string; contribution?: number }[] };
  const secret = reasons.filter(({ feature = '' }) => Object.hasOwn(featureFields, feature) && hidden(...(featureFields[feature] as [PermissionResource, string])));
  if (secret.length === 0) return score;
  const shown = reasons.filter((one) => !secret.includes(one));
  const sum = [...secret, ...shown.filter(({ feature }) => feature === 'other')].reduce((total, { contribution = 0 }) => total + contribution, 0);
  const other = {
    label_en: 'Everything else together', label_ar: 'جميع العوامل الأخرى معًا', feature: 'other', direction: sum > 0 ? 'up' : 'down', contribution: Math.round(sum * 1e4) / 1e4, value: null,
  };
  return { ...rest, reasons: [...shown.filter(({ feature }) => feature !== 'other'), other] };
}

const winScores = 'crm_feature_win_scores';

/** Sales opportunities. */
export const dealResource = defineResource({
  name: 'deals', singular: 'deal', feature: 'crm_feature_deals', model: DealModel,
  fields: {
    name: field.text('What is being sold to whom.', { required: true, max: 300, sort: true }),
    account_id: field.uuid('The buyer.'),
    primary_contact_id: field.uuid('The person who decides.'),
    owner_id: field.uuid('The user who sells.'),
    pipeline_id: field.uuid('The pipeline; the default one where it is not given.', { nullable: false }),
    stage_id: field.uuid('The stage; the first of the pipeline where it is not given.', { nullable: false }),
    status: field.choice(['open', 'won', 'lost'], 'Follows the stage; sending it alone moves the deal to the first stage of that kind.', { nullable: false }),
    expected_value: field.money('The amount; for a won deal what was sold. Null: not yet known.', { sort: true }),
    currency: field.currency('ISO 4217.', { nullable: false }),
    close_date: field.date('The expected day of closing.', { sort: true }),
    closed_at: field.timestamp('When it was won or lost; now, where a closed stage is reached without it.', { sort: true }),
    lost_reason: field.text('Why it was lost.'),
    source: field.text('Where it came from.', { max: 100 }),
    product_id: field.uuid('The main product.'),
    campaign_id: field.uuid('The campaign it came from.'),
    forecast_category: field.choice(['omitted', 'pipeline', 'best_case', 'commit', 'closed'], 'Overrides the stage\'s category.'),
    next_step: field.text('What happens next.', { max: 1000 }),
    description: field.text('Free text.', { max: 20_000, filter: false }),
    is_test: field.boolean('Left out of all figures.'),
    ...externalFields,
  },
  references: {
    account: accountReference,
    owner: ownerReference,
    primary_contact: { column: 'primary_contact_id', table: 'crm_core.crm_contacts', label: 'r.full_name', resource: 'contacts' },
    product: { column: 'product_id', table: 'crm_core.crm_products', label: 'r.name', resource: 'products' },
    campaign: { column: 'campaign_id', table: 'crm_core.crm_campaigns', label: 'r.name', resource: 'campaigns' },
    pipeline: { column: 'pipeline_id', table: 'crm_core.crm_pipelines', label: 'r.name', resource: 'pipelines' },
    stage: {
      column: 'stage_id', table: 'crm_core.crm_stages', label: 'r.name',
      extra: { position: 'position', kind: 'kind', probability: 'probability' },
    },
  },
  computed: {
    custom: customMember('deals'), tags: tagMember('deals'),
    win_probability: {
      sql: '(SELECT s.probability::float8 FROM crm_core.crm_deal_scores s WHERE s.deal_id = t.id AND s.deleted_at IS NULL)',
      schema: Joi.number().min(0).max(1).description('By the model; null while there is no score.'), feature: winScores,
    },
    score: {
      conceal: withoutReasons,
      detailOnly: true, feature: winScores, schema: scoreSchema,
      sql: `(SELECT json_build_object('probability', s.probability, 'base_probability', s.base_probability, 'reasons', coalesce(s.reasons, '[]'), 'scored_at', s.scored_at,
        'model', json_build_object('state', coalesce(m.state, 'none'), 'version', m.version, 'trained_at', m.trained_at, 'message', m.message))
        FROM (SELECT 1) one LEFT JOIN crm_core.crm_deal_scores s ON s.deal_id = t.id AND s.deleted_at IS NULL
        LEFT JOIN LATERAL (SELECT state, version, trained_at, message FROM crm_core.crm_models mm
          WHERE mm.kind = 'win' AND mm.deleted_at IS NULL AND (s.model_id IS NULL OR mm.id = s.model_id) ORDER BY (mm.state = 'active') DESC, mm.version DESC LIMIT 1) m ON true)`,
    },
  },
  search: `t.id IN (SELECT sd.id FROM crm_core.crm_deals sd WHERE sd.search_text LIKE $q
    UNION ALL SELECT sd.id FROM crm_core.crm_deals sd WHERE sd.account_id IN (${accountNamed}))`,
  searched: { name: 'crm_core.crm_fold(t.name) LIKE $q', external_id: 'crm_core.crm_fold(t.external_id) LIKE $q', account_id: `t.account_id IN (${accountNamed})` },
  defaultSort: '-created_at',
  ownership: ownerships.deals ?? null,
  timeline: { account: 'account_id', label: 'name' },
});
