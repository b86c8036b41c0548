import type { Knex } from 'knex';
import type { MailLocale } from '../../../delivery/delivery.types.js';
import { csvStream, type CsvRow } from '../csv.writer.js';
import { exportText, stampLabel } from '../export.words.js';
import { periodTooLong } from '../export.errors.js';
import type { Sealer } from '../export.seal.js';
import type { StampKey, StampLine } from '../export.types.js';
import { journalColumns, linesOf, type JournalAccounts } from './journal.lines.js';
import { countPosted, positionOf, readPosted, type JournalPeriod } from './journal.repository.js';

// Three lines each: what a ledger takes in one import, and a file that a server can hold.
const mostInvoices = 200_000;

/** What a journal is made from. */
export interface JournalRequest {
  readonly period: JournalPeriod;
  readonly accounts: JournalAccounts;
  readonly locale: MailLocale;
  readonly askedBy: string;
  readonly madeAt: Date;
}

/** The invoices of a period as a journal that a ledger imports, of one moment of the books, balanced to the cent, stamped and sealed as other files are. `trx` must be a repeatable read. @throws CrmError 422 */
export async function journalFile(trx: Knex.Transaction, { period, accounts, locale, askedBy, madeAt }: JournalRequest, sealer: Sealer): Promise<{ content: Buffer; rows: number; hash: string; lsn: string; invoices: number }> {
  const position = await positionOf(trx);
  const sums = await countPosted(trx, period);
  const invoices = sums.reduce((count, one) => count + one.invoices, 0);
  if (invoices > mostInvoices) throw periodTooLong(invoices, mostInvoices);
  const line = (key: StampKey, text: string): StampLine => ({ key, label: stampLabel(key, locale), text });
  const stamp = [
    line('report', exportText('journal', locale)), line('conditions', exportText('issued', locale)), line('period', `${period.from} – ${period.to}`), line('asked', askedBy), line('made', madeAt.toISOString()),
    line('watermark', `${position.committed_at} (${exportText('position', locale)} ${position.lsn})`), line('definitions', exportText('accounts', locale, { ...accounts })),
    ...sums.map(({ currency, invoices: count, gross }) => line('note', exportText('balance', locale, { currency, count, gross }))),
  ];
  async function* batches(): AsyncGenerator<CsvRow[]> {
    for await (const invoice of readPosted(trx, period)) yield linesOf(invoice, accounts);
  }
  let told = { rows: 0, hash: '' };
  const chunks: Buffer[] = [];
  for await (const chunk of csvStream({ stamp, columns: journalColumns, batches: batches(), sealer, format: 'journal', done: (file) => { told = file; } })) chunks.push(chunk as Buffer);
  return { content: Buffer.concat(chunks), ...told, lsn: position.lsn, invoices };
}
