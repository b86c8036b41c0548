import { ClickHouseQuery } from '@cubejs-backend/schema-compiler/dist/src/adapter/ClickHouseQuery.js';
import { timeZoneMarker } from '../model/time.zone.js';

type Made = ReturnType<ClickHouseQuery['newFilter']>;
type Filter = Omit<Made, 'castParameter'> & { conditionSql(column: string): unknown; castParameter(): string; readonly camelizeOperator: string; valuesArray(): unknown[] };

/** Who owns a row, of which account and team it is: UUIDs in every cube, shown as text. */
const idShown = /^toString\((`\w+`\.(?:owner|account|team)_id)\)$/;
const idText = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Cube's ClickHouse dialect with exact times. Cube's own reads bounds with a precision of one second, so that a row of the
 * last second of a period (23:59:59.5) falls out; here bounds are read to the microsecond and a period ends half-open.
 */
export class CrmClickHouseQuery extends ClickHouseQuery {
  /**
   * Ids are compared as what they are: as text, millions of them would have to be written out first, for every person whose row policy asks for one. What is no id as the
   * warehouse writes it stays text and meets nothing.
   */
  override newFilter(asked: unknown): Made {
    const made = super.newFilter(asked);
    const filter = made as Filter;
    const [condition, cast] = [filter.conditionSql.bind(filter), filter.castParameter.bind(filter)];
    filter.conditionSql = (column) => {
      const id = idShown.exec(column)?.[1];
      if (id === undefined || !/^(not)?(equals|in)$/i.test(filter.camelizeOperator) || !filter.valuesArray().every((value) => value === null || idText.test(String(value)))) return condition(column);
      filter.castParameter = () => 'toUUID(?)';
      const sql = condition(id);
      filter.castParameter = cast;
      return sql;
    };
    return made;
  }

  /** The model has no roll-ups of Cube's; to look for one that fits each question would be most of the time that its SQL takes to write. */
  override newPreAggregations(): ReturnType<ClickHouseQuery['newPreAggregations']> {
    const made = super.newPreAggregations();
    made.findPreAggregationForQuery = () => undefined;
    return made;
  }

  override dateTimeCast(value: string, timezone?: string): string {
    return timezone ? super.dateTimeCast(value, timezone) : `parseDateTime64BestEffort(${value}, 6, 'UTC')`;
  }

  // Cube writes a period's end as its last millisecond; one millisecond later is the half-open bound.
  override timeRangeFilter(column: string, from: string, to: string): string {
    return `${column} >= ${from} AND ${column} < addMilliseconds(${to}, 1)`;
  }

  override timeNotInRangeFilter(column: string, from: string, to: string): string {
    return `(${column} < ${from} OR ${column} >= addMilliseconds(${to}, 1))`;
  }

  /**
   * Fiscal quarters and years by the calendar: whole months since the origin, counted by days in the zone of the query. Cube's own adds lengths of time, which a change of clocks
   * would shift by an hour, and a fraction of none.
   */
  override dateBin(interval: string, source: string, origin: string): string {
    const months = /^(\d+) months?$/.exec(interval)?.[1];
    if (months === undefined) return super.dateBin(interval, source, origin);
    const start = `toDate32('${origin.slice(0, 10)}')`;
    const since = `dateDiff('month', ${start}, toDate32(${source}))`;
    return `toDateTime64(toString(addMonths(${start}, toInt32(floor(${since} / ${months})) * ${months})), 0, '${timeZoneMarker}')`;
  }

  override buildSqlAndParams(exportAnnotatedSql?: boolean): [string, unknown[]] {
    const [sql, params] = super.buildSqlAndParams(exportAnnotatedSql) as [string, unknown[]];
    // The zone comes from the query, but Cube has already replaced it by the canonical IANA name.
    return [sql.replaceAll(timeZoneMarker, (this as unknown as { timezone: string | undefined }).timezone ?? 'UTC'), params];
  }
}
