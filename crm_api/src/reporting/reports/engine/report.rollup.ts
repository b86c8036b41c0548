import type { ReportDefinition } from '../definition/report.types.js';
import type { AnsweredQuestion } from './report.assembly.js';
import type { Catalogue } from './report.catalogue.js';
import type { ReportQuestion } from './report.plan.js';
import { Side, totalKey, type CubeRow } from './report.tree.js';

/** Whether every level of a report is the sum of its leaves: all its measures add up. */
export const addsUp = ({ values }: ReportDefinition, catalogue: Catalogue): boolean => values.every((value) => !('measure' in value) || catalogue.get(value.measure)?.additive === true);

/** Of all questions of a report those that the others can be summed from: the leaves, and the total to check the sums by. */
export const leastOf = (report: ReportDefinition, questions: readonly ReportQuestion[]): ReportQuestion[] =>
  questions.filter(({ rows, columns, others }) => !others && ((rows === 0 && columns === 0) || (rows === report.rows.length && columns === report.columns.length)));

/** What the sums of a report are taken with. */
export interface RollUp {
  readonly report: ReportDefinition;
  readonly catalogue: Catalogue;
  readonly measures: readonly string[];
  /** Keys of the groups that `top` keeps; null where it leaves none out. */
  readonly kept: ReadonlySet<string> | null;
}

/**
 * The answers to all questions of a report from those of its leaves, summed exactly; null where that cannot be: a number beyond what is exact, or leaves that do not come to the total, which
 * the semantic layer computed by itself. Every question must then be asked.
 */
export function rolledUp(questions: readonly ReportQuestion[], asked: readonly AnsweredQuestion[], { report, catalogue, measures, kept }: RollUp): AnsweredQuestion[] | null {
  const [down, across] = [new Side(report.rows, catalogue), new Side(report.columns, catalogue)];
  const all: AnsweredQuestion[] = [];
  for (const question of questions) {
    const own = asked.find(({ key }) => key === question.key);
    if (own) { all.push(own); continue; }
    const leaves = asked.find(({ rows, columns, before }) => before === question.before && rows === report.rows.length && columns === report.columns.length);
    if (!leaves) return null;
    const rows = question.others ? leaves.data.filter((row) => !kept?.has(down.keyOf(row, 1))) : leaves.data;
    const data = summed(rows, measures, (row) => `${question.others ? totalKey : down.keyOf(row, question.rows)} ${across.keyOf(row, question.columns)}`);
    if (!data) return null;
    all.push({ ...question, data });
  }
  return all.every((one) => !(one.rows === 0 && one.columns === 0 && !one.others) || comesTo(one, all, report, measures)) ? all : null;
}

/** Whether the leaves come to the total that was answered. */
function comesTo(total: AnsweredQuestion, all: readonly AnsweredQuestion[], report: ReportDefinition, measures: readonly string[]): boolean {
  const leaves = all.find(({ rows, columns, before, others }) => before === total.before && !others && rows === report.rows.length && columns === report.columns.length);
  const [sum = {}] = summed(leaves?.data ?? [], measures, () => '') ?? [];
  const [answered = {}] = total.data;
  return measures.every((name) => Number(sum[name] ?? 0) === Number(answered[name] ?? 0));
}

const places = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);

/** Rows of one key as one, their measures summed as whole numbers of the smallest place; null where that is not exact. */
function summed(rows: readonly CubeRow[], measures: readonly string[], keyOf: (row: CubeRow) => string): CubeRow[] | null {
  const texts = (row: CubeRow, name: string): string => String(row[name] ?? '0');
  const most = measures.map((name) => rows.reduce((longest, row) => Math.max(longest, places(texts(row, name))), 0));
  const groups = new Map<string, { readonly first: CubeRow; readonly sums: number[] }>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key) ?? { first: row, sums: measures.map(() => 0) };
    if (!groups.has(key)) groups.set(key, group);
    for (const [at, name] of measures.entries()) {
      const text = texts(row, name);
      const whole = Math.round(Number(text) * 10 ** most[at]!);
      group.sums[at]! += whole;
      if (/e/i.test(text) || !Number.isSafeInteger(whole) || !Number.isSafeInteger(group.sums[at])) return null;
    }
  }
  return [...groups.values()].map(({ first, sums }) => ({ ...first, ...Object.fromEntries(measures.map((name, at) => [name, written(sums[at]!, most[at]!)])) }));
}

/** A whole number of a smallest place as decimal text. */
function written(whole: number, most: number): string {
  const digits = String(Math.abs(whole)).padStart(most + 1, '0');
  // Without zeros at the end, as the warehouse writes decimals.
  const text = most === 0 ? digits : `${digits.slice(0, -most)}.${digits.slice(-most)}`.replace(/\.?0+$/, '');
  return whole < 0 ? `-${text}` : text;
}
