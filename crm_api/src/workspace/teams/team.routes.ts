import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { TeamService } from './team.service.js';

/** `/teams`. */
export function teamRoutes(): RouteSpec[] {
  return crudRoutes(new TeamService());
}
