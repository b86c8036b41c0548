import { columns, exact, ratio, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, median, ofRealAccount, ownerColumns, ownerDimensions, quotient } from './ledger.sql.js';

/** Hours between two instants that lie within the opening times of policy `y`, day by day on the clock of its time zone. */
function openBetween(from: string, to: string): string {
  const hours = `coalesce(y.business_hours, '{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00", "time_zone": "UTC"}')`;
  const [start, end] = [from, to].map((at) => `(${at} AT TIME ZONE (${hours}->>'time_zone'))`);
  return `CASE WHEN ${to} IS NOT NULL THEN (
      SELECT coalesce(sum(greatest(0, extract(epoch FROM least(${end}, day + (${hours}->>'to')::interval) - greatest(${start}, day + (${hours}->>'from')::interval)))), 0) / 3600
      FROM generate_series(date_trunc('day', ${start}), date_trunc('day', ${end}), interval '1 day') day WHERE ${hours}->'days' @> to_jsonb(extract(isodow FROM day)::int)) END`;
}
const percentile = (level: number, value: string): string => `percentile_cont(${level}) WITHIN GROUP (ORDER BY (${value})::float8)`;

/** The adjusted Wald interval: three answers are added, three quarters of each of them a promoter and a detractor. */
function npsEnd(sign: '-' | '+', limit: string): string {
  const [n, up, down] = [count('r.nps IS NOT NULL'), count('r.nps IN (9, 10)'), count('r.nps BETWEEN 0 AND 6')];
  return `(SELECT CASE WHEN i.n > 3 THEN ${limit}100 * (i.p - i.d ${sign} 1.959963984540054 * sqrt((i.p + i.d - (i.p - i.d) * (i.p - i.d)) / i.n))) END
    FROM (SELECT (${n} + 3)::float8 AS n, (${up} + 0.75)::float8 / (${n} + 3) AS p, (${down} + 0.75)::float8 / (${n} + 3) AS d) i)`;
}

const solved = `r.status IN ('solved', 'closed')`;

/** Requests of customers. */
export const ticketsProof: ViewProof = {
  view: 'tickets',
  rows: `SELECT t.id::text AS id, t.number, t.subject, t.status, t.priority, t.category, t.channel, t.created_at, t.resolved_at, t.resolution_due_at, t.csat, t.nps, ${openBetween('t.created_at', 't.first_responded_at')} AS first_response, ${openBetween('t.created_at', 't.resolved_at')} AS resolution,
      ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_tickets t LEFT JOIN crm_core.crm_sla_policies y ON y.id = t.sla_policy_id LEFT JOIN people o ON o.id = t.owner_id LEFT JOIN customers a ON a.member_id = t.account_id
    WHERE t.deleted_at IS NULL AND ${ofRealAccount('t.account_id')}`,
  measures: {
    count: exact(count(), 'number of tickets'),
    open_count: exact(count(`NOT (${solved})`), 'tickets not solved'),
    closed_count: exact(count(solved), 'tickets solved or closed'),
    resolution_hours: ratio(median(`extract(epoch FROM (r.resolved_at - r.created_at)) / 3600`, 'r.resolved_at IS NOT NULL'), 'median (resolved − created), in hours by the clock'),
    first_response_time: ratio(percentile(0.5, 'r.first_response'), 'median, in business hours'),
    first_response_p90: ratio(percentile(0.9, 'r.first_response'), 'p90, in business hours'),
    resolution_time: ratio(percentile(0.5, 'r.resolution'), 'median, in business hours'),
    resolution_p90: ratio(percentile(0.9, 'r.resolution'), 'p90, in business hours'),
    sla_attainment: ratio(quotient(count(`${solved} AND r.resolved_at <= r.resolution_due_at`), count(`${solved} AND r.resolution_due_at IS NOT NULL`)), 'tickets inside SLA ÷ tickets closed with an SLA'),
    csat: ratio(quotient(count('r.csat IN (4, 5)'), count('r.csat IS NOT NULL')), 'ratings 4–5 ÷ responses'),
    csat_responses: exact(count('r.csat IS NOT NULL'), 'number of ratings'),
    nps: ratio(`100 * ${quotient(`${count('r.nps IN (9, 10)')} - ${count('r.nps BETWEEN 0 AND 6')}`, count('r.nps IS NOT NULL'))}`, '% 9–10 − % 0–6'),
    nps_low: ratio(npsEnd('-', 'greatest(-100, '), '95 % interval'), nps_high: ratio(npsEnd('+', 'least(100, '), '95 % interval'),
    nps_responses: exact(count('r.nps IS NOT NULL'), 'number of answers'),
  },
  dimensions: {
    ...columns('text', 'id', 'number', 'subject', 'status', 'priority', 'category', 'channel'),
    sla: { sql: `CASE WHEN r.resolution_due_at IS NULL THEN 'none' WHEN ${solved} THEN CASE WHEN r.resolved_at <= r.resolution_due_at THEN 'met' ELSE 'breached' END WHEN (SELECT now FROM moment) > r.resolution_due_at THEN 'breached' ELSE 'running' END`, kind: 'text' },
    ...columns('instant', 'created_at', 'resolved_at'), ...ownerDimensions, ...accountDimensions,
  },
  cases: [{ name: 'all' }, { name: 'priority', dimensions: ['priority', 'category'] }, { name: 'sla', dimensions: ['sla', 'priority'] }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'resolved_at by month', period: { dimension: 'resolved_at', step: 'month' } }],
};
