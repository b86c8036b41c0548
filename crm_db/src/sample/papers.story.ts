import { dateText, day, dayOf, timeText } from './calendar.js';
import type { Deal, DealStage } from './deal.story.js';
import { isRecurring, taxOf, type DealLine } from './deal.lines.js';
import type { Random } from './random.js';
import { money } from './rows.js';
import { stamp } from './world.js';

/** How a customer's subscriptions are billed. */
export type Billing = 'month' | 'quarter' | 'year';

/** What an invoice bills; money in cents. */
export interface InvoiceLine {
  readonly productId: string | null;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly discount: number;
  readonly net: number;
}

interface InvoiceParts {
  readonly deal: Deal;
  readonly subscriptionId: string | null;
  readonly orderId: string | null;
  /** Day of issue. */
  readonly issued: number;
  readonly lines: readonly InvoiceLine[];
}

/** Writes an invoice, its lines and what has been paid on it; returns whether it is overdue today. */
export function writeInvoice({ world }: DealStage, parts: InvoiceParts, random: Random): boolean {
  const { deal, issued } = parts;
  const { account } = deal;
  const currency = account.country.currency;
  const net = parts.lines.reduce((sum, line) => sum + line.net, 0);
  const tax = parts.lines.reduce((sum, line) => sum + taxOf(line.net, account.country.tax), 0);
  const gross = net + tax;
  const createdAt = issued * day + random.int(8 * 3600, 17 * 3600) * 1000;
  const due = issued + 30;
  const fate = random.next();
  // Most pay around the due date, some late; a few invoices are cancelled or never paid.
  const paidDay = issued + Math.max(1, Math.round(26 * random.lognormal(0.5)));
  const isVoid = fate > 0.99;
  const isBad = fate > 0.982 && !isVoid && due + 120 < world.today;
  const paid = !isVoid && !isBad && paidDay < world.today;
  const overdue = !isVoid && !isBad && !paid && due < world.today;
  const partial = overdue && random.chance(0.15) ? Math.floor(gross / 2) : 0;
  const status = isVoid ? 'void' : isBad ? 'uncollectible' : paid ? 'paid' : overdue ? 'overdue' : 'open';
  const paidAt = paidDay * day + random.int(8 * 3600, 17 * 3600) * 1000;
  const row = stamp(random, createdAt, paid ? paidAt : createdAt);
  world.sink.add('crm_invoices', {
    ...row, number: world.numbers.next('INV', createdAt), account_id: account.id, subscription_id: parts.subscriptionId, order_id: parts.orderId, deal_id: deal.id,
    owner_id: account.owner.id, status, currency, net_total: money(net), tax_total: money(tax), paid_total: money(paid ? gross : partial), issued_on: dateText(issued), due_on: dateText(due),
    paid_at: paid ? timeText(paidAt) : null,
  });
  parts.lines.forEach((line, position) => world.sink.add('crm_invoice_line_items', {
    ...stamp(random, createdAt), invoice_id: row.id, product_id: line.productId, description: line.description, quantity: line.quantity, unit_price: money(line.unitPrice),
    discount_rate: (line.discount / 100).toFixed(2), tax_rate: (account.country.tax / 10_000).toFixed(4), position: position + 1,
  }));
  const pay = (amount: number, at: number, state: string): void => world.sink.add('crm_payments', {
    ...stamp(random, at), invoice_id: row.id, account_id: account.id, amount: money(amount), currency, method: random.pick(['bank_transfer', 'bank_transfer', 'card', 'cheque']), status: state,
    received_at: timeText(at), reference: `PAY${random.int(100_000, 999_999)}`,
  });
  if (paid && gross > 0) {
    if (random.chance(0.02)) pay(gross, Math.max(createdAt, paidAt - 2 * day), 'failed');
    const first = random.chance(0.05) ? Math.floor(gross / 2) : 0;
    if (first > 0) pay(first, Math.max(createdAt, paidAt - day), 'succeeded');
    pay(gross - first, paidAt, 'succeeded');
  } else if (partial > 0) pay(partial, Math.min(due * day, world.now - 1000), 'succeeded');
  return overdue;
}

function writeQuote({ world, catalogue }: DealStage, deal: Deal, sentAt: number, status: string, acceptedAt: number | null, random: Random): string {
  const { account } = deal;
  const row = stamp(random, sentAt, acceptedAt ?? (deal.closedAt !== null ? Math.max(sentAt, deal.closedAt) : sentAt));
  world.sink.add('crm_quotes', {
    ...row, number: world.numbers.next('Q', sentAt), deal_id: deal.id, account_id: account.id, contact_id: deal.contact.id, owner_id: deal.owner.id,
    price_book_id: catalogue.priceBooks.get(account.country.currency) ?? null, status, currency: account.country.currency, net_total: money(deal.amount),
    tax_total: money(deal.lines.reduce((sum, line) => sum + taxOf(line.net, account.country.tax), 0)), valid_until: dateText(dayOf(sentAt) + 30), accepted_at: acceptedAt === null ? null : timeText(acceptedAt),
  });
  deal.lines.forEach((line, position) => world.sink.add('crm_quote_line_items', {
    ...stamp(random, sentAt), quote_id: row.id, product_id: line.product.id, description: line.description, quantity: line.quantity, unit_price: money(line.unitPrice),
    discount_rate: (line.discount / 100).toFixed(2), tax_rate: (account.country.tax / 10_000).toFixed(4), position: position + 1,
  }));
  return row.id;
}

const invoiceLine = (line: DealLine): InvoiceLine => ({ ...line, productId: line.product.id });

/** Writes the quote of a deal that got that far and, when it was won, the order and its invoice (with the first year of what is billed yearly). */
export function writePapers(stage: DealStage, deal: Deal, billing: Billing, random: Random): void {
  const { world } = stage;
  const proposal = deal.visits.find((visit) => visit.stage >= 4)?.enteredAt;
  const { closedAt } = deal;
  if (deal.status !== 'won' || closedAt === null) {
    if (proposal === undefined) return;
    const expired = dayOf(proposal) + 30 < world.today;
    writeQuote(stage, deal, proposal, deal.status === 'lost' ? (random.chance(0.6) ? 'declined' : 'expired') : expired ? 'expired' : random.chance(0.8) ? 'sent' : 'in_approval', null, random);
    return;
  }
  const quoteId = writeQuote(stage, deal, proposal ?? Math.max(deal.createdAt, closedAt - 3 * day), 'accepted', closedAt, random);
  const orderedAt = world.past(closedAt + random.int(1, 30) * 3_600_000);
  const order = stamp(random, orderedAt);
  world.sink.add('crm_orders', {
    ...order, number: world.numbers.next('SO', orderedAt), quote_id: quoteId, deal_id: deal.id, account_id: deal.account.id, status: dayOf(orderedAt) + 30 < world.today ? 'fulfilled' : 'open',
    currency: deal.account.country.currency, net_total: money(deal.amount), ordered_at: timeText(orderedAt),
  });
  const billed = deal.lines.filter((line) => billing === 'year' || !isRecurring(line.product));
  const issued = dayOf(orderedAt) + random.int(0, 6);
  if (billed.length > 0 && issued < world.today) {
    writeInvoice(stage, { deal, subscriptionId: null, orderId: order.id, issued, lines: billed.map(invoiceLine) }, random);
  }
}

/** Monthly steps of a billing period. */
export const billingMonths: Record<Billing, number> = { month: 1, quarter: 3, year: 12 };
