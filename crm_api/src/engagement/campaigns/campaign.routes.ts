import { crudRoutes } from '../../kernel/crud/crud.routes.js';
import type { RouteSpec } from '../../kernel/route.js';
import { CampaignService } from './campaign.service.js';

/** `/campaigns`. */
export function campaignRoutes(): RouteSpec[] {
  return crudRoutes(new CampaignService());
}
