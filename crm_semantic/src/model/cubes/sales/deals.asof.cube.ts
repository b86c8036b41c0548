import { asOfExpression } from 'crm_warehouse';
import type { Cube, Dimension, Measure } from '../../model.types.js';
import { askedInstant, converted, ofRealAccount, rateJoin } from '../../sql.parts.js';
import { accountJoin, column, currencyMeasure, ownerJoin } from '../shared/common.members.js';
import { dealsAt } from './deal.states.sql.js';
import { deals } from './deals.cube.js';

const asOf = askedInstant('as_of', 'now64()');

/** A measure of the deals as they are now, over the deals as they were: the same definition; the KPI itself stays that of now. */
function then(name: string, change: Partial<Measure> = {}): Record<string, Measure> {
  const measure = deals.measures[name];
  if (!measure) throw new Error(`crm_deals measures no ${name}`);
  const { kpi: _kpi, ...rest } = measure;
  return { [name]: { ...rest, ...change } };
}

/** The properties of the deals as they are now that a deal as it was has as well. */
function same(...names: readonly string[]): Record<string, Dimension> {
  return Object.fromEntries(names.map((name) => {
    const dimension = deals.dimensions[name];
    if (!dimension) throw new Error(`crm_deals has no ${name}`);
    return [name, dimension];
  }));
}

/** Deals as they were at an instant, in the stages of that day with their probabilities then. */
export const dealsAsOf: Cube = {
  name: 'crm_deals_asof',
  unit: 'sales',
  description: 'Deals as they were at an instant, without those that were deleted or for testing then.',
  sql: `SELECT v.*, stage, stage_ar, stage_position, stage_probability, stage_category, pipeline, ${asOf} AS asked_as_of,
      least(if(v.status = 'open', toDate32(${asOf}), least(toDate32(ifNull(v.closed_at, ${asOf})), toDate32(${asOf}))), toDate32(today())) AS rate_day
    FROM (${dealsAt(asOf, `deleted_at IS NULL AND NOT is_test AND ${ofRealAccount()}`)}) AS v
    LEFT JOIN (SELECT id AS stage_key, name AS stage, coalesce(name_ar, name) AS stage_ar, position AS stage_position, probability AS stage_probability, forecast_category AS stage_category
      FROM ${asOfExpression('crm_stages', asOf)} AS stages_then) AS s ON v.stage_id = s.stage_key
    LEFT JOIN (SELECT id AS pipeline_key, name AS pipeline FROM crm_raw.crm_pipelines FINAL) AS p ON v.pipeline_id = p.pipeline_key`,
  joins: { ...ownerJoin, ...accountJoin, crm_product: '{CUBE}.product_id = {crm_product}.id', crm_campaign: '{CUBE}.campaign_id = {crm_campaign}.id', crm_deal_score_asof: '{CUBE}.id = {crm_deal_score_asof}.id', crm_rates: rateJoin() },
  lineage: {
    asked_as_of: [], stage: ['deals.stage_id'], stage_ar: ['deals.stage_id'], stage_position: ['deals.stage_id'], stage_probability: ['deals.stage_id'], stage_category: ['deals.stage_id'], pipeline: ['deals.pipeline_id'],
  },
  measures: {
    ...then('count'), ...then('open_count'), ...then('won_count'), ...then('lost_count'),
    ...then('open_amount', { description: "Sum of the amounts of the deals that were open then, at that day's exchange rates.", descriptionAr: 'مجموع مبالغ الصفقات المفتوحة حينها بأسعار صرف ذلك اليوم.' }),
    ...then('weighted_amount', {
      description: 'Sum of amount times stage probability over the deals that were open then, with the probabilities of that day.', descriptionAr: 'مجموع المبلغ مضروبًا في احتمال المرحلة حينها للصفقات التي كانت مفتوحة.',
      sql: `sumIf(ifNull({amount} * ifNull({CUBE}.stage_probability, 0), 0), {CUBE}.status = 'open')`,
    }),
    ...then('model_weighted_amount', {
      description: 'Sum of amount times the win probability of the model over the deals that were open then and had a score, with the scores in force then; where the history of the scores does not reach back, there are none.',
      descriptionAr: 'مجموع المبلغ مضروبًا في احتمال الفوز وفق النموذج كما كان حينها للصفقات المفتوحة التي كان لها تقييم، ولا تقييم قبل بداية سجل التقييمات.',
      sql: `sumIf(ifNull({amount} * ifNull({crm_deal_score_asof.probability}, 0), 0), {CUBE}.status = 'open')`,
    }),
    ...then('scored_count', {
      description: 'Deals that were open then and had a win probability of the model in force.', descriptionAr: 'الصفقات المفتوحة حينها التي كان لها احتمال ربح قدّره النموذج.',
      where: `{CUBE}.status = 'open' AND {crm_deal_score_asof.id} IS NOT NULL`,
    }),
    ...then('won_amount'), ...then('lost_amount'), ...then('win_rate'), ...then('closed_count'),
    ...currencyMeasure,
  },
  dimensions: {
    ...same('row_id', 'id'),
    as_of: {
      title: 'As of', titleAr: 'كما في', description: 'The instant that the deals are shown at, in UTC; now by default. Of a later one than now is known what is known now.', descriptionAr: 'اللحظة التي تُعرض فيها الصفقات، وهي الآن ما لم تُحدَّد.',
      type: 'time', sql: '{CUBE}.asked_as_of', asked: 'instant',
    },
    amount: {
      title: 'Amount', titleAr: 'المبلغ', description: 'Amount in the reporting currency, for the measures.', descriptionAr: 'المبلغ بعملة التقارير.', type: 'number', sql: converted('{CUBE}.expected_value', '{CUBE}.currency'), internal: true,
    },
    ...same('name', 'status'),
    stage: column('Stage', 'المرحلة', 'The stage the deal was in, as it was called then.', 'المرحلة التي كانت فيها الصفقة باسمها حينها.', '{CUBE}.stage'),
    stage_ar: column('Stage (Arabic)', 'المرحلة (عربي)', "The stage's name in Arabic then, else in its own script.", 'اسم المرحلة حينها بالعربية وإلا كما هو.', '{CUBE}.stage_ar'),
    ...same('stage_id'),
    stage_position: column('Stage order', 'ترتيب المرحلة', 'Place of the stage in its pipeline then.', 'موضع المرحلة في خط المبيعات حينها.', '{CUBE}.stage_position', 'number'),
    pipeline: column('Pipeline', 'خط المبيعات', 'The pipeline the deal ran through, as it is called now.', 'خط المبيعات الذي كانت تمر به الصفقة.', '{CUBE}.pipeline'),
    forecast_category: column('Forecast category', 'فئة التوقع', "The deal's own category then, else that of its stage.", 'فئة الصفقة حينها وإلا ففئة مرحلتها.', 'coalesce({CUBE}.forecast_category, {CUBE}.stage_category)'),
    ...same(
      'owner', 'owner_ar', 'owner_id', 'team', 'team_ar', 'team_id', 'region', 'account', 'account_ar', 'account_id', 'industry', 'product', 'product_ar', 'product_id', 'product_family', 'source', 'campaign', 'lost_reason',
      'created_at', 'closed_at', 'close_date',
    ),
  },
  drill: ['id', 'name', 'account', 'owner', 'stage', 'close_date'],
};
