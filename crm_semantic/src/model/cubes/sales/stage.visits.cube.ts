import type { Cube } from '../../model.types.js';
import { daysBetween, kaplanMeierMedian, liveRows, ofRealAccount, valueIf } from '../../sql.parts.js';
import { account, accountJoin, column, helper, opensId, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/**
 * One row per visit of a deal to an open stage. A visit ends when the deal moves on or closes; one that has not ended has lasted until now, and is
 * censored in the median: how long it will last is not known, only that it is longer.
 */
export const stageVisits: Cube = {
  name: 'crm_stage_visits',
  unit: 'sales',
  description: 'Visits of deals to open stages, from the stage history.',
  sql: `SELECT *, ended_at IS NOT NULL AS is_ended, ${daysBetween('entered_at', 'ifNull(ended_at, greatest(now64(), entered_at))')} AS days
    FROM (
      SELECT h.id AS id, h.deal_id AS deal_id, h.entered_at AS entered_at, ifNull(h.left_at, if(d.status != 'open', greatest(d.closed_at, h.entered_at), NULL)) AS ended_at,
        d.name AS name, d.owner_id AS owner_id, d.account_id AS account_id, s.id AS stage_id, s.name AS stage, coalesce(s.name_ar, s.name) AS stage_ar, s.position AS stage_position, p.name AS pipeline
      FROM (${liveRows('crm_deal_stage_history')}) AS h
      INNER JOIN (${liveRows('crm_deals', 'id, name, owner_id, account_id, status, closed_at', `NOT is_test AND ${ofRealAccount()}`)}) AS d ON h.deal_id = d.id
      INNER JOIN (SELECT * FROM crm_raw.crm_stages FINAL WHERE kind = 'open') AS s ON h.to_stage_id = s.id
      LEFT JOIN (SELECT id, name FROM crm_raw.crm_pipelines FINAL) AS p ON s.pipeline_id = p.id
    )`,
  joins: { ...ownerJoin, ...accountJoin },
  lineage: {
    deal_id: [], stage: ['deals.stage_id'], stage_ar: ['deals.stage_id'], stage_position: ['deals.stage_id'], pipeline: ['deals.pipeline_id'], entered_at: ['deals.stage_id'], ended_at: ['deals.stage_id', 'deals.closed_at'],
    is_ended: ['deals.stage_id', 'deals.status'], days: ['deals.stage_id', 'deals.closed_at'],
  },
  measures: {
    count: {
      title: 'Visits', titleAr: 'الزيارات', description: 'Visits of deals to open stages; a deal that comes back to a stage visits it again.', descriptionAr: 'دخول الصفقات إلى المراحل المفتوحة، والعودة إلى المرحلة زيارة أخرى.',
      type: 'count', unit: 'count', formula: 'number of visits', formulaAr: 'عدد الزيارات', additive: true,
    },
    open_count: {
      title: 'Open visits', titleAr: 'الزيارات الجارية', description: 'Visits that have not ended: the deal is still in the stage.', descriptionAr: 'زيارات لم تنته بعد، فالصفقة ما زالت في المرحلة.',
      type: 'count', where: 'NOT {CUBE}.is_ended', unit: 'count', formula: 'number of visits that have not ended', formulaAr: 'عدد الزيارات التي لم تنته بعد', additive: true,
    },
    ended_count: {
      title: 'Ended visits', titleAr: 'الزيارات المنتهية', description: 'Visits that ended: the deal moved on, went back or closed.', descriptionAr: 'زيارات انتهت بانتقال الصفقة أو إغلاقها.',
      type: 'count', where: '{CUBE}.is_ended', unit: 'count', formula: 'number of visits that ended', formulaAr: 'عدد الزيارات المنتهية', additive: true,
    },
    median_days: {
      title: 'Median days in stage', titleAr: 'وسيط الأيام في المرحلة',
      description: 'Days after which half of the visits have ended, by the Kaplan–Meier estimate: open visits count as having lasted at least until now, so that slow deals are not left out. Empty while fewer than half have ended.',
      descriptionAr: 'الأيام التي تنتهي خلالها نصف الزيارات وفق تقدير كابلان–ماير، مع احتساب الزيارات الجارية حتى الآن، ويبقى فارغًا ما لم تنته نصفها.',
      type: 'number', sql: kaplanMeierMedian('{CUBE}.days', '{CUBE}.is_ended'), unit: 'days', kpi: 'stage_days', formula: 'smallest t with Π (1 − ended at tᵢ ÷ still there before tᵢ) over tᵢ ≤ t at or below ½', formulaAr: 'أصغر عدد أيام لا يتجاوز عنده ½ حاصلُ الضرب حتى ذلك اليوم Π (1 − الزيارات المنتهية في اليوم ÷ الزيارات الباقية قبله)',
      parts: 'each(days_in_stage) of(ended_count)',
    },
    days_in_stage: helper('Days in stage', 'الأيام في المرحلة', { type: 'number', sql: valueIf('{CUBE}.days', 'true'), unit: 'days', formula: 'days from entering a stage until the visit ended, or until now', formulaAr: 'الأيام من دخول المرحلة حتى انتهاء الزيارة، أو حتى الآن' }),
  },
  dimensions: {
    ...rowKey('visit', 'الزيارة'),
    ...opensId('deal', 'الصفقة', 'toString({CUBE}.deal_id)'),
    deal_id: column('Deal id', 'معرّف الصفقة', 'Identifier of the deal, to open it.', 'معرّف الصفقة لفتحها.', 'toString({CUBE}.deal_id)'),
    name: column('Deal', 'الصفقة', 'Name of the deal.', 'اسم الصفقة.', '{CUBE}.name'),
    stage: column('Stage', 'المرحلة', 'The stage visited.', 'المرحلة التي دخلتها الصفقة.', '{CUBE}.stage'),
    stage_ar: column('Stage (Arabic)', 'المرحلة (عربي)', "The stage's name in Arabic, else in its own script.", 'اسم المرحلة بالعربية وإلا كما هو.', '{CUBE}.stage_ar'),
    stage_id: column('Stage id', 'معرّف المرحلة', 'Identifier of the stage.', 'معرّف المرحلة.', 'toString({CUBE}.stage_id)'),
    stage_position: column('Stage order', 'ترتيب المرحلة', 'Place of the stage in its pipeline.', 'موضع المرحلة في خط المبيعات.', '{CUBE}.stage_position', 'number'),
    pipeline: column('Pipeline', 'خط المبيعات', 'The pipeline of the stage.', 'خط مبيعات المرحلة.', '{CUBE}.pipeline'),
    state: column('State', 'الوضع', 'open while the visit lasts, else ended.', 'جارية أو منتهية.', `if({CUBE}.is_ended, 'ended', 'open')`),
    ...ownership('{crm_account.region}'),
    ...account,
    entered_at: column('Entered', 'وقت الدخول', 'When the deal entered the stage.', 'وقت دخول الصفقة المرحلة.', '{CUBE}.entered_at', 'time'),
  },
  drill: ['deal_id', 'name', 'stage', 'state', 'owner', 'entered_at'],
  opens: 'deals',
};
