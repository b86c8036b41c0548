import type { Cube } from '../../model.types.js';
import { daysBetween, medianIf, ofRealAccount, ratio, valueIf } from '../../sql.parts.js';
import { account, accountJoin, column, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

const duration = daysBetween('{CUBE}.reached_at', '{CUBE}.next_at');

/**
 * One row per deal and stage that the deal reached: entered itself or skipped on the way forward. A stage counts once per
 * deal, at its first time, so a regression adds nothing. Entries into a lost stage are not progress.
 */
export const stageFunnel: Cube = {
  name: 'crm_stage_funnel',
  unit: 'sales',
  description: 'Stages that each deal reached, from the stage history.',
  // The entries of a deal meet the stages as one list: joined to each stage by itself, they would be grouped again by deal and stage, at three times the processor time.
  sql: `SELECT concat(toString(h.deal_id), toString(s.id)) AS id, h.deal_id AS deal_id, s.id AS stage_id, s.name AS stage, s.stage_ar AS stage_ar, s.position AS position,
      s.pipeline AS pipeline, d.owner_id AS owner_id, d.account_id AS account_id, arrayMin(x -> x.2, arrayFilter(x -> x.1 >= s.position, h.entries)) AS reached_at,
      arrayMin(arrayMap(x -> x.2, arrayFilter(x -> x.1 > s.position, h.entries))) AS next_at, h.furthest > s.position AS passed
    FROM (
      SELECT hist.deal_id AS deal_id, st.pipeline_id AS pipeline_id, groupArray((st.position, hist.entered_at)) AS entries, max(st.position) AS furthest
      FROM (SELECT deal_id, to_stage_id, entered_at FROM crm_raw.crm_deal_stage_history FINAL WHERE deleted_at IS NULL) AS hist
      INNER JOIN (SELECT id, position, pipeline_id FROM crm_raw.crm_stages FINAL WHERE kind != 'lost') AS st ON hist.to_stage_id = st.id
      GROUP BY deal_id, pipeline_id
    ) AS h
    INNER JOIN (SELECT id, owner_id, account_id FROM crm_raw.crm_deals FINAL WHERE deleted_at IS NULL AND NOT is_test AND ${ofRealAccount()}) AS d ON h.deal_id = d.id
    INNER JOIN (
      SELECT sg.id AS id, sg.name AS name, coalesce(sg.name_ar, sg.name) AS stage_ar, sg.position AS position, sg.pipeline_id AS pipeline_id, p.name AS pipeline
      FROM (SELECT * FROM crm_raw.crm_stages FINAL WHERE kind = 'open') AS sg
      LEFT JOIN (SELECT id, name FROM crm_raw.crm_pipelines FINAL) AS p ON sg.pipeline_id = p.id
    ) AS s ON h.pipeline_id = s.pipeline_id
    WHERE h.furthest >= s.position`,
  kept: true,
  joins: { ...ownerJoin, ...accountJoin },
  lineage: { id: [], deal_id: [], stage: ['deals.stage_id'], stage_ar: ['deals.stage_id'], position: ['deals.stage_id'], pipeline: ['deals.pipeline_id'], reached_at: ['deals.stage_id'], next_at: ['deals.stage_id'], passed: ['deals.stage_id'] },
  measures: {
    count: {
      title: 'Deals that reached the stage', titleAr: 'الصفقات التي بلغت المرحلة', description: 'Deals that entered the stage or skipped it on the way forward, each once.',
      descriptionAr: 'الصفقات التي دخلت المرحلة أو تجاوزتها إلى ما بعدها، كل صفقة مرة واحدة.', type: 'count', unit: 'count', kpi: 'stage_reached', formula: 'number of deals that reached the stage', formulaAr: 'عدد الصفقات التي بلغت المرحلة', additive: true,
    },
    passed_count: {
      title: 'Deals that went on', titleAr: 'الصفقات التي تقدّمت', description: 'Of those, deals that later reached a further stage.', descriptionAr: 'ما بلغ منها مرحلة لاحقة.',
      type: 'count', where: '{CUBE}.passed', unit: 'count', kpi: 'stage_passed', formula: 'of those, deals that reached a further stage', formulaAr: 'عدد ما بلغ منها مرحلة لاحقة', additive: true,
    },
    conversion_rate: {
      title: 'Stage conversion', titleAr: 'معدل التحول بين المراحل',
      description: 'Deals that later reached a further stage divided by deals that first reached the stage in the period, a ratio from 0 to 1. Skipping a stage counts as passing it; a regression counts once.',
      descriptionAr: 'الصفقات التي بلغت مرحلة لاحقة مقسومة على التي بلغت المرحلة أول مرة في الفترة، نسبة بين 0 و1.', type: 'number', sql: ratio('countIf({CUBE}.passed)', 'count()'),
      format: 'percent', unit: 'ratio', kpi: 'stage_conversion', formula: 'deals that went on ÷ deals that reached the stage', formulaAr: 'الصفقات التي تقدّمت ÷ الصفقات التي بلغت المرحلة', parts: 'passed_count / count',
    },
    median_days_to_next: {
      title: 'Days to the next stage', titleAr: 'الأيام حتى المرحلة التالية', description: 'Median days until a further stage, of deals that went on; deals still in the stage are not in it.',
      descriptionAr: 'وسيط الأيام حتى بلوغ مرحلة لاحقة، للصفقات التي تقدّمت فقط.', type: 'number', sql: medianIf(duration, '{CUBE}.passed'), unit: 'days', formula: 'median (next − reached) of deals that went on', formulaAr: 'وسيط (بلوغ المرحلة التالية − بلوغ المرحلة) للصفقات التي تقدّمت', parts: 'median(days_to_next)',
    },
    days_to_next: helper('Days to the next stage', 'الأيام حتى المرحلة التالية', { type: 'number', sql: valueIf(duration, '{CUBE}.passed'), unit: 'days', formula: 'next − reached of a deal that went on', formulaAr: '(بلوغ المرحلة التالية − بلوغ المرحلة) للصفقة التي تقدّمت' }),
  },
  dimensions: {
    ...rowKey('stage reached by a deal', 'المرحلة التي بلغتها الصفقة'),
    ...opensId('deal', 'الصفقة', 'toString({CUBE}.deal_id)'),
    stage: column('Stage', 'المرحلة', 'The stage reached.', 'المرحلة التي بُلغت.', '{CUBE}.stage'),
    stage_ar: column('Stage (Arabic)', 'المرحلة (عربي)', "The stage's name in Arabic, else in its own script.", 'اسم المرحلة بالعربية وإلا كما هو.', '{CUBE}.stage_ar'),
    stage_position: column('Stage order', 'ترتيب المرحلة', 'Place of the stage in its pipeline.', 'موضع المرحلة في خط المبيعات.', '{CUBE}.position', 'number'),
    pipeline: column('Pipeline', 'خط المبيعات', 'The pipeline of the stage.', 'خط مبيعات المرحلة.', '{CUBE}.pipeline'),
    ...ownership('{crm_account.region}'),
    ...account,
    reached_at: column('Reached', 'وقت البلوغ', 'When the deal first reached the stage.', 'وقت بلوغ الصفقة المرحلة أول مرة.', '{CUBE}.reached_at', 'time'),
  },
  drill: ['id', 'stage', 'account', 'owner', 'reached_at'],
  opens: 'deals',
};
