import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { consentRoutes } from '../consents/consent.routes.js';
import { ContactService } from './contact.service.js';

/** `/contacts`. */
export function contactRoutes(): RouteSpec[] {
  const service = new ContactService();
  return [...crudRoutes(service), timelineRoute(service), ...consentRoutes(service)];
}
