import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { Exact } from './export.sums.js';
import { exportTable } from './export.table.js';
import { stampKeyOf, stampLabel } from './export.words.js';
import { exactDigits } from '../../delivery/report.files.js';
import type { ReadFile } from './verify.types.js';

const mostTold = 10;

/** Where a report is asked again, and as whom. */
export interface Product {
  readonly url: string;
  readonly token: string;
}

/** The days in a stamp's period: a named period means other days by now. */
const daysIn = (text: string): readonly [string, string] | null => {
  const match = /(\d{4}-\d{2}-\d{2}) – (\d{4}-\d{2}-\d{2})$/.exec(text);
  return match ? [match[1] ?? '', match[2] ?? ''] : null;
};

/**
 * Asks the question of a file again, of its days, and tells in words what came of it: as which figures the books have now. Whether the file is unchanged is another matter, and is judged without it.
 * Every line says that it was asked; what could not be asked is told too.
 */
export async function askAgain(read: ReadFile, { url, token }: Product): Promise<string[]> {
  const text = (key: string): string => read.stamp.find(([label]) => stampKeyOf(label) === key)?.[1] ?? '';
  const definition = definitionOf(text('definition'));
  if (definition === null) return [`not asked again at ${url}: the file has no question`];
  if (read.content === null || read.content.rows > read.rows.length) return [`not asked again at ${url}: ${read.content === null ? 'the file has no rows that could be compared' : 'the file has more rows than are compared'}`];
  const days = daysIn(text('period'));
  const asked = definition.period === null || days === null ? definition : { ...definition, period: { ...definition.period, range: days } };
  let reply: Response;
  try {
    reply = await fetch(`${url.replace(/\/+$/, '')}/crm/v1/analytics/report`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(asked) });
  } catch (error) {
    return [`asked again at ${url}, which cannot be reached: ${error instanceof Error ? error.message : String(error)}`];
  }
  const body: unknown = await reply.json().catch(() => null);
  if (!reply.ok) return [`asked again at ${url}, which refused: ${reply.status} ${(body as { detail?: string } | null)?.detail ?? ''}`.trimEnd()];
  const answer = body as ReportAnswer;
  const locale = read.stamp.some(([label]) => label === stampLabel('report', 'ar')) ? 'ar' : 'en';
  const table = exportTable({ definition, answer, locale, meanings: new Map(), name: '', askedBy: '', madeAt: new Date(0) });
  const rows = table.rows.map(({ cells }) => cells.map((cell) => cell.text));
  const found = differencesOf(read.rows, rows, definition.rows.length);
  const head = `asked again at ${url}, complete up to ${answer.watermark.committed_at} (position ${answer.watermark.lsn}): `;
  if (found.length === 0) return [`${head}the books say the same for the asker`];
  return [`${head}${found.length} ${found.length === 1 ? 'difference' : 'differences'}, by later changes or by what the asker may see`, ...found.slice(0, mostTold).map((one) => `  ${one}`), ...(found.length > mostTold ? [`  … and ${found.length - mostTold} more`] : [])];
}

function definitionOf(text: string): ReportDefinition | null {
  try {
    const value = JSON.parse(text) as ReportDefinition | null;
    return value !== null && typeof value === 'object' && Array.isArray(value.rows) ? value : null;
  } catch {
    return null; // Too long for a cell, or a journal, which has none.
  }
}

type Rows = readonly (readonly (string | null)[])[];

function differencesOf(was: Rows, is: Rows, heads: number): string[] {
  const keyOf = (row: Rows[number]): string => JSON.stringify(row.slice(0, heads));
  const nameOf = (row: Rows[number]): string => row.slice(0, heads).map((cell) => cell ?? '–').join(' · ') || 'total';
  const now = new Map(is.map((row) => [keyOf(row), row]));
  const before = new Set(was.map(keyOf));
  const changed = was.flatMap((row) => {
    const other = now.get(keyOf(row));
    if (other === undefined) return [`${nameOf(row)}: is no more`];
    return Array.from({ length: Math.max(row.length, other.length) - heads }, (_, index) => index + heads).flatMap((at) => (same(row[at] ?? null, other[at] ?? null) ? [] : [`${nameOf(row)}, column ${at + 1}: was ${row[at] ?? '–'}, is ${other[at] ?? '–'}`]));
  });
  return [...changed, ...is.filter((row) => !before.has(keyOf(row))).map((row) => `${nameOf(row)}: is new`)];
}

/** Numbers by the digits that every format holds. */
function same(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  const number = /^-?\d+(\.\d+)?$/;
  if (a === null || b === null || !number.test(a) || !number.test(b)) return false;
  return new Exact(a).toSignificantDigits(exactDigits).equals(new Exact(b).toSignificantDigits(exactDigits));
}
