import type { Cube, Measure } from '../../model.types.js';
import { daysBetween, medianIf, percentileIf, ratio, valueIf } from '../../sql.parts.js';
import { account, accountJoin, column, createdAt, helper, ownerJoin, ownership, rowKey } from '../shared/common.members.js';
import { ticketRows } from './business.hours.js';

const closed = `{CUBE}.status IN ('solved', 'closed')`;
const resolution = `(${daysBetween('{CUBE}.created_at', '{CUBE}.resolved_at')}) * 24`;
const withSla = `${closed} AND {CUBE}.resolution_due_at IS NOT NULL`;
const inside = `ifNull({CUBE}.resolved_at <= {CUBE}.resolution_due_at, 0)`;

/** A time of service in business hours: its median, or the time within which nine in ten were served. */
function served(column: 'first_response' | 'resolution', level: 0.5 | 0.9, title: string, titleAr: string, until: string, untilAr: string, kpi?: string): Measure {
  const [what, whatAr] = level === 0.5 ? ['Median', 'وسيط'] : ['90th percentile of', 'المئين التسعون من'];
  return {
    title, titleAr, description: `${what} business hours from creation to the ${until}, by the opening times of the ticket's service level (Monday to Friday, 9 to 17 UTC without one), of tickets that have come so far.`,
    descriptionAr: `${whatAr} ساعات العمل من الإنشاء إلى ${untilAr} وفق أوقات عمل مستوى خدمة التذكرة (الإثنين إلى الجمعة، 9 إلى 17 بالتوقيت العالمي إن لم يوجد)، للتذاكر التي بلغت ذلك.`, type: 'number',
    sql: percentileIf(level, `{CUBE}.${column}`, 'true'), unit: 'hours', ...(kpi === undefined ? {} : { kpi }), formula: `${level === 0.5 ? 'median' : 'p90'} (${column === 'resolution' ? 'resolved' : 'first responded'} − created), in business hours`,
    formulaAr: `${whatAr} (${column === 'resolution' ? 'الحل' : 'الاستجابة الأولى'} − الإنشاء)، بساعات العمل`,
    parts: `${level === 0.5 ? 'median' : 'p90'}(${column === 'resolution' ? 'business_resolution' : 'business_response'}_hours)`,
  };
}

/** z of a 95 % interval. */
const z = 1.959963984540054;
const answers = '(countIf({CUBE}.nps IS NOT NULL) + 3)';
const promoters = `((countIf({CUBE}.nps >= 9) + 0.75) / ${answers})`;
const detractors = `((countIf({CUBE}.nps <= 6) + 0.75) / ${answers})`;
const spread = `${z} * sqrt((${promoters} + ${detractors} - pow(${promoters} - ${detractors}, 2)) / ${answers})`;

/**
 * An end of the 95 % interval of the NPS: the adjusted Wald interval of Rocks (2016, "Interval estimation for the Net Promoter Score"), which adds three
 * answers, three quarters of them promoters and as many detractors, so that few or unanimous answers do not look certain.
 */
function npsEnd(end: 'low' | 'high', title: string, titleAr: string): Measure {
  const value = `100 * (${promoters} - ${detractors} ${end === 'low' ? '-' : '+'} ${spread})`;
  return {
    title, titleAr, description: `${end === 'low' ? 'Lower' : 'Upper'} end of the 95 % interval of the net promoter score; empty without answers.`, descriptionAr: `الحد ${end === 'low' ? 'الأدنى' : 'الأعلى'} لفترة الثقة 95٪ لصافي نقاط الترويج، فارغ دون إجابات.`, type: 'number',
    sql: `if(countIf({CUBE}.nps IS NOT NULL) = 0, NULL, ${end === 'low' ? `greatest(-100, ${value})` : `least(100, ${value})`})`, unit: 'score', formula: 'adjusted Wald interval of promoters − detractors, 95 %', formulaAr: 'فترة والد المعدّلة لـ(المروّجون − المنتقدون)، بثقة 95٪',
    parts: 'of(nps_net) of(nps_responses)',
  };
}

/** Requests of customers. */
export const tickets: Cube = {
  name: 'crm_tickets',
  unit: 'service',
  description: 'Tickets as they are now, without deleted records.',
  sql: ticketRows,
  joins: { ...ownerJoin, ...accountJoin },
  lineage: { first_response: ['tickets.first_responded_at', 'tickets.sla_policy_id'], resolution: ['tickets.resolved_at', 'tickets.sla_policy_id'] },
  measures: {
    count: {
      title: 'Tickets', titleAr: 'التذاكر', description: 'All tickets.', descriptionAr: 'كل التذاكر.', type: 'count', unit: 'count', kpi: 'tickets', formula: 'number of tickets', formulaAr: 'عدد التذاكر', additive: true,
    },
    open_count: {
      title: 'Open tickets', titleAr: 'التذاكر المفتوحة', description: 'Tickets that are new, open or pending.', descriptionAr: 'التذاكر الجديدة أو المفتوحة أو المعلقة.',
      type: 'count', where: `{CUBE}.status IN ('new', 'open', 'pending')`, unit: 'count', kpi: 'open_tickets', formula: 'number of tickets not solved', formulaAr: 'عدد التذاكر التي لم تُحل', additive: true,
    },
    closed_count: {
      title: 'Solved tickets', titleAr: 'التذاكر المحلولة', description: 'Tickets that are solved or closed.', descriptionAr: 'التذاكر المحلولة أو المغلقة.',
      type: 'count', where: closed, unit: 'count', formula: 'number of tickets solved or closed', formulaAr: 'عدد التذاكر المحلولة أو المغلقة', additive: true,
    },
    resolution_hours: {
      title: 'Resolution time', titleAr: 'زمن الحل', description: 'Median hours from creation to resolution, by the clock.', descriptionAr: 'وسيط الساعات من الإنشاء إلى الحل.',
      type: 'number', sql: medianIf(resolution, '{CUBE}.resolved_at IS NOT NULL'), unit: 'hours', formula: 'median (resolved − created), in hours by the clock', formulaAr: 'وسيط (الحل − الإنشاء)، بالساعات الفعلية', parts: 'median(hours_to_resolution)',
    },
    first_response_time: served('first_response', 0.5, 'First response time', 'زمن الاستجابة الأولى', 'first response', 'أول استجابة', 'first_response_time'),
    first_response_p90: served('first_response', 0.9, 'First response time, 90 %', 'زمن الاستجابة الأولى، 90٪', 'first response', 'أول استجابة'),
    resolution_time: served('resolution', 0.5, 'Resolution time in business hours', 'زمن الحل بساعات العمل', 'resolution', 'الحل', 'resolution_time'),
    resolution_p90: served('resolution', 0.9, 'Resolution time in business hours, 90 %', 'زمن الحل بساعات العمل، 90٪', 'resolution', 'الحل'),
    sla_attainment: {
      title: 'SLA attainment', titleAr: 'الالتزام بمستوى الخدمة', description: 'Tickets resolved in time divided by solved tickets that have a due time, a ratio from 0 to 1.',
      descriptionAr: 'التذاكر المحلولة في موعدها مقسومة على المحلولة التي لها موعد، نسبة بين 0 و1.', type: 'number',
      sql: ratio(`countIf(${withSla} AND ${inside})`, `countIf(${withSla})`), format: 'percent', unit: 'ratio',
      kpi: 'sla_attainment', formula: 'tickets inside SLA ÷ tickets solved with an SLA', formulaAr: 'التذاكر المحلولة في موعدها ÷ التذاكر المحلولة التي لها موعد', parts: 'in_sla_count / sla_count',
    },
    csat: {
      title: 'Customer satisfaction', titleAr: 'رضا العملاء', description: 'Ratings of 4 and 5 divided by ratings, a ratio from 0 to 1.', descriptionAr: 'التقييمات 4 و5 مقسومة على كل التقييمات.',
      type: 'number', sql: ratio('countIf({CUBE}.csat >= 4)', 'countIf({CUBE}.csat IS NOT NULL)'), format: 'percent', unit: 'ratio', kpi: 'csat', formula: 'ratings 4–5 ÷ ratings', formulaAr: 'التقييمات 4 و5 ÷ كل التقييمات', parts: 'csat_good_count / csat_responses',
    },
    csat_responses: {
      title: 'Satisfaction ratings', titleAr: 'عدد التقييمات', description: 'Tickets that were rated.', descriptionAr: 'التذاكر التي قُيّمت.',
      type: 'count', where: '{CUBE}.csat IS NOT NULL', unit: 'count', formula: 'number of ratings', formulaAr: 'عدد التقييمات', additive: true,
    },
    nps: {
      title: 'Net promoter score', titleAr: 'صافي نقاط الترويج', description: 'Share of 9–10 minus share of 0–6, from −100 to 100.', descriptionAr: 'نسبة 9–10 ناقص نسبة 0–6، بين −100 و100.',
      type: 'number', sql: `100 * (${ratio('(toInt64(countIf({CUBE}.nps >= 9)) - toInt64(countIf({CUBE}.nps <= 6)))', 'countIf({CUBE}.nps IS NOT NULL)')})`, unit: 'score',
      kpi: 'nps', formula: '% 9–10 − % 0–6', formulaAr: 'نسبة الإجابات 9–10 − نسبة الإجابات 0–6', parts: '100 * nps_net / nps_responses',
    },
    nps_low: npsEnd('low', 'NPS, lower end', 'صافي الترويج، الحد الأدنى'),
    nps_high: npsEnd('high', 'NPS, upper end', 'صافي الترويج، الحد الأعلى'),
    nps_responses: {
      title: 'NPS answers', titleAr: 'عدد إجابات صافي الترويج', description: 'Tickets with an NPS answer.', descriptionAr: 'التذاكر التي لها إجابة.',
      type: 'count', where: '{CUBE}.nps IS NOT NULL', unit: 'count', formula: 'number of NPS answers', formulaAr: 'عدد إجابات صافي الترويج', additive: true,
    },
    hours_to_resolution: helper('Hours to resolution', 'ساعات الحل', { type: 'number', sql: valueIf(resolution, '{CUBE}.resolved_at IS NOT NULL'), unit: 'hours', formula: 'resolved − created of a ticket', formulaAr: '(الحل − الإنشاء) للتذكرة' }),
    business_response_hours: helper('Business hours to first response', 'ساعات العمل حتى الاستجابة الأولى', { type: 'number', sql: valueIf('{CUBE}.first_response', 'true'), unit: 'hours', formula: 'first responded − created of a ticket, in business hours', formulaAr: '(الاستجابة الأولى − الإنشاء) للتذكرة، بساعات العمل' }),
    business_resolution_hours: helper('Business hours to resolution', 'ساعات العمل حتى الحل', { type: 'number', sql: valueIf('{CUBE}.resolution', 'true'), unit: 'hours', formula: 'resolved − created of a ticket, in business hours', formulaAr: '(الحل − الإنشاء) للتذكرة، بساعات العمل' }),
    in_sla_count: helper('Solved inside SLA', 'المحلولة في موعدها', { type: 'count', where: `${withSla} AND ${inside}`, unit: 'count', formula: 'tickets inside SLA', formulaAr: 'عدد التذاكر المحلولة في موعدها', additive: true }),
    sla_count: helper('Solved with an SLA', 'المحلولة التي لها موعد', { type: 'count', where: withSla, unit: 'count', formula: 'tickets solved with an SLA', formulaAr: 'عدد التذاكر المحلولة التي لها موعد', additive: true }),
    csat_good_count: helper('Ratings of 4 and 5', 'التقييمات 4 و5', { type: 'count', where: '{CUBE}.csat >= 4', unit: 'count', formula: 'number of ratings 4–5', formulaAr: 'عدد التقييمات 4 و5', additive: true }),
    nps_net: helper('Promoters less detractors', 'المروّجون ناقص المنتقدين', { type: 'number', sql: 'toInt64(countIf({CUBE}.nps >= 9)) - toInt64(countIf({CUBE}.nps <= 6))', unit: 'count', formula: 'answers 9–10 − answers 0–6', formulaAr: 'عدد الإجابات 9–10 − عدد الإجابات 0–6', additive: true }),
  },
  dimensions: {
    ...rowKey('ticket', 'التذكرة'),
    number: column('Number', 'الرقم', 'Number of the ticket.', 'رقم التذكرة.', '{CUBE}.number'),
    subject: column('Subject', 'الموضوع', 'Subject of the ticket.', 'موضوع التذكرة.', '{CUBE}.subject'),
    status: column('Status', 'الحالة', 'new, open, pending, solved or closed.', 'حالة التذكرة.', '{CUBE}.status'),
    priority: column('Priority', 'الأولوية', 'low, normal, high or urgent.', 'أولوية التذكرة.', '{CUBE}.priority'),
    category: column('Category', 'الفئة', 'Category of the request.', 'فئة الطلب.', '{CUBE}.category'),
    sla: column('Service level', 'مستوى الخدمة', 'met (solved in time), breached (solved late, or open after its due time), running (open, not due yet) or none (without a due time).', 'met للمحلولة في موعدها، وbreached للمحلولة بعده أو المفتوحة بعد فواته، وrunning للمفتوحة التي لم يحن موعدها، وnone لما لا موعد له.', `multiIf({CUBE}.resolution_due_at IS NULL, 'none', ${closed} AND ${inside}, 'met', NOT (${closed}) AND now64() <= {CUBE}.resolution_due_at, 'running', 'breached')`),
    channel: column('Channel', 'القناة', 'How it came in.', 'قناة ورود التذكرة.', '{CUBE}.channel'),
    ...ownership('{crm_account.region}'),
    ...account,
    ...createdAt,
    resolved_at: column('Resolved', 'وقت الحل', 'When it was resolved.', 'وقت حل التذكرة.', '{CUBE}.resolved_at', 'time'),
  },
  drill: ['id', 'number', 'subject', 'account', 'owner'],
};
