import { combined } from '../model/measure.parts.js';
import { sameNumber } from '../proof/number.compare.js';
import type { SecurityContext } from '../server/access.context.js';
import type { Model } from '../server/live.model.js';
import { hiddenMembers } from '../server/member.guard.js';
import { noteTables } from '../server/read.tables.js';
import { tablesRead, type TableVersions } from '../server/table.versions.js';
import { cellQuestion, type CellQuestion } from './cell.question.js';
import { readCursor, shortHash, writeCursor } from './rows.cursor.js';
import { definitionOf, planRows, type RowsPlan } from './rows.plan.js';
import { memberStatement, pageSql, type MemberStatement } from './rows.statement.js';
import { RowsError, type CellValue, type RowsAnswer, type RowsColumn, type RowsItem, type RowsRequest } from './rows.types.js';

/** What the rows are read from. */
export interface RowsSource {
  readonly url: string;
  readonly versions: TableVersions;
  model(): Promise<Model>;
  query(sql: string, values: unknown[]): Promise<Record<string, unknown>[]>;
}

/** Someone who asks: the claims, and the header that they came with. */
export interface RowsCaller {
  readonly claims: SecurityContext;
  readonly authorization: string;
}

// Asked again this often while the tables move; each try takes as long as the question.
const tries = 4;

/**
 * The records behind one number. Number and records are read by two statements from one state of the tables: what they read is looked at
 * before and after, and the records must come to the number to the last digit, or to the sums
 * that it is computed from, else both are asked again. Throws `RowsError`.
 */
export async function rowsOf(source: RowsSource, caller: RowsCaller, request: RowsRequest): Promise<RowsAnswer> {
  const model = await source.model();
  const plan = planRows(request.measure, model, hiddenMembers(caller.claims.hidden, model.lineage));
  const question = cellQuestion(request, plan.cube);
  const asked = shortHash(JSON.stringify([request.measure, question]));
  const cursor = request.cursor === null ? null : readCursor(request.cursor, asked);
  const offset = cursor?.offset ?? 0;
  const [whole, page] = await statements(source, caller, plan, question, request.limit, offset);
  const tables = tablesRead(`${whole.sql} ${page?.sql ?? ''}`);
  noteTables(tables);

  for (let left = tries; ; left -= 1) {
    const before = await source.versions.renewed();
    const [[number = {}], rows] = await Promise.all([source.query(whole.sql, whole.values), page === null ? [] : source.query(page.sql, page.values)]);
    const after = await source.versions.renewed();
    const still = tables.every((table) => before.get(table) === after.get(table));
    const read = { number, rows, whole, plan };
    const matches = comesTo(read, offset);
    // Tables that are written all the time never stand still; rows that come to the number at the last try are of its state all the same.
    if (matches && (still || left <= 1)) {
      const state = shortHash(tables.map((table) => after.get(table) ?? '').join(' '));
      const end = offset + rows.length;
      const total = rows.length === 0 ? offset : Number(rows[0]?.['rows_total']);
      return {
        measure: request.measure, value: text(number[whole.columnOf(request.measure)]), makes_number: plan.made.makes, parts: partsOf(read), columns: page === null ? [] : plan.columns, items: page === null ? [] : rows.map((row) => itemOf(row, page, plan, caller.claims)),
        total_rows: total, next_cursor: end < total ? writeCursor({ offset: end, question: asked, state }) : null, moved: cursor !== null && cursor.state !== state, definition: definitionOf(plan),
      };
    }
    if (left <= 1) {
      throw still
        ? new RowsError(500, `The rows of ${request.measure} do not come to the number: ${JSON.stringify(number)} beside ${JSON.stringify(rows[0] ?? null)}`)
        : new RowsError(503, 'The data changes faster than the number and its rows can be read together: try again in a few seconds');
    }
  }
}

/** The number and its rows as they were read. */
interface Read {
  readonly number: Record<string, unknown>;
  readonly rows: readonly Record<string, unknown>[];
  readonly whole: MemberStatement;
  readonly plan: RowsPlan;
}

async function statements(source: RowsSource, { authorization }: RowsCaller, plan: RowsPlan, question: CellQuestion, limit: number, offset: number): Promise<[MemberStatement, MemberStatement | null]> {
  const { view, made, key, opens, columns } = plan;
  const member = (name: string): string => `${view.name}.${name}`;
  const parts = made.parts.map(({ name }) => member(name));
  const sums = made.parts.filter(({ role }) => role !== 'sample').map(({ name }) => member(name));
  const dimensions = [key, opens, ...columns.flatMap((column) => [column.member, column.member_ar ?? column.member])];
  const [whole, rows] = await Promise.all([
    memberStatement(source.url, authorization, { ...question, measures: [...new Set([member(nameOf(plan)), ...sums])], order: [] }),
    parts.length === 0 ? null : memberStatement(source.url, authorization, { ...question, measures: [...new Set(parts)], dimensions: [...new Set(dimensions)], order: [] }),
  ]);
  if (rows === null) return [whole, null];
  const stated = made.parts.map(({ name, role }) => ({ column: rows.columnOf(member(name)), sample: role === 'sample' }));
  return [whole, { ...rows, sql: pageSql(rows, rows.columnOf(key), stated, limit, offset) }];
}

const nameOf = ({ cube, measure }: RowsPlan): string => Object.entries(cube.measures).find(([, one]) => one === measure)?.[0] ?? '';

/** Whether the rows come to the number: each part to its total, and the parts together to the number. */
function comesTo({ number, rows, whole, plan: { view, made, ...plan } }: Read, offset: number): boolean {
  const [first] = rows;
  const value = text(number[whole.columnOf(`${view.name}.${nameOf({ view, made, ...plan })}`)]);
  // A page behind the last row tells nothing of the others.
  if (!first && offset > 0) return true;
  const totals = made.parts.map(({ role, take }, index) => text(first?.[role === 'sample' && take ? `part_${take}_${index}` : `part_total_${index}`]));
  const each = made.parts.every(({ name, role }, index) => {
    if (role === 'sample') return true;
    const [expected, actual] = [text(number[whole.columnOf(`${view.name}.${name}`)]) ?? '0', totals[index] ?? '0'];
    return sameNumber(expected, actual, 'exact') || (!isExact(expected) && sameNumber(expected, actual, 'ratio'));
  });
  if (!made.makes) return each;
  if (made.parts.length === 1 && made.factor === 1 && made.parts[0]?.role === 'sum') return each;
  const together = combined(made, totals.map((total, index) => (total === null ? (made.parts[index]?.role === 'sample' ? null : 0) : Number(total))));
  // Nothing where the model says so, such as the coverage of a quota that is met: the parts then tell why.
  return each && (value === null || (together !== null && sameNumber(value, String(together), 'ratio')));
}

// Decimals and counts come as text and are compared to the digit; a float is told by its exponent or its many digits.
const isExact = (number: string): boolean => !/e/i.test(number) && (number.split('.')[1] ?? '').length <= 10;

function partsOf({ number, rows, whole, plan: { view, cube, made } }: Read): RowsAnswer['parts'] {
  return made.parts.map(({ name, role }, index) => {
    const measure = cube.measures[name];
    if (!measure) throw new Error(`${view.name}.${name} is nowhere`);
    const total = role === 'sample' ? (text(rows[0]?.[`part_total_${index}`]) ?? '0') : text(number[whole.columnOf(`${view.name}.${name}`)]);
    return { member: `${view.name}.${name}`, title: measure.title, title_ar: measure.titleAr, unit: measure.unit, role, total };
  });
}

function itemOf(row: Record<string, unknown>, page: MemberStatement, plan: RowsPlan, claims: SecurityContext): RowsItem {
  const at = (member: string): CellValue => (row[page.columnOf(member)] ?? null) as CellValue;
  const opened = Object.hasOwn(claims.scopes, plan.resource) ? text(at(plan.opens)) : null;
  const values = plan.columns.flatMap((column) => [column.member, ...(column.member_ar === null ? [] : [column.member_ar])].map((member): [string, CellValue] => [member, shown(at(member), column)]));
  return {
    id: text(at(plan.key)), resource: opened === null ? null : plan.resource, record_id: opened, values: Object.fromEntries(values),
    parts: Object.fromEntries(plan.made.parts.map(({ name }) => [`${plan.view.name}.${name}`, text(at(`${plan.view.name}.${name}`))])),
  };
}

/** Times as ISO text, calendar dates as days. */
function shown(value: CellValue, { type }: RowsColumn): CellValue {
  if (value === null || (type !== 'time' && type !== 'date')) return value;
  return type === 'date' ? String(value).slice(0, 10) : `${String(value).slice(0, 23).replace(' ', 'T')}Z`;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value as string | number));
