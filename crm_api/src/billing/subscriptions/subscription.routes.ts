import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { SubscriptionService } from './subscription.service.js';

/** `/subscriptions`. */
export function subscriptionRoutes(): RouteSpec[] {
  const service = new SubscriptionService();
  return [...crudRoutes(service), timelineRoute(service)];
}
