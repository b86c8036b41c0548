import { Grain, ReportCondition, ReportDefinition, ReportValue, Split } from '@core/reports/report.model';
import { EMPTY, Field, freeKey, isAny, isCalculated, isMeasure, keysOf, localOf, MOST, Place, splitKey, viewOf, WellName } from './definition.model';
import { shapeProblem } from './definition.shapes';

/** The steps that a time is first split by, in the order in which they are taken. */
const GRAINS: readonly Grain[] = ['month', 'quarter', 'year', 'week', 'day'];

/** Puts one more at a place of a list; behind all others where no place is named. */
const inserted = <T>(list: readonly T[], one: T, index = list.length): readonly T[] => [...list.slice(0, index), one, ...list.slice(index)];
const without = <T>(list: readonly T[], index: number): readonly T[] => list.filter((_, at) => at !== index);

/** Whether a field may be put into a well: numbers into values and conditions, all others into splits and conditions. */
export function mayStand({ kind }: Field, well: WellName): boolean {
  if (well === 'filters') return true;
  return kind === 'measure' ? well === 'values' : kind !== 'asked' && well !== 'values';
}

/** Whether there is still room. */
export const hasRoom = (definition: ReportDefinition, well: WellName): boolean => definition[well].length < MOST[well];

/**
 * Adds a field of the catalogue to a well; the same definition where it cannot stand there. A split stands once: added again it moves.
 * A number added to the conditions becomes one on values, and a value first if it is none.
 */
export function addTo(definition: ReportDefinition, field: Field, well: WellName, index?: number): ReportDefinition {
  if (!mayStand(field, well) || (definition.view !== '' && definition.view !== viewOf(field.member))) return definition;
  const start = { ...definition, view: viewOf(field.member) };
  if (field.kind === 'measure') return well === 'filters' ? addHaving(start, field.member) : addMeasure(start, field.member, index);
  if (well === 'filters') {
    const condition: ReportCondition = field.kind === 'time' ? { member: field.member, operator: 'inDateRange', values: [] } : { member: field.member, operator: 'equals', values: [] };
    return hasRoom(start, 'filters') ? tidy({ ...start, filters: inserted(start.filters, condition, index) }) : definition;
  }
  if (well === 'values') return definition;
  const split = field.kind === 'time' ? timeSplit(start, field) : { member: field.member };
  const place = placeOf(start, split);
  if (place) return move(start, place, { well, index: index ?? start[well].length });
  return hasRoom(start, well) ? tidy({ ...start, [well]: inserted(start[well], split, index) }) : definition;
}

function timeSplit(definition: ReportDefinition, { member, grain: asked }: Field): Split {
  if (asked) return { member, grain: asked };
  const taken = new Set([...definition.rows, ...definition.columns].filter((split) => split.member === member).map(({ grain }) => grain));
  return { member, grain: GRAINS.find((grain) => !taken.has(grain)) ?? 'month' };
}

function placeOf(definition: ReportDefinition, split: Split): Place | null {
  for (const well of ['rows', 'columns'] as const) {
    const index = definition[well].findIndex((one) => splitKey(one) === splitKey(split));
    if (index >= 0) return { well, index };
  }
  return null;
}

function addMeasure(definition: ReportDefinition, measure: string, index?: number): ReportDefinition {
  if (!hasRoom(definition, 'values') || definition.values.some((value) => isMeasure(value) && value.measure === measure)) return definition;
  return tidy({ ...definition, values: inserted<ReportValue>(definition.values, { key: freeKey(localOf(measure), definition.values), measure }, index) });
}

function addHaving(definition: ReportDefinition, measure: string): ReportDefinition {
  const ready = addMeasure(definition, measure);
  const value = ready.values.find((one) => isMeasure(one) && one.measure === measure);
  if (!value || ready.having.length >= MOST.having) return definition;
  return tidy({ ...ready, having: [...ready.having, { value: value.key, operator: 'gte', number: '' }] });
}

/** Moves a field within its well or between rows and columns; the index counts places before it is taken out of its own. A split moved to the conditions stays where it is and becomes one. */
export function move(definition: ReportDefinition, from: Place, to: Place): ReportDefinition {
  if (from.well === to.well) {
    if (from.well === 'filters' && from.index >= definition.filters.length) return definition;
    const list: readonly unknown[] = definition[from.well];
    const one = list[from.index];
    if (one === undefined) return definition;
    const last = list.length - 1;
    const moved = inserted(without(list, from.index), one, Math.min(Math.max(0, to.index), last));
    return from.index === to.index ? definition : tidy({ ...definition, [from.well]: moved });
  }
  const isSplit = (well: WellName): well is 'rows' | 'columns' => well === 'rows' || well === 'columns';
  if (!isSplit(from.well)) return definition;
  const split = definition[from.well][from.index];
  if (!split) return definition;
  if (to.well === 'filters') return addTo(definition, { member: split.member, kind: split.grain ? 'time' : 'split' }, 'filters', to.index);
  if (!isSplit(to.well) || !hasRoom(definition, to.well)) return definition;
  return tidy({ ...definition, [from.well]: without(definition[from.well], from.index), [to.well]: inserted(definition[to.well], split, to.index) });
}

/** Takes a field out of its well, and with a value whatever refers to it. */
export function remove(definition: ReportDefinition, { well, index }: Place): ReportDefinition {
  if (well === 'filters' && index >= definition.filters.length) return tidy({ ...definition, having: without(definition.having, index - definition.filters.length) });
  return tidy({ ...definition, [well]: without<unknown>(definition[well], index) });
}

/** Puts another in the place of a split, a value or a condition; a value keeps its key. */
export const replaceAt = <W extends WellName>(definition: ReportDefinition, well: W, index: number, one: ReportDefinition[W][number]): ReportDefinition =>
  tidy({ ...definition, [well]: (definition[well] as readonly unknown[]).map((old, at) => (at === index ? one : old)) });

/** The definition in order: nothing refers to what is gone, a comparison has a period to compare, the shape can be drawn, and a report without fields has no view. */
export function tidy(definition: ReportDefinition): ReportDefinition {
  const values = supported(definition.values);
  const keys = new Set(values.map(({ key }) => key));
  const has = (key: string | undefined): boolean => key !== undefined && keys.has(key);
  const { rows, columns, period } = definition;
  const filters = definition.filters.filter((condition) => !isAny(condition) || condition.any.length > 0);
  if (rows.length + columns.length + values.length + filters.length === 0) return { ...EMPTY, show: EMPTY.show };
  const next: ReportDefinition = {
    ...definition, values, filters,
    having: definition.having.filter(({ value }) => has(value)),
    compare: period === null || period.range === 'all' ? null : definition.compare,
    top: definition.top && rows.length > 0 && has(definition.top.value) ? definition.top : null,
    sort: definition.sort && has(definition.sort.by) ? definition.sort : null,
  };
  return shapeProblem(next.show.shape, next) === null ? next : { ...next, show: { shape: 'pivot' } };
}

/** The values whose parts are all there; a calculation goes with what it is made of. */
function supported(values: readonly ReportValue[]): readonly ReportValue[] {
  const keys = new Set(values.map(({ key }) => key));
  const left = values.filter((value) => !isCalculated(value) || keysOf(value.calculation).every((key) => keys.has(key)));
  return left.length === values.length ? values : supported(left);
}
