import { liveRows, ofRealAccount } from '../../sql.parts.js';

/** The hours of a ticket without a policy; the database's default for policies says the same. */
const standard = `'{"days":[1,2,3,4,5],"from":"09:00","to":"17:00","time_zone":"UTC"}'`;
const dayLength = '86400000000';

/** Microseconds of the local clock of a time zone since 1970; the zone may differ by row, which `formatDateTime` alone allows. */
const local = (at: string): string => `toUnixTimestamp64Micro(toDateTime64OrNull(formatDateTime(${at}, '%Y-%m-%d %H:%i:%S.%f', zone), 6, 'UTC'))`;
const clock = (key: string): string => `(toInt64(substring(JSONExtractString(hours, '${key}'), 1, 2)) * 60 + toInt64(substring(JSONExtractString(hours, '${key}'), 4, 2))) * 60000000`;

/**
 * Microseconds that the service was open from 1970 until a local time: whole weeks, the days of the week that is under way, and
 * what has passed of the day. 1970 began on a Thursday, so three days bring the weeks to begin on Monday, day 1 of a policy.
 */
function openUntil(at: string): string {
  const day = `(intDiv(${at}, ${dayLength}) + 3)`;
  const weekday = `(${day} % 7)`;
  return (
    `((intDiv(${day}, 7) * length(days) + arrayCount(d -> d <= ${weekday}, days)) * (closes - opens)` +
    ` + if(has(days, ${weekday} + 1), least(greatest(${at} % ${dayLength} - opens, 0), closes - opens), 0))`
  );
}

/** Business hours between two local times, with their fraction; null while the second has not come, which `greatest` would pass over. */
const between = (from: string, to: string): string => `if(${to} IS NULL, NULL, greatest(${openUntil(to)} - ${openUntil(from)}, 0) / 3600000000)`;

/** Tickets with the time to the first response and to the resolution in the business hours of their policy, by the clock of its time zone. */
export const ticketRows = `SELECT id, number, subject, status, priority, category, channel, account_id, owner_id, resolution_due_at, first_responded_at, resolved_at, closed_at, csat, nps, created_at,
    ${between('created_local', 'responded_local')} AS first_response, ${between('created_local', 'resolved_local')} AS resolution
  FROM (
    SELECT *, ${local('created_at')} AS created_local, ${local('first_responded_at')} AS responded_local, ${local('resolved_at')} AS resolved_local
    FROM (
      SELECT *, JSONExtract(hours, 'days', 'Array(Int64)') AS days, ${clock('from')} AS opens, ${clock('to')} AS closes, JSONExtractString(hours, 'time_zone') AS zone
      FROM (
        SELECT t.*, assumeNotNull(ifNull(p.business_hours, ${standard})) AS hours
        FROM (${liveRows('crm_tickets', '*', ofRealAccount())}) AS t
        LEFT JOIN (SELECT id AS policy_id, CAST(business_hours AS Nullable(String)) AS business_hours FROM crm_raw.crm_sla_policies FINAL) AS p ON t.sla_policy_id = p.policy_id
      )
    )
  )`;
