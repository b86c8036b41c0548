import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { ActivityService } from './activity.service.js';

/** `/activities`. */
export function activityRoutes(): RouteSpec[] {
  const service = new ActivityService();
  return [...crudRoutes(service), timelineRoute(service)];
}
