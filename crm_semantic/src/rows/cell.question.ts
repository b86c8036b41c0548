import type { Cube } from '../model/model.types.js';
import { membersOf, type MemberQuery } from '../server/member.guard.js';
import { RowsError, type CellValue, type RowsRequest } from './rows.types.js';

/** The part of a query that says which rows count: the filters of the query and of the cell, in its time zone. */
export interface CellQuestion {
  readonly filters: readonly unknown[];
  readonly timeDimensions: readonly unknown[];
  readonly segments: readonly unknown[];
  readonly timezone: string;
}

interface TimeDimension {
  readonly dimension: string;
  readonly granularity?: string;
  readonly dateRange?: unknown;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// Any granularity that ends in the name of a unit is as long as that unit: "quarter", "fiscal_quarter".
const unitOf = /(?:^|_)(second|minute|hour|day|week|month|quarter|year)$/;

/**
 * The question whose rows are those of one cell of an answer. Throws a 400 where the query or the point cannot be understood, or where
 * the rows of a cell would not be all rows of the question.
 */
export function cellQuestion({ query, point }: Pick<RowsRequest, 'query' | 'point'>, cube: Cube): CellQuestion {
  const times = list(query['timeDimensions']) as readonly TimeDimension[];
  if (times.some((time) => 'compareDateRange' in time)) throw new RowsError(400, 'A comparison has several numbers: ask for the rows of one of its periods, with "dateRange"');
  const dimensions = list(query['dimensions']).map(String);
  const left = new Set(Object.keys(point));
  const given = (...names: string[]): CellValue | undefined => {
    const name = names.find((one) => left.has(one));
    if (name === undefined) return undefined;
    left.delete(name);
    return point[name];
  };
  const cells = [
    ...dimensions.flatMap((member) => {
      const value = given(member);
      return value === undefined ? [] : [dimensionFilter(member, value, cube)];
    }),
    ...times.flatMap(({ dimension, granularity }) => {
      const value = granularity === undefined ? undefined : given(`${dimension}.${granularity}`, dimension);
      return value === undefined || granularity === undefined ? [] : bucketFilters(dimension, granularity, value);
    }),
  ];
  if (left.size > 0) throw new RowsError(400, `The query is not split by ${[...left].join(', ')}: "point" may name its dimensions, time dimensions as "view.dimension.granularity"`);
  const filters = list(query['filters']);
  const ofMeasures = filters.filter((filter) => membersOf({ filters: [filter] } as MemberQuery).some((member) => (member.split('.')[1] ?? '') in cube.measures));
  const splits = dimensions.length + times.filter(({ granularity }) => granularity !== undefined).length;
  // Such a filter drops whole cells: one that is shown has all its rows, but of a sum over cells some would be missing.
  if (ofMeasures.length > 0 && Object.keys(point).length < splits) throw new RowsError(400, 'The query filters by a measure, which drops cells and not rows: name every dimension in "point"');
  return {
    filters: [...filters.filter((filter) => !ofMeasures.includes(filter)), ...cells],
    timeDimensions: times.filter(({ dateRange }) => dateRange !== undefined).map(({ dimension, dateRange }) => ({ dimension, dateRange })),
    segments: list(query['segments']),
    timezone: typeof query['timezone'] === 'string' ? query['timezone'] : 'UTC',
  };
}

function dimensionFilter(member: string, value: CellValue, cube: Cube): unknown {
  const type = cube.dimensions[member.split('.')[1] ?? '']?.type;
  if (type === 'time') throw new RowsError(400, `${member} is a time: split by it as a time dimension with a granularity to ask for the rows of a cell`);
  return value === null ? { member, operator: 'notSet' } : { member, operator: 'equals', values: [String(value)] };
}

/** Both ends of a bucket in the time zone of the query, the second exclusive. */
function bucketFilters(member: string, granularity: string, value: CellValue): unknown[] {
  if (value === null) return [{ member, operator: 'notSet' }];
  const unit = unitOf.exec(granularity)?.[1];
  if (unit === undefined) throw new RowsError(400, `The length of "${granularity}" is not known: use second, minute, hour, day, week, month, quarter or year`);
  const [, date, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2}))?/.exec(String(value)) ?? [];
  if (date === undefined) throw new RowsError(400, `${member} is at "${String(value)}" in "point", which is no time: use the value of the answer, such as 2026-01-01T00:00:00.000`);
  const from = new Date(`${date}T${time}Z`);
  return [{ member, operator: 'afterOrOnDate', values: [wall(from)] }, { member, operator: 'beforeDate', values: [wall(later(from, unit))] }];
}

// Times of the wall clock, told without a zone: Cube reads them in the zone of the query.
const wall = (at: Date): string => at.toISOString().slice(0, 23);

function later(from: Date, unit: string): Date {
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  const next = new Date(from);
  if (months !== undefined) next.setUTCMonth(next.getUTCMonth() + months);
  else next.setTime(next.getTime() + ({ second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 }[unit] ?? 0) * 1_000);
  return next;
}
