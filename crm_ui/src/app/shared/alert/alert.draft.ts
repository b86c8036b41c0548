import { MemberMeaning } from '@core/analytics/analytics.client';
import { AlertCondition, AlertFilter, AlertMeasureQuestion, AlertPeriod } from './alert.model';

/** An alert as its form holds it. */
export interface AlertDraft {
  readonly name: string;
  readonly measure: string;
  readonly kind: 'above' | 'below' | 'anomaly';
  /** As typed: a ratio in per cent. */
  readonly threshold: string;
  readonly date: string;
  readonly period: AlertPeriod;
  readonly grain: 'day' | 'month';
  readonly sensitivity: string;
  readonly filters: readonly AlertFilter[];
}

type Meanings = ReadonlyMap<string, MemberMeaning>;
const viewOf = (member: string): string => member.split('.')[0] ?? '';
const isHelper = (member: string): boolean => /\.(id|tags|name|\w+_(ar|id|position))$/.test(member);

/** Times of a measure's view by which it can be counted. */
export const datesOf = (measure: string, meanings: Meanings): string[] => [...meanings].filter(([member, { type }]) => type === 'time' && viewOf(member) === viewOf(measure)).map(([member]) => member);

/** Properties of a measure's view to filter by. */
export const partsOf = (measure: string, meanings: Meanings): string[] =>
  [...meanings].filter(([member, { kind, type }]) => kind === 'dimension' && type === 'string' && viewOf(member) === viewOf(measure) && !isHelper(member)).map(([member]) => member);

/** A decimal moved by so many places, exactly: 50 per cent are 0.5 however long the number is. */
export function moved(decimal: string, places: number): string {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(decimal.trim()) ?? [];
  const digits = `${whole}${fraction}`.padStart(Math.max(0, -places) + 1, '0');
  const at = (whole || '0').length + Math.max(0, digits.length - whole.length - fraction.length) + places;
  const padded = digits.padEnd(at, '0');
  const text = `${padded.slice(0, at) || '0'}.${padded.slice(at)}`.replace(/\.?0*$/, '').replace(/^0+(?=\d)/, '');
  return text === '0' || text === '' ? '0' : `${sign}${text}`;
}

/** What is typed for a threshold as the API takes it; null where it is no number. Western and Arabic digits and separators both count. */
export function thresholdOf(typed: string, ratio: boolean): string | null {
  const plain = typed.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[\s,٬%٪]/g, '').replace('٫', '.').replace('\u2212', '-');
  // The API keeps six places, of which per cent take two.
  if (!(ratio ? /^-?\d{1,16}(\.\d{1,4})?$/ : /^-?\d{1,16}(\.\d{1,6})?$/).test(plain)) return null;
  return ratio ? moved(plain, -2) : plain;
}

/** The parts of the request, or null while something is missing. */
export function bodyOf(draft: AlertDraft, ratio: boolean): { readonly question: AlertMeasureQuestion; readonly condition: AlertCondition } | null {
  const { measure, kind, date, period } = draft;
  const filters = draft.filters.filter(({ member, values, operator }) => member !== '' && (operator === 'set' || operator === 'notSet' || (values ?? []).some((one) => one !== '')));
  const shared = { measure, ...(filters.length > 0 ? { filters } : {}) };
  if (measure === '') return null;
  const condition = conditionOf(draft, ratio);
  if (condition === null || (kind === 'anomaly' && date === '')) return null;
  return { question: { ...shared, ...(date === '' ? {} : kind === 'anomaly' ? { date } : { date, period }) }, condition };
}

/** When it fires, or null while that is no number. */
export function conditionOf({ kind, grain, sensitivity: typed, threshold: text }: Pick<AlertDraft, 'kind' | 'grain' | 'sensitivity' | 'threshold'>, ratio: boolean): AlertCondition | null {
  if (kind !== 'anomaly') {
    const threshold = thresholdOf(text, ratio);
    return threshold === null ? null : { kind, threshold };
  }
  const sensitivity = Number(typed || '3.5');
  return sensitivity >= 1 && sensitivity <= 20 ? { kind, grain, ...(sensitivity === 3.5 ? {} : { sensitivity }) } : null;
}
