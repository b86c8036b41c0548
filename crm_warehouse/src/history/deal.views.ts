import { quoteString } from '../embedded/sql.scanner.js';
import type { Dialect } from '../migrations/ddl.dialect.js';
import type { TableDescription } from '../mirror/table.description.js';

const NEEDED = ['id', 'stage_id', 'pipeline_id', 'status', 'owner_id', 'account_id', 'expected_value', 'currency', 'close_date', 'closed_at', 'is_test', 'deleted_at'];

// The state that each transaction left: what lay between two writes of one transaction was never the state at any instant. A key that is
// used again after a hard delete is another deal, told apart by `incarnation`. Rows of a snapshot have no transaction: their time is when
// they were found, not when they were written.
const VERSIONS = `SELECT id AS deal_id, incarnation, _committed_at AS at, _xid != 0 AS is_exact, _op != 'd' AND deleted_at IS NULL AS is_alive, born > 0 OR incarnation > 0 AS is_born,
  stage_id, pipeline_id, status, owner_id, account_id, expected_value AS amount, currency, close_date, closed_at, is_test, _lsn AS lsn, _seq AS seq
FROM (
  SELECT *, countIf(_op = 'd') OVER (PARTITION BY id ORDER BY _lsn, _seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS incarnation,
    countIf(_op = 'c') OVER (PARTITION BY id ORDER BY _lsn, _seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS born
  FROM crm_history.crm_deals FINAL
)
ORDER BY id DESC, _lsn DESC, _seq DESC LIMIT 1 BY id, incarnation, _committed_at, _xid`;

// A deal that a snapshot or a shortened history shows first is "seen": no change, but from there on its days count;
// one that it shows in the bin comes back as "restored".
const STAGES = `SELECT deal_id, kind, if(kind IN ('moved', 'deleted'), last_stage, NULL) AS from_stage_id, if(kind = 'deleted', NULL, toNullable(stage_id)) AS to_stage_id, at,
  if(kind IN ('moved', 'deleted'), last_status, NULL) AS from_status, if(kind = 'deleted', NULL, toNullable(status)) AS to_status, owner_id, amount, currency,
  if(kind IN ('moved', 'deleted'), toNullable(round((toUnixTimestamp64Micro(at) - toUnixTimestamp64Micro(entered_at)) / 86400000000, 6)), NULL) AS days_in_stage,
  kind IN ('moved', 'deleted') AND before != 'seen' AND before_exact AND is_exact AS days_are_exact, is_exact, pipeline_id, account_id, is_test
FROM (
  SELECT *, lagInFrame(at) OVER w AS entered_at, lagInFrame(kind) OVER w AS before, lagInFrame(is_exact) OVER w AS before_exact
  FROM (
    SELECT *, multiIf(is_alive AND isNull(last_stage), multiIf(is_born, 'created', has_before, 'restored', 'seen'), is_alive AND NOT was_alive, 'restored', is_alive AND stage_id != last_stage, 'moved',
      NOT is_alive AND was_alive, 'deleted', '') AS kind
    FROM (
      SELECT *, anyLast(if(is_alive, toNullable(stage_id), NULL)) OVER p AS last_stage, anyLast(if(is_alive, toNullable(status), NULL)) OVER p AS last_status,
        lagInFrame(is_alive) OVER w AS was_alive, lagInFrame(toUInt8(1)) OVER w AS has_before
      FROM crm_mart.deal_versions
      WINDOW p AS (PARTITION BY deal_id, incarnation ORDER BY lsn, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        w AS (PARTITION BY deal_id, incarnation ORDER BY lsn, seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
    )
  )
  WHERE kind != ''
  WINDOW w AS (PARTITION BY deal_id, incarnation ORDER BY lsn, seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
WHERE kind != 'seen'`;

// Against the last version that was alive, so that a change made while a deal was in the bin shows when it comes back.
function pairs(columns: readonly string[]): string {
  return `SELECT *, lagInFrame(toUInt8(1)) OVER w AS has_before, ${columns.map((name) => `lagInFrame(${name}) OVER w AS from_${name}`).join(', ')}, lagInFrame(status) OVER w AS from_status
  FROM crm_mart.deal_versions WHERE is_alive
  WINDOW w AS (PARTITION BY deal_id, incarnation ORDER BY lsn, seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`;
}

const differs = (a: string, b: string, empty: string): string => `(isNull(${a}) != isNull(${b}) OR ifNull(${a}, ${empty}) != ifNull(${b}, ${empty}))`;
const REST = 'from_status, status AS to_status, stage_id, owner_id, pipeline_id, account_id, is_exact, is_test';

const AMOUNTS = `SELECT deal_id, from_amount, amount AS to_amount, from_currency, currency AS to_currency, if(from_currency = currency, ifNull(amount, 0) - ifNull(from_amount, 0), NULL) AS delta, at, ${REST}
FROM (${pairs(['amount', 'currency'])})
WHERE has_before AND (${differs('amount', 'from_amount', '0')} OR currency != from_currency)`;

const SLIPS = `SELECT deal_id, multiIf(isNull(from_close_date), 'set', isNull(close_date), 'cleared', close_date > from_close_date, 'slip', 'pull_in') AS kind, from_close_date, close_date AS to_close_date,
  toInt32(toInt32(close_date) - toInt32(from_close_date)) AS days, at, amount, currency, ${REST}
FROM (${pairs(['close_date'])})
WHERE has_before AND ${differs('close_date', 'from_close_date', "toDate32('1900-01-01')")}`;

const OWNERS = `SELECT deal_id, from_owner_id, owner_id AS to_owner_id, at, amount, currency, from_status, status AS to_status, stage_id, pipeline_id, account_id, is_exact, is_test
FROM (${pairs(['owner_id'])})
WHERE has_before AND ${differs('owner_id', 'from_owner_id', "toUUID('00000000-0000-0000-0000-000000000000')")}`;

const END = "toDateTime64(addDays({day:Date}, 1), 6, 'UTC')";
const ON = `SELECT id AS deal_id, stage_id, pipeline_id, status, owner_id, account_id, expected_value AS amount, currency, close_date, closed_at, is_test
FROM (
  SELECT * FROM crm_history.crm_deals FINAL
  WHERE _committed_at < ${END} AND (SELECT throwIf(${END} <= (SELECT max(begins_at) FROM crm_raw._history_begins WHERE table_name = 'crm_deals'),
    ${quoteString('the history of crm_deals does not reach back to this day; crm_raw._history_begins says where it begins')})) = 0
  ORDER BY id DESC, _lsn DESC, _seq DESC LIMIT 1 BY id
)
WHERE _op != 'd' AND deleted_at IS NULL`;

const VIEWS: readonly (readonly [string, string])[] = [
  ['deal_versions', VERSIONS], ['deal_stage_changes', STAGES], ['deal_amount_changes', AMOUNTS], ['deal_slips', SLIPS], ['deal_owner_changes', OWNERS], ['deals_on', ON],
];

/** Names of the views in `crm_mart` that tell the story of deals from their history alone. */
export const DEAL_VIEWS: readonly string[] = VIEWS.map(([name]) => name);

/** Statements that make the missing ones, once deals have the columns they read. A release that changes one drops it in a migration. */
export function planDealViews(table: TableDescription, existing: readonly string[], dialect: Dialect): string[] {
  const names = new Set(table.columns.map((column) => column.name));
  if (table.name !== 'crm_deals' || NEEDED.some((name) => !names.has(name))) return [];
  return VIEWS.filter(([name]) => !existing.includes(name)).map(([name, select]) => `CREATE VIEW IF NOT EXISTS crm_mart.${name}${dialect.onCluster} AS ${select}`);
}
