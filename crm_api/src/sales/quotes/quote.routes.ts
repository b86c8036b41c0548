import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { QuoteService } from './quote.service.js';

/** `/quotes`. */
export function quoteRoutes(): RouteSpec[] {
  const service = new QuoteService();
  return [...crudRoutes(service), timelineRoute(service)];
}
