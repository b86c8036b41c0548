import Joi from 'joi';
import { requireScope } from '../../../../kernel/context/actor.js';
import { inOneTransaction } from '../../../../kernel/context/call.js';
import { hiddenFields } from '../../../../kernel/crud/field.access.js';
import { audit } from '../../../../kernel/crud/trail.js';
import { forbidden, invalidQuery } from '../../../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../../../kernel/route.js';
import type { Call } from '../../../../kernel/context/call.js';
import { sealerOf } from '../export.seal.js';
import { askerOf, dispositionOf } from '../report.export.js';
import { journalFile } from './journal.file.js';

const day = Joi.string().pattern(/^\d{4}-\d{2}-\d{2}$/).custom((text: string, helpers) => (Number.isNaN(Date.parse(`${text}T00:00:00Z`)) || new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) !== text ? helpers.error('string.pattern.base') : text));
const account = Joi.string().pattern(/^[A-Za-z0-9][\w./-]{0,39}$/).required();
const query = Joi.object({
  from: day.required().description('First day of issue.'), to: day.required().description('Last day of issue.'),
  receivable: account.description('Code of the account for receivables.'), revenue: account.description('Code of the account for revenue.'), tax: account.description('Code of the account for tax due.'), locale: Joi.valid('en', 'ar').default('en'),
});
const posted = ['number', 'issued_on', 'currency', 'net_total', 'tax_total', 'gross_total', 'account_id', 'owner_id', 'status'] as const;

/** A journal must be whole: whoever sees a part of the invoices, or not their amounts, would hand over a wrong one. */
function requireWhole(call: Call): void {
  if (requireScope(call.actor, 'invoices', 'export') !== 'all') throw forbidden('A journal has every invoice of its period, and you may export a part of them. Ask an administrator for invoices:export over all.');
  const hidden = hiddenFields(call.actor, 'invoices');
  const [field] = posted.filter((name) => hidden.has(name));
  if (field !== undefined) throw forbidden(`A journal needs the field ${field} of invoices, which your role is not shown. Ask an administrator for it.`);
}

/** `GET /invoices/journal.csv`: what finance hands over to its ledger. */
export function journalRoutes(): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/invoices/journal.csv', id: 'exportJournal', tag: 'invoices', access: { resource: 'invoices', action: 'export' }, feature: 'crm_feature_reports', query, produces: 'text/csv', responses: { 200: Joi.string() }, problems: [400, 403, 422],
      summary: 'The invoices of a period as a journal for the ledger: date, document, account, cost centre, debit, credit, currency, text; balanced to the cent, stamped and sealed',
      async handle(call, { query: asked }) {
        requireWhole(call);
        const { from, to, receivable, revenue, tax, locale } = asked as Record<'from' | 'to' | 'receivable' | 'revenue' | 'tax', string> & { locale: 'en' | 'ar' };
        if (from > to) throw invalidQuery([{ path: 'from', code: 'after_to', message: '"from" is later than "to". Exchange them.' }]);
        const file = await call.db.transaction((trx) => journalFile(trx, { period: { from, to }, accounts: { receivable, revenue, tax }, locale, askedBy: askerOf(call.actor), madeAt: new Date() }, sealerOf(call.config)), { isolationLevel: 'repeatable read', readOnly: true });
        await inOneTransaction(call, (trx) => audit(trx, call, { action: 'export', entity: 'invoices', entityId: null, after: { format: 'journal', from, to, invoices: file.invoices, rows: file.rows, sha256: file.hash, lsn: file.lsn } }));
        return new Reply(200, file.content, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': dispositionOf(`journal ${from} ${to}.csv`), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      },
    }),
  ];
}
