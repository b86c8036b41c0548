import { categoryColumn, numberColumn, type Column } from './frame.model.js';
import { dayOrder, fromSheetDate, isBlank, isSheetDate, parseDate, parseNumber } from './value.parser.js';

/** What a raw column turned out to be; `columns` is empty where it carries nothing a model may use, and `note` says why. */
export interface ColumnProfile {
  name: string;
  role: 'number' | 'category' | 'date' | 'text' | 'mixed' | 'blank' | 'constant' | 'identifier' | 'high_cardinality';
  distinct: number;
  missing: number;
  columns: Column[];
  note: string;
}

/** A level below this many rows tells a model nothing that holds for later rows. */
const LEVEL_ROWS = 10;
const IDENTIFIER_NAME = /(^|[\s_.-])(id|uuid|guid|key|no|number|num|index|idx|رقم)$|^(id|uuid|guid|unnamed.*|)$|[a-z](ID|Id)$|#/;

/** Works out what a column of texts holds and turns it into columns for a model; `days` are the rows' times, where known. */
export function profileColumn(name: string, raw: readonly string[], days?: Float64Array): ColumnProfile {
  const values = raw.map((v) => (isBlank(v) ? '' : v.trim()));
  const present = values.filter((v) => v !== '');
  const distinct = new Set(present).size;
  const missing = values.length - present.length;
  const result = (role: ColumnProfile['role'], columns: Column[], note = ''): ColumnProfile => ({ name, role, distinct, missing, columns, note });
  if (present.length === 0) return result('blank', [], 'every cell is blank');
  if (distinct === 1 && missing === 0) return result('constant', [], 'every cell has the same value');

  const numbers = values.map((v) => (v === '' ? NaN : parseNumber(v)));
  const numeric = numbers.filter((v) => Number.isFinite(v)).length;
  if (numeric >= 0.95 * present.length) return numberProfile(name, numbers, present.length, distinct, result, days);

  const order = dayOrder(present);
  const dates = values.map((v) => (v === '' ? NaN : parseDate(v, order)));
  if (dates.filter((v) => Number.isFinite(v)).length >= 0.9 * present.length) return result('date', dateColumns(name, dates, days));

  // Mostly numbers with words between them ("unknown", "over 10"): both say something.
  if (numeric >= 0.5 * present.length && new Set(numbers).size > 20) {
    const words = values.map((v, i) => (Number.isFinite(numbers[i]) ? '' : v));
    return result('mixed', [numberColumn(name, numbers), categoryColumn(`${name} (words)`, words)], 'numbers and words are used as two columns');
  }
  return textProfile(name, values, present, distinct, result);
}

type Result = (role: ColumnProfile['role'], columns: Column[], note?: string) => ColumnProfile;

function numberProfile(name: string, numbers: number[], present: number, distinct: number, result: Result, days?: Float64Array): ColumnProfile {
  const finite = numbers.filter((v) => Number.isFinite(v));
  if (/date|time|تاريخ/i.test(name) && distinct > 10 && finite.every(isSheetDate)) {
    return result('date', dateColumns(name, numbers.map((v) => fromSheetDate(v)), days), 'read as spreadsheet dates');
  }
  const unique = new Set(finite).size;
  const named = finite.every(Number.isInteger) && IDENTIFIER_NAME.test(name) && unique > 50 && unique > 0.2 * present;
  const step = (numbers[1] ?? NaN) - (numbers[0] ?? NaN);
  const counter = present >= 30 && Math.abs(step) === 1 && numbers.every((v, i) => i === 0 || v - (numbers[i - 1] as number) === step);
  if (named || counter) return result('identifier', [], counter ? 'counts the rows' : 'numbers that only identify the row');
  return result('number', [numberColumn(name, numbers)]);
}

/** A date as its distance to the row's time where that is known (an absolute date never comes again), and the month for seasons. */
function dateColumns(name: string, dates: number[], days?: Float64Array): Column[] {
  const position = dates.map((d, i) => (days ? d - (days[i] as number) : d));
  const months = dates.map((d) => (Number.isFinite(d) ? String(new Date(d * 86_400_000).getUTCMonth() + 1) : ''));
  return [numberColumn(days ? `${name} (days from the row's time)` : name, position), categoryColumn(`${name} (month)`, months)];
}

function textProfile(name: string, values: string[], present: string[], distinct: number, result: Result): ColumnProfile {
  const counts = new Map<string, number>();
  for (const v of present) counts.set(v, (counts.get(v) ?? 0) + 1);
  let frequent = 0;
  for (const n of counts.values()) if (n >= LEVEL_ROWS) frequent += n;
  const words = present.reduce((sum, v) => sum + v.split(/\s+/).length, 0) / present.length;
  if (frequent < 0.05 * present.length && present.length >= 30) {
    if (words >= 4) return result('text', [numberColumn(`${name} (length)`, values.map((v) => v.length))], 'free text: only its length is used');
    if (distinct > 0.5 * present.length) return result('identifier', [], 'nearly every row has its own value');
    return result('high_cardinality', [], `${distinct} values, too few rows of each to learn from`);
  }
  return result('category', [categoryColumn(name, values)]);
}
