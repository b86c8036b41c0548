import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { stringify } from 'csv-stringify';
import { listProblemRows } from './import.repository.js';
import { looksLikeFormula } from './values/value.parser.js';

/** Text that a spreadsheet shows and does not run (OWASP, CSV injection). */
export function neutralise(text: string): string {
  return looksLikeFormula(text) ? `'${text}` : text;
}

/** The rows with problems as CSV: what is wrong, then the row as the file had it, ready to be corrected and imported again. */
export function problemsCsv(db: Knex, importId: string): Readable {
  const lines = async function* (): AsyncGenerator<string[]> {
    let columns: string[] | undefined;
    let after = 0;
    for (;;) {
      const rows = await listProblemRows(db, importId, 1000, after);
      for (const row of rows) {
        if (columns === undefined) {
          columns = Object.keys(row.raw);
          yield ['row', 'outcome', 'problems', ...columns];
        }
        yield [String(row.row_number), row.outcome, row.problems.map((problem) => problem.message).join(' '), ...columns.map((name) => neutralise(row.raw[name] ?? ''))];
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.row_number;
    }
    if (columns === undefined) yield ['row', 'outcome', 'problems'];
  };
  return Readable.from(lines()).pipe(stringify({ bom: true }));
}
