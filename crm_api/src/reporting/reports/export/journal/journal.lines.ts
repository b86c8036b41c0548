import { neutral } from '../../../delivery/report.files.js';
import { plain } from '../export.table.js';
import { Exact } from '../export.sums.js';

/** Codes of the ledger's accounts that invoices are posted to. */
export interface JournalAccounts {
  readonly receivable: string;
  readonly revenue: string;
  readonly tax: string;
}

/** An invoice as it is posted; amounts as decimal text. */
export interface PostedInvoice {
  readonly id: string;
  readonly number: string;
  /** `YYYY-MM-DD`. */
  readonly issued_on: string;
  readonly currency: string;
  readonly net_total: string;
  readonly tax_total: string;
  readonly gross_total: string;
  readonly account: string;
  /** The team of who looks after it; null where nobody does, or nobody's team. */
  readonly cost_centre: string | null;
}

/** Names of the columns, the same in every language: programs read them. */
export const journalColumns = ['date', 'document', 'account', 'cost_centre', 'debit', 'credit', 'currency', 'text'] as const;

/**
 * The lines of an invoice: its gross amount on receivables, the net amount on revenue and the tax on tax due; what is negative, as in a credit note, on the other side. Lines of nothing are left out.
 * @throws Error where debit and credit differ by as much as a cent, which no file may hold.
 */
export function linesOf(invoice: PostedInvoice, accounts: JournalAccounts): (string | null)[][] {
  const parts = [[accounts.receivable, invoice.gross_total, 'debit'], [accounts.revenue, invoice.net_total, 'credit'], [accounts.tax, invoice.tax_total, 'credit']] as const;
  let balance = new Exact(0);
  const lines = parts.flatMap(([account, text, side]) => {
    const amount = new Exact(text);
    if (amount.isZero()) return [];
    balance = side === 'debit' ? balance.plus(amount) : balance.minus(amount);
    const debit = (side === 'debit') !== amount.isNegative();
    const shown = amount.abs().toFixed(2);
    return [[invoice.issued_on, neutral(plain(invoice.number)), account, invoice.cost_centre === null ? null : neutral(plain(invoice.cost_centre)), debit ? shown : null, debit ? null : shown, invoice.currency, neutral(plain(`${invoice.number} ${invoice.account}`))]];
  });
  if (!balance.isZero()) throw new Error(`Invoice ${invoice.number} is not balanced: debit and credit differ by ${balance.toFixed()}.`);
  return lines;
}
