import { CalculatedValue, Expression, Grain, MeasureValue, ReportCondition, ReportDefinition, ReportFilter, ReportValue, Split } from '@core/reports/report.model';

/** The places that fields are put into. */
export const WELLS = ['rows', 'columns', 'values', 'filters'] as const;
export type WellName = (typeof WELLS)[number];

/** A place in a well; in `filters` the conditions come first, then those on values. */
export interface Place {
  readonly well: WellName;
  readonly index: number;
}

/** A field of the catalogue: a number, a property, a time, or a property that a question must give (`asked`). */
export type FieldKind = 'measure' | 'split' | 'time' | 'asked';
export interface Field {
  readonly member: string;
  readonly kind: FieldKind;
  /** The step that a time shall be split by; without one the first that is not taken. */
  readonly grain?: Grain;
}

/** Most fields of each well, as the API takes them. */
export const MOST = { rows: 6, columns: 4, values: 20, filters: 30, having: 10 } as const;

/** A report that nothing was chosen for; the first field chooses its view. */
export const EMPTY: ReportDefinition = {
  v: 1, view: '', rows: [], columns: [], values: [], filters: [], having: [], period: null, compare: null, top: null, sort: null, totals: { rows: true, columns: true }, show: { shape: 'kpi' },
};

/** The view of a member: what stands before its dot. */
export const viewOf = (member: string): string => member.slice(0, Math.max(0, member.indexOf('.')));
/** The name of a member within its view. */
export const localOf = (member: string): string => member.slice(member.indexOf('.') + 1);

export const isMeasure = (value: ReportValue): value is MeasureValue => 'measure' in value;
export const isCalculated = (value: ReportValue): value is CalculatedValue => 'calculation' in value;
export const isAny = (condition: ReportCondition): condition is { readonly any: readonly ReportFilter[] } => 'any' in condition;

/** What tells one split from another: a time may be split by in several steps. */
export const splitKey = ({ member, grain }: Split): string => (grain ? `${member}.${grain}` : member);

/** Operators that need no values. */
export const NO_VALUES: ReadonlySet<string> = new Set(['set', 'notSet']);

/** True for a condition that says something; one whose values are still to be chosen does not. */
export function isSaid({ operator, values }: ReportFilter): boolean {
  return NO_VALUES.has(operator) || (values !== undefined && values.length > 0 && (/DateRange$/.test(operator) ? values.length === 2 : true) && values.every((value) => value !== ''));
}

/** The definition that is asked and saved: without conditions that say nothing yet. */
export function askedOf(definition: ReportDefinition): ReportDefinition {
  const filters = definition.filters.flatMap((condition): readonly ReportCondition[] => {
    if (!isAny(condition)) return isSaid(condition) ? [condition] : [];
    const said = condition.any.filter(isSaid);
    return said.length === 0 ? [] : said.length === 1 && said[0] ? [said[0]] : [{ any: said }];
  });
  const having = definition.having.filter(({ number }) => /^-?\d{1,16}(\.\d{1,6})?$/.test(number));
  return { ...definition, filters, having };
}

/** True where there is something to ask: at least one number. */
export const isAskable = ({ view, values }: ReportDefinition): boolean => view !== '' && values.length > 0;

/** JSON with the keys of objects in order: a database keeps them in another one. */
const ordered = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one));

/** Whether two definitions are the same. */
export const isSame = (one: ReportDefinition | null, other: ReportDefinition | null): boolean => one === other || ordered(one) === ordered(other);

/** The keys of the values that an expression is made of. */
export function keysOf(expression: Expression): readonly string[] {
  if ('op' in expression) return expression.args.flatMap(keysOf);
  return 'value' in expression ? [expression.value] : [];
}

/** A key for a new value that no other has, made of a word. */
export function freeKey(word: string, values: readonly ReportValue[]): string {
  const plain = word.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+/, '').slice(0, 32).replace(/_+$/, '') || 'value';
  const taken = new Set(values.map(({ key }) => key));
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? plain : `${plain}_${number}`;
    if (!taken.has(key)) return key;
  }
}
