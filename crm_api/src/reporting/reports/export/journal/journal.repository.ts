import type { Knex } from 'knex';
import type { PostedInvoice } from './journal.lines.js';

/** What a journal is about: days of issue, both inside. */
export interface JournalPeriod {
  readonly from: string;
  readonly to: string;
}

const page = 2000;

/** Issued invoices of a period: drafts are not issued yet, void ones were taken back, and test accounts are nobody's money. */
function posted(db: Knex.Transaction, { from, to }: JournalPeriod): Knex.QueryBuilder {
  return db('crm_core.crm_invoices as i').join('crm_core.crm_accounts as a', 'a.id', 'i.account_id')
    .whereNull('i.deleted_at').whereNotIn('i.status', ['draft', 'void']).where('a.is_test', false).whereBetween('i.issued_on', [from, to]);
}

/** How many invoices there are, and what they come to in each currency. */
export async function countPosted(db: Knex.Transaction, period: JournalPeriod): Promise<{ currency: string; invoices: number; gross: string }[]> {
  const rows = await posted(db, period).groupBy('i.currency').orderBy('i.currency').select<{ currency: string; invoices: string; gross: string }[]>('i.currency', db.raw('count(*)::text AS invoices'), db.raw('sum(i.gross_total)::text AS gross'));
  return rows.map((row) => ({ ...row, invoices: Number(row.invoices) }));
}

/** They themselves, in the order of their days and numbers, some at a time. */
export async function* readPosted(db: Knex.Transaction, period: JournalPeriod): AsyncGenerator<PostedInvoice> {
  let last: PostedInvoice | undefined;
  for (;;) {
    const query = posted(db, period).leftJoin('crm_core.crm_users as u', 'u.id', 'i.owner_id').leftJoin('crm_core.crm_teams as t', 't.id', 'u.team_id')
      .orderBy([{ column: 'i.issued_on' }, { column: 'i.id' }]).limit(page)
      .select<PostedInvoice[]>('i.id', 'i.number', db.raw('i.issued_on::text AS issued_on'), 'i.currency', db.raw('i.net_total::text AS net_total'), db.raw('i.tax_total::text AS tax_total'), db.raw('i.gross_total::text AS gross_total'), 'a.legal_name as account', 't.name as cost_centre');
    const rows: PostedInvoice[] = await (last === undefined ? query : query.whereRaw('(i.issued_on, i.id) > (?::date, ?::uuid)', [last.issued_on, last.id]));
    yield* rows;
    if (rows.length < page) return;
    last = rows.at(-1);
  }
}

/** The position of the log that a transaction's reading is complete up to, and the time of it. */
export async function positionOf(db: Knex.Transaction): Promise<{ lsn: string; committed_at: string }> {
  const { rows } = await db.raw<{ rows: { lsn: string; at: Date }[] }>('SELECT pg_current_wal_lsn()::text AS lsn, now() AS at');
  return { lsn: rows[0]?.lsn ?? '', committed_at: rows[0]?.at.toISOString() ?? '' };
}
