import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { InvoiceService } from './invoice.service.js';

/** `/invoices`. */
export function invoiceRoutes(): RouteSpec[] {
  const service = new InvoiceService();
  return [...crudRoutes(service), timelineRoute(service)];
}
