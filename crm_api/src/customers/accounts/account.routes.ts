import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { AccountService } from './account.service.js';

/** `/accounts`. */
export function accountRoutes(): RouteSpec[] {
  const service = new AccountService();
  return [...crudRoutes(service), timelineRoute(service)];
}
