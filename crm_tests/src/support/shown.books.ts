import { ledgerStatement, viewProofs, type ProofCase, type ViewProof } from 'crm_semantic';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { until } from './product.client.js';
import { readNumber, shownGrid } from './shown.grid.js';
import { words } from './shown.words.js';

export type Language = 'en' | 'ar';
type Expected = readonly (string | null)[];

/** What of the books answers it, in the words of the proof of the KPIs; `proof` where the question needs more of the books than that of its view knows. */
export interface Ledger {
  readonly view: string;
  readonly proof?: () => ViewProof;
  readonly rows: string;
  readonly columns?: string;
  readonly values: readonly string[];
  readonly narrowed?: Pick<ProofCase, 'period' | 'filters'>;
}

/** What a report shows beside what Postgres says. */
export interface Compared {
  /** Cells that are not what the books have, in words. */
  readonly wrong: readonly string[];
  /** Names of the rows on the screen and in the books, in one order. */
  readonly shown: readonly string[];
  readonly books: readonly string[];
  readonly cells: number;
}

/** What stands in each cell of the report, by the names that its row and its column have on the screen; of the total the name is empty. */
async function expected(client: pg.Client, { view, proof: own, rows, columns, values, narrowed }: Ledger, language: Language): Promise<Map<string, Map<string, Expected>>> {
  const proof = own?.() ?? viewProofs.find((one) => one.view === view)!;
  const found = new Map<string, Map<string, Expected>>();
  for (const [byRow, byColumn] of [[false, false], [true, false], ...(columns ? [[false, true], [true, true]] as const : [])] as const) {
    const split = [...(byRow ? [rows] : []), ...(byColumn && columns ? [columns] : [])];
    const stepped = split.find((one) => one.includes('.'));
    const [dimension = '', step] = stepped?.split('.') ?? [];
    const names = split.filter((one) => one !== stepped).map((one) => (language === 'ar' && `${one}_ar` in proof.dimensions ? `${one}_ar` : one));
    const asked = { name: 'shown', dimensions: names, measures: values, ...narrowed, ...(stepped ? { period: { ...narrowed?.period, dimension, step } } : {}) } as ProofCase;
    const statement = ledgerStatement(proof, asked, new Date());
    // The columns come with the step last, whichever side it is on.
    const order = [...split.filter((one) => one !== stepped), ...(stepped ? [stepped] : [])];
    for (const row of (await client.query<Record<string, string | null>>(statement.sql, [...statement.values])).rows) {
      const named = (member: string): string => words(member, row[`d${order.indexOf(member)}`] ?? null, language);
      const [left, across] = [byRow ? named(rows) : '', byColumn && columns ? named(columns) : ''];
      found.set(left, (found.get(left) ?? new Map()).set(across, values.map((_, at) => row[`m${at}`] ?? null)));
    }
  }
  return found;
}

/** Waits for the answer to the last change. */
export async function answered(page: Page): Promise<void> {
  await page.locator('crm-report-grid [role=gridcell]').first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(400);
  await until(() => page.locator('crm-report-preview').getAttribute('aria-busy'), (busy) => busy === 'false', 30_000);
}

/** Compares every cell of the report on the screen with Postgres; values of the report behind those of the books are left alone. */
export async function comparedWithBooks(page: Page, client: pg.Client, answer: Ledger, language: Language, values = answer.values.length): Promise<Compared> {
  const books = await expected(client, answer, language);
  const { heads, lines } = await shownGrid(page);
  const total = words('', '', language);
  const wrong: string[] = [];
  // Headings come row by row: the columns first, the values below them.
  const across = answer.columns ? [...new Set(heads.filter((head) => [...books.values()].some((row) => row.has(head))))] : [];
  if (answer.columns && across.length !== books.get('')!.size - 1) wrong.push(`columns ${heads.join(' | ')}, the books have ${[...books.get('')!.keys()].join(' | ')}`);
  const order = [...across, ''];
  let cells = 0;
  for (const { names, cells: line } of lines) {
    const name = names.at(-1) === total ? '' : (names.at(-1) ?? '');
    const row = books.get(name);
    if (!row) wrong.push(`${name} is not in the books`);
    for (const [column, head] of order.entries()) for (const [value, measure] of answer.values.entries()) {
      const text = line[column * values + value] ?? 'no cell';
      const wanted = row?.get(head)?.[value] ?? null;
      const read = readNumber(text);
      cells += 1;
      if (wanted === null ? read !== null : read === null || Math.abs(read.value - Number(wanted)) > read.half + 1e-9 * Math.abs(Number(wanted))) wrong.push(`${measure} of ${name || 'all'} and ${head || 'all'} shows ${text}, the books have ${wanted}`);
    }
  }
  return { wrong, shown: lines.map(({ names }) => names.at(-1) ?? '').filter((name) => name !== total).sort(), books: [...books.keys()].filter(Boolean).sort(), cells };
}
