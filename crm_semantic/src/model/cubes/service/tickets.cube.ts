import type { Cube } from '../../model.types.js';
import { daysBetween, liveRows, medianIf, ofRealAccount, ratio, valueIf } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, helper, ownerJoin, ownership, rowKey } from '../shared/common.members.js';

const closed = `{CUBE}.status IN ('solved', 'closed')`;
const resolution = `(${daysBetween('{CUBE}.created_at', '{CUBE}.resolved_at')}) * 24`;
const withSla = `${closed} AND {CUBE}.resolution_due_at IS NOT NULL`;
const inside = `ifNull({CUBE}.resolved_at <= {CUBE}.resolution_due_at, 0)`;

/** Requests of customers. */
export const tickets: Cube = {
  name: 'crm_tickets',
  unit: 'service',
  description: 'Tickets as they are now, without deleted records.',
  sql: liveRows('crm_tickets', 'id, number, subject, status, priority, category, channel, account_id, owner_id, resolution_due_at, first_responded_at, resolved_at, closed_at, csat, nps, created_at', ofRealAccount()),
  joins: { ...ownerJoin, ...accountJoin },
  measures: {
    count: {
      title: 'Tickets', titleAr: 'التذاكر', description: 'All tickets.', descriptionAr: 'كل التذاكر.', type: 'count', unit: 'count', kpi: 'tickets', formula: 'number of tickets', additive: true,
    },
    open_count: {
      title: 'Open tickets', titleAr: 'التذاكر المفتوحة', description: 'Tickets that are new, open or pending.', descriptionAr: 'التذاكر الجديدة أو المفتوحة أو المعلقة.',
      type: 'count', where: `{CUBE}.status IN ('new', 'open', 'pending')`, unit: 'count', kpi: 'open_tickets', formula: 'number of tickets not solved', additive: true,
    },
    closed_count: {
      title: 'Solved tickets', titleAr: 'التذاكر المحلولة', description: 'Tickets that are solved or closed.', descriptionAr: 'التذاكر المحلولة أو المغلقة.',
      type: 'count', where: closed, unit: 'count', formula: 'number of tickets solved or closed', additive: true,
    },
    resolution_hours: {
      title: 'Resolution time', titleAr: 'زمن الحل', description: 'Median hours from creation to resolution, by the clock.', descriptionAr: 'وسيط الساعات من الإنشاء إلى الحل.',
      type: 'number', sql: medianIf(resolution, '{CUBE}.resolved_at IS NOT NULL'), unit: 'hours', formula: 'median (resolved − created), in hours by the clock', parts: 'median(hours_to_resolution)',
    },
    sla_attainment: {
      title: 'SLA attainment', titleAr: 'الالتزام بمستوى الخدمة', description: 'Tickets resolved in time divided by solved tickets that have a due time, a ratio from 0 to 1.',
      descriptionAr: 'التذاكر المحلولة في موعدها مقسومة على المحلولة التي لها موعد، نسبة بين 0 و1.', type: 'number',
      sql: ratio(`countIf(${withSla} AND ${inside})`, `countIf(${withSla})`), format: 'percent', unit: 'ratio',
      kpi: 'sla_attainment', formula: 'tickets inside SLA ÷ tickets solved with an SLA', parts: 'in_sla_count / sla_count',
    },
    csat: {
      title: 'Customer satisfaction', titleAr: 'رضا العملاء', description: 'Ratings of 4 and 5 divided by ratings, a ratio from 0 to 1.', descriptionAr: 'التقييمات 4 و5 مقسومة على كل التقييمات.',
      type: 'number', sql: ratio('countIf({CUBE}.csat >= 4)', 'countIf({CUBE}.csat IS NOT NULL)'), format: 'percent', unit: 'ratio', kpi: 'csat', formula: 'ratings 4–5 ÷ ratings', parts: 'csat_good_count / csat_responses',
    },
    csat_responses: {
      title: 'Satisfaction ratings', titleAr: 'عدد التقييمات', description: 'Tickets that were rated.', descriptionAr: 'التذاكر التي قُيّمت.',
      type: 'count', where: '{CUBE}.csat IS NOT NULL', unit: 'count', formula: 'number of ratings', additive: true,
    },
    nps: {
      title: 'Net promoter score', titleAr: 'صافي نقاط الترويج', description: 'Share of 9–10 minus share of 0–6, from −100 to 100.', descriptionAr: 'نسبة 9–10 ناقص نسبة 0–6، بين −100 و100.',
      type: 'number', sql: `100 * (${ratio('(toInt64(countIf({CUBE}.nps >= 9)) - toInt64(countIf({CUBE}.nps <= 6)))', 'countIf({CUBE}.nps IS NOT NULL)')})`, unit: 'score',
      kpi: 'nps', formula: '% 9–10 − % 0–6', parts: '100 * nps_net / nps_responses',
    },
    nps_responses: {
      title: 'NPS answers', titleAr: 'عدد إجابات صافي الترويج', description: 'Tickets with an NPS answer.', descriptionAr: 'التذاكر التي لها إجابة.',
      type: 'count', where: '{CUBE}.nps IS NOT NULL', unit: 'count', formula: 'number of NPS answers', additive: true,
    },
    hours_to_resolution: helper('Hours to resolution', 'ساعات الحل', { type: 'number', sql: valueIf(resolution, '{CUBE}.resolved_at IS NOT NULL'), unit: 'hours', formula: 'resolved − created of a ticket' }),
    in_sla_count: helper('Solved inside SLA', 'المحلولة في موعدها', { type: 'count', where: `${withSla} AND ${inside}`, unit: 'count', formula: 'tickets inside SLA', additive: true }),
    sla_count: helper('Solved with an SLA', 'المحلولة التي لها موعد', { type: 'count', where: withSla, unit: 'count', formula: 'tickets solved with an SLA', additive: true }),
    csat_good_count: helper('Ratings of 4 and 5', 'التقييمات 4 و5', { type: 'count', where: '{CUBE}.csat >= 4', unit: 'count', formula: 'number of ratings 4–5', additive: true }),
    nps_net: helper('Promoters less detractors', 'المروّجون ناقص المنتقدين', { type: 'number', sql: 'toInt64(countIf({CUBE}.nps >= 9)) - toInt64(countIf({CUBE}.nps <= 6))', unit: 'count', formula: 'answers 9–10 − answers 0–6', additive: true }),
  },
  dimensions: {
    ...rowKey('ticket', 'التذكرة'),
    number: column('Number', 'الرقم', 'Number of the ticket.', 'رقم التذكرة.', '{CUBE}.number'),
    subject: column('Subject', 'الموضوع', 'Subject of the ticket.', 'موضوع التذكرة.', '{CUBE}.subject'),
    status: column('Status', 'الحالة', 'new, open, pending, solved or closed.', 'حالة التذكرة.', '{CUBE}.status'),
    priority: column('Priority', 'الأولوية', 'low, normal, high or urgent.', 'أولوية التذكرة.', '{CUBE}.priority'),
    category: column('Category', 'الفئة', 'Category of the request.', 'فئة الطلب.', '{CUBE}.category'),
    channel: column('Channel', 'القناة', 'How it came in.', 'قناة ورود التذكرة.', '{CUBE}.channel'),
    ...ownership('{crm_account.region}'),
    ...account,
    ...createdAt,
    resolved_at: column('Resolved', 'وقت الحل', 'When it was resolved.', 'وقت حل التذكرة.', '{CUBE}.resolved_at', 'time'),
  },
  drill: ['id', 'number', 'subject', 'account', 'owner'],
};
