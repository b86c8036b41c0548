import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { AuditService } from './audit.service.js';

/** `/audit`: who did, saw and was refused what; read only. */
export function auditRoutes(): RouteSpec[] {
  return crudRoutes(new AuditService(), { create: false, update: false, remove: false });
}
