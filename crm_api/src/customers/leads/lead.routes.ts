import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { consentRoutes } from '../consents/consent.routes.js';
import { LeadService } from './lead.service.js';

/** `/leads`. */
export function leadRoutes(): RouteSpec[] {
  const service = new LeadService();
  return [...crudRoutes(service), timelineRoute(service), ...consentRoutes(service)];
}
