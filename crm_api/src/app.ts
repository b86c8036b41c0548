import type { Server } from '@hapi/hapi';
import type { ApiConfig } from './config.js';
import { accountRoutes } from './customers/accounts/account.routes.js';
import { contactRoutes } from './customers/contacts/contact.routes.js';
import { leadRoutes } from './customers/leads/lead.routes.js';
import { invoiceRoutes } from './billing/invoices/invoice.routes.js';
import { subscriptionRoutes } from './billing/subscriptions/subscription.routes.js';
import { activityRoutes } from './engagement/activities/activity.routes.js';
import { campaignRoutes } from './engagement/campaigns/campaign.routes.js';
import type { Deps } from './kernel/context/deps.js';
import type { RouteSpec } from './kernel/route.js';
import { buildServer, type Kernel } from './kernel/server.js';
import { analyticsRoutes } from './reporting/analytics/analytics.routes.js';
import { AnalyticsService } from './reporting/analytics/analytics.service.js';
import { dealRoutes } from './sales/deals/deal.routes.js';
import { pipelineRoutes } from './sales/pipelines/pipeline.routes.js';
import { productRoutes } from './sales/products/product.routes.js';
import { quoteRoutes } from './sales/quotes/quote.routes.js';
import { ticketRoutes } from './service/tickets/ticket.routes.js';
import { authRoutes } from './workspace/auth/auth.routes.js';
import { AuthService } from './workspace/auth/auth.service.js';
import { flagRoutes } from './workspace/flags/flag.routes.js';
import { healthRoute } from './workspace/health/health.routes.js';
import { HealthService } from './workspace/health/health.service.js';
import { importRoutes } from './workspace/imports/import.routes.js';
import { openapiRoute } from './workspace/openapi/openapi.routes.js';
import { roleRoutes } from './workspace/roles/role.routes.js';
import { teamRoutes } from './workspace/teams/team.routes.js';
import { uiPlugin } from './workspace/ui/ui.plugin.js';
import { userRoutes } from './workspace/users/user.routes.js';

/** Every route of the product; a new domain adds its line here. */
export function allRoutes({ config, deps, keys, actors }: Kernel): RouteSpec[] {
  const routes: RouteSpec[] = [
    ...authRoutes(new AuthService(deps.db, config, keys, actors)),
    ...accountRoutes(), ...contactRoutes(), ...leadRoutes(),
    ...dealRoutes(), ...pipelineRoutes(), ...productRoutes(), ...quoteRoutes(),
    ...invoiceRoutes(), ...subscriptionRoutes(),
    ...ticketRoutes(), ...activityRoutes(), ...campaignRoutes(),
    ...userRoutes(actors), ...teamRoutes(), ...roleRoutes(), ...flagRoutes(deps.flags), ...importRoutes(config.maxUploadBytes),
    ...analyticsRoutes(new AnalyticsService(config)),
    healthRoute(new HealthService(deps.db, config)),
    openapiRoute(() => routes),
  ];
  return routes;
}

/** The API with its UI, ready for `inject` and `start`. */
export async function createServer(config: ApiConfig, deps: Deps, options: { readonly checkResponses?: boolean } = {}): Promise<Server> {
  return buildServer(config, deps, {
    routes: allRoutes,
    ...options,
    extend: async (server) => { await server.register({ plugin: uiPlugin, options: { folder: config.uiDir } }); },
  });
}
