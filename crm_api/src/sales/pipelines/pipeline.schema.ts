import Joi from 'joi';
import { externalFields, field } from '../../kernel/crud/fields.js';
import { defineResource } from '../../kernel/crud/resource.js';
import { PipelineModel } from './pipeline.model.js';

/** A stage as the answer about its pipeline shows it. */
export const stageSchema = Joi.object({
  id: Joi.string().guid().required(), name: Joi.string().required(), name_ar: Joi.string().allow(null).required(), position: Joi.number().integer().required(),
  kind: Joi.string().valid('open', 'won', 'lost').required(), probability: Joi.number().min(0).max(1).required(),
  forecast_category: Joi.string().valid('omitted', 'pipeline', 'best_case', 'commit', 'closed').required(),
}).label('Stage');

/** Ways of selling, each with its stages in order. */
export const pipelineResource = defineResource({
  name: 'pipelines', singular: 'pipeline', feature: 'crm_feature_deals', model: PipelineModel,
  fields: {
    name: field.text('The name.', { required: true, sort: true }),
    name_ar: field.text('The name in Arabic.'),
    is_default: field.boolean('Takes the deals that name no pipeline; there is one at most.'),
    ...externalFields,
  },
  computed: {
    stages: {
      sql: `(SELECT coalesce(json_agg(json_build_object('id', s.id, 'name', s.name, 'name_ar', s.name_ar, 'position', s.position, 'kind', s.kind,
        'probability', s.probability, 'forecast_category', s.forecast_category) ORDER BY s.position), '[]')
        FROM crm_core.crm_stages s WHERE s.pipeline_id = t.id AND s.deleted_at IS NULL)`,
      schema: Joi.array().items(stageSchema),
    },
  },
  search: 'crm_core.crm_fold(t.name) LIKE $q',
  defaultSort: 'created_at',
  ownership: null,
});
