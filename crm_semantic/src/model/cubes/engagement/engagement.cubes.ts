import type { Cube } from '../../model.types.js';
import { calendarDate, converted, liveRows, ofRealAccount, rateJoin } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, currencyMeasure, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

/** What people did for or with customers. */
export const activities: Cube = {
  name: 'crm_activities',
  unit: 'engagement',
  description: 'Activities as they are now, without deleted records.',
  sql: liveRows('crm_activities', 'id, kind, direction, subject, status, outcome, occurred_at, due_at, duration_minutes, owner_id, account_id, created_at', ofRealAccount()),
  joins: { ...ownerJoin, ...accountJoin },
  measures: {
    count: {
      title: 'Activities', titleAr: 'الأنشطة', description: 'All activities: calls, emails, meetings, tasks, notes and messages.', descriptionAr: 'كل الأنشطة: المكالمات والرسائل والاجتماعات والمهام والملاحظات.',
      type: 'count', unit: 'count', kpi: 'activities', formula: 'number of activities', formulaAr: 'عدد الأنشطة', additive: true,
    },
    done_count: {
      title: 'Done', titleAr: 'المنجزة', description: 'Activities that took place.', descriptionAr: 'الأنشطة المنجزة.', type: 'count', where: `{CUBE}.status = 'done'`, unit: 'count',
      formula: 'number of activities with status done', formulaAr: 'عدد الأنشطة التي حالتها منجزة', additive: true,
    },
    overdue_count: {
      title: 'Overdue', titleAr: 'المتأخرة', description: 'Planned activities whose due day has passed (UTC).', descriptionAr: 'الأنشطة المخطط لها التي فات موعدها.',
      type: 'count', where: `{CUBE}.status = 'planned' AND {CUBE}.due_at < toStartOfDay(now('UTC'))`, unit: 'count', formula: 'planned activities due before today', formulaAr: 'عدد الأنشطة المخطط لها المستحقة قبل اليوم', additive: true,
    },
    duration: {
      title: 'Time spent', titleAr: 'الوقت المستغرق', description: 'Minutes spent on activities that took place.', descriptionAr: 'الدقائق المستغرقة في الأنشطة المنجزة.',
      type: 'number', sql: `sumIf(ifNull({CUBE}.duration_minutes, 0), {CUBE}.status = 'done')`, unit: 'minutes', formula: 'Σ minutes of activities done', formulaAr: 'Σ دقائق الأنشطة المنجزة', additive: true,
    },
  },
  dimensions: {
    ...rowKey('activity', 'النشاط'),
    kind: column('Kind', 'النوع', 'call, email, meeting, task, note or message.', 'نوع النشاط.', '{CUBE}.kind'),
    direction: column('Direction', 'الاتجاه', 'inbound or outbound.', 'وارد أو صادر.', '{CUBE}.direction'),
    status: column('Status', 'الحالة', 'planned, done or cancelled.', 'مخطط أو منجز أو ملغى.', '{CUBE}.status'),
    outcome: column('Outcome', 'النتيجة', 'What came of it.', 'نتيجة النشاط.', '{CUBE}.outcome'),
    subject: column('Subject', 'الموضوع', 'Subject of the activity.', 'موضوع النشاط.', '{CUBE}.subject'),
    ...ownership('{crm_account.region}'),
    ...account,
    occurred_at: column('Time', 'الوقت', 'When it took place or is planned.', 'وقت حدوث النشاط أو موعده.', '{CUBE}.occurred_at', 'time'),
    ...createdAt,
  },
  drill: ['id', 'subject', 'account', 'owner'],
};

const money = (column: string): string => converted(`{CUBE}.${column}`, '{CUBE}.currency');

/** Campaigns; spending and touches are added up by campaign before they join, so that nothing fans out. */
export const campaigns: Cube = {
  name: 'crm_campaigns',
  unit: 'engagement',
  description: 'Campaigns as they are now with their spending, touches, leads and won deals.',
  sql: `SELECT c.*, toDate32(today()) AS rate_day, ifNull(t.touches, 0) AS touches, ifNull(t.people, 0) AS people, ifNull(l.leads, 0) AS leads, ifNull(d.won, 0) AS won_deals
    FROM (${liveRows('crm_campaigns')}) AS c
    LEFT JOIN (SELECT campaign_id, count() AS touches, uniqExact(coalesce(contact_id, lead_id)) AS people FROM crm_raw.crm_touches FINAL WHERE deleted_at IS NULL AND campaign_id IS NOT NULL GROUP BY campaign_id) AS t
      ON c.id = t.campaign_id
    LEFT JOIN (SELECT campaign_id, count() AS leads FROM crm_raw.crm_leads FINAL WHERE deleted_at IS NULL AND NOT is_test AND campaign_id IS NOT NULL GROUP BY campaign_id) AS l ON c.id = l.campaign_id
    LEFT JOIN (SELECT campaign_id, countIf(status = 'won') AS won FROM crm_raw.crm_deals FINAL WHERE deleted_at IS NULL AND NOT is_test AND ${ofRealAccount()} AND campaign_id IS NOT NULL GROUP BY campaign_id) AS d ON c.id = d.campaign_id`,
  joins: { ...ownerJoin, crm_rates: rateJoin() },
  lineage: { touches: [], people: [], leads: ['leads.campaign_id'], won_deals: ['deals.campaign_id', 'deals.status'] },
  measures: {
    count: {
      title: 'Campaigns', titleAr: 'الحملات', description: 'All campaigns.', descriptionAr: 'كل الحملات.', type: 'count', unit: 'count', kpi: 'campaigns', formula: 'number of campaigns', formulaAr: 'عدد الحملات', additive: true,
    },
    active_count: {
      title: 'Active campaigns', titleAr: 'الحملات النشطة', description: 'Campaigns with status active.', descriptionAr: 'الحملات النشطة حاليًا.',
      type: 'count', where: `{CUBE}.status = 'active'`, unit: 'count', formula: 'number of campaigns with status active', formulaAr: 'عدد الحملات التي حالتها نشطة', additive: true,
    },
    budget: {
      title: 'Budget', titleAr: 'الميزانية', description: "Sum of the budgets, at today's exchange rates.", descriptionAr: 'مجموع الميزانيات بأسعار صرف اليوم.',
      type: 'number', sql: 'sum(ifNull({budget_amount}, 0))', format: 'currency', unit: 'money', formula: 'Σ budget', formulaAr: 'Σ الميزانية', additive: true,
    },
    touch_count: {
      title: 'Touches', titleAr: 'نقاط التواصل', description: 'Recorded contacts of people with the campaigns.', descriptionAr: 'نقاط تواصل الأشخاص مع الحملات.',
      type: 'number', sql: 'sum({CUBE}.touches)', unit: 'count', formula: 'number of touches', formulaAr: 'عدد نقاط التواصل', additive: true,
    },
    lead_count: {
      title: 'Leads', titleAr: 'العملاء المحتملون', description: 'Leads credited to the campaigns.', descriptionAr: 'العملاء المحتملون المنسوبون إلى الحملات.',
      type: 'number', sql: 'sum({CUBE}.leads)', unit: 'count', formula: 'number of leads of the campaigns', formulaAr: 'عدد العملاء المحتملين المنسوبين إلى الحملات', additive: true,
    },
    won_count: {
      title: 'Won deals', titleAr: 'الصفقات الرابحة', description: 'Won deals credited to the campaigns.', descriptionAr: 'الصفقات الرابحة المنسوبة إلى الحملات.',
      type: 'number', sql: 'sum({CUBE}.won_deals)', unit: 'count', formula: 'number of won deals of the campaigns', formulaAr: 'عدد الصفقات الرابحة المنسوبة إلى الحملات', additive: true,
    },
    ...currencyMeasure,
  },
  dimensions: {
    ...rowKey('campaign', 'الحملة'),
    budget_amount: {
      title: 'Budget amount', titleAr: 'مبلغ الميزانية', description: 'Budget in the reporting currency, for the measures.', descriptionAr: 'الميزانية بعملة التقارير.', type: 'number', sql: money('budget'), internal: true,
    },
    name: column('Campaign', 'الحملة', 'Name of the campaign.', 'اسم الحملة.', '{CUBE}.name'),
    name_ar: column('Campaign (Arabic)', 'الحملة (عربي)', 'Name in Arabic, else in its own script.', 'الاسم بالعربية وإلا كما هو.', 'coalesce({CUBE}.name_ar, {CUBE}.name)'),
    channel: column('Channel', 'القناة', 'Channel of the campaign.', 'قناة الحملة.', '{CUBE}.channel'),
    status: column('Status', 'الحالة', 'planned, active, paused, completed or cancelled.', 'حالة الحملة.', '{CUBE}.status'),
    ...ownership(),
    starts_on: column('Start', 'البدء', 'First day of the campaign.', 'أول يوم في الحملة.', calendarDate('{CUBE}.starts_on'), 'time'),
    ...createdAt,
  },
  drill: ['id', 'name', 'channel', 'owner'],
};
