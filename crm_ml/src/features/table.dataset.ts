import { escape } from 'arquero';
import { ModelError } from '../model.errors.js';
import { profileColumn, type ColumnProfile } from './column.profile.js';
import type { Column, Dataset } from './frame.model.js';
import { textsOf, type TextTable } from './table.reader.js';
import { isBlank, parseNumber, parseTimes } from './value.parser.js';

/** What to predict and what the columns mean. */
export interface TableQuestion { target: string; positive: string; time?: string; group?: string; drop: readonly string[] }

/** A table made ready for training, with all that was done to it. */
export interface PreparedTable { data: Dataset; profiles: ColumnProfile[]; warnings: string[] }

/** Fewer rows, or rows of either outcome, give intervals so wide that a figure would mislead. */
export const MIN_ROWS = 60;
/** See `MIN_ROWS`. */
export const MIN_CLASS_ROWS = 15;

/** Turns texts into a data set for one question; every refusal has a code and says the cure. */
export function prepareTable(source: TextTable, question: TableQuestion): PreparedTable {
  const warnings: string[] = [];
  for (const name of [question.target, question.time, question.group, ...question.drop]) if (name !== undefined) textsOf(source, name);
  const kept = keepRows(source, question, warnings);
  const texts = textsOf(kept, question.target);
  const target = encodeTarget(texts, question, warnings);
  refuseSmall(target);
  const time = question.time === undefined ? undefined : parseTimes(textsOf(kept, question.time));
  const group = question.group === undefined ? undefined : encodeGroup(textsOf(kept, question.group));
  const skip = new Set([question.target, question.time, question.group, ...question.drop]);
  const profiles = kept.names.filter((name) => !skip.has(name)).map((name) => profileColumn(name, textsOf(kept, name), time));
  const columns = profiles.flatMap((profile) => profile.columns);
  if (columns.length === 0) throw new ModelError('no_usable_columns', 'No column carries information: all are blank, constant or identifiers. Add columns that are known before the outcome.');
  for (const profile of profiles) warnings.push(...leakWarning(profile, target));
  const repeated = repeatedShare(columns, target.length);
  if (repeated > 0.2) {
    warnings.push(`${Math.round(repeated * 100)} % of the rows repeat the values of another row: random folds may train and test on the same case; prefer --time or --group.`);
  }
  return { data: { frame: { rows: target.length, columns }, target, time, group }, profiles, warnings };
}

function keepRows(source: TextTable, question: TableQuestion, warnings: string[]): TextTable {
  const target = textsOf(source, question.target);
  const times = question.time === undefined ? undefined : parseTimes(textsOf(source, question.time));
  const usable = Array.from(target, (value, i) => !isBlank(value) && (times === undefined || Number.isFinite(times[i])));
  const columns = source.columns.assign({ crm_usable: usable }).filter(escape((row: { crm_usable: boolean }) => row.crm_usable)).reify();
  const rows = columns.numRows();
  if (rows < source.rows) warnings.push(`${source.rows - rows} of ${source.rows} rows were left out: blank target${times ? ' or unreadable time' : ''}.`);
  if (rows === 0) throw new ModelError('too_few_rows', `No row has both a value in "${question.target}"${question.time === undefined ? '' : ` and a readable time in "${question.time}"`}.`);
  return { names: source.names, columns, rows };
}

function encodeTarget(texts: readonly string[], question: TableQuestion, warnings: string[]): Uint8Array {
  const wanted = question.positive.trim();
  const tests: ((text: string) => boolean)[] = [
    (text) => text.trim() === wanted,
    (text) => text.trim().toLowerCase() === wanted.toLowerCase(),
    (text) => parseNumber(text) === parseNumber(wanted),
  ];
  const values = [...new Set(texts.map((t) => t.trim()))];
  const test = tests.find((t) => values.some(t));
  if (!test) {
    const shown = values.slice(0, 8).map((v) => `"${v}"`).join(', ');
    throw new ModelError('unknown_positive', `"${wanted}" never occurs in "${question.target}"; it holds ${shown}${values.length > 8 ? ', …' : ''}.`);
  }
  if (values.length > 2) warnings.push(`"${question.target}" has ${values.length} values; all but "${wanted}" count as the other outcome.`);
  return Uint8Array.from(texts, (text) => (test(text) ? 1 : 0));
}

function refuseSmall(target: Uint8Array): void {
  const positives = target.reduce((sum, y) => sum + y, 0), negatives = target.length - positives;
  if (positives === 0 || negatives === 0) throw new ModelError('one_class', 'All rows have the same outcome, so there is nothing to learn; add rows of the other outcome.');
  if (target.length < MIN_ROWS || Math.min(positives, negatives) < MIN_CLASS_ROWS) {
    throw new ModelError('too_few_rows', `${target.length} rows with ${positives} positive and ${negatives} other outcomes are not enough: at least ${MIN_ROWS} rows and ${MIN_CLASS_ROWS} of each outcome are needed.`);
  }
}

function encodeGroup(texts: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  // Rows without a group belong to nobody else: each is its own group.
  return Int32Array.from(texts, (text, i) => {
    const key = isBlank(text) ? `blank row ${i}` : `group ${text.trim()}`;
    let code = codes.get(key);
    if (code === undefined) codes.set(key, (code = codes.size));
    return code;
  });
}

/** A column that alone tells the outcome of nearly all rows was most likely written after the outcome. */
function leakWarning(profile: ColumnProfile, target: Uint8Array): string[] {
  for (const column of profile.columns) {
    if (column.kind === 'number' && new Set(column.values).size > 20) continue;
    const keys = column.kind === 'number' ? column.values : column.codes;
    const counts = new Map<number, [number, number]>();
    keys.forEach((key: number, i: number) => {
      const entry = counts.get(key) ?? [0, 0];
      entry[target[i] as 0 | 1]++;
      counts.set(key, entry);
    });
    let right = 0;
    for (const [a, b] of counts.values()) right += Math.max(a, b);
    const positives = target.reduce((s, y) => s + y, 0);
    const blind = Math.max(positives, target.length - positives);
    if (counts.size < target.length / 10 && target.length - right < 0.01 * (target.length - blind)) {
      return [`"${profile.name}" alone tells the outcome of ${right} of ${target.length} rows: it may be known only afterwards; if so, repeat with --drop "${profile.name}".`];
    }
  }
  return [];
}

function repeatedShare(columns: readonly Column[], rows: number): number {
  const seen = new Map<string, number>();
  for (let i = 0; i < rows; i++) {
    const key = columns.map((c) => (c.kind === 'number' ? c.values[i] : c.codes[i])).join('|');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  let repeated = 0;
  for (const n of seen.values()) if (n > 1) repeated += n;
  return repeated / rows;
}
