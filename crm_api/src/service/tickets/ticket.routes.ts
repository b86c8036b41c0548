import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { TicketService } from './ticket.service.js';

/** `/tickets`. */
export function ticketRoutes(): RouteSpec[] {
  const service = new TicketService();
  return [...crudRoutes(service), timelineRoute(service)];
}
