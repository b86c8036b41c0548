import { webhookRoutes } from './automation/webhooks/webhook.routes.js';
import { invoiceRoutes } from './billing/invoices/invoice.routes.js';
import { InvoiceService } from './billing/invoices/invoice.service.js';
import { subscriptionRoutes } from './billing/subscriptions/subscription.routes.js';
import { SubscriptionService } from './billing/subscriptions/subscription.service.js';
import type { ApiConfig } from './config.js';
import { accountRoutes } from './customers/accounts/account.routes.js';
import { AccountService } from './customers/accounts/account.service.js';
import { contactRoutes } from './customers/contacts/contact.routes.js';
import { consentGraphql } from './customers/consents/consent.graphql.js';
import { purposeRoutes } from './customers/consents/consent.routes.js';
import { ContactService } from './customers/contacts/contact.service.js';
import { leadRoutes } from './customers/leads/lead.routes.js';
import { LeadService } from './customers/leads/lead.service.js';
import { activityRoutes } from './engagement/activities/activity.routes.js';
import { ActivityService } from './engagement/activities/activity.service.js';
import { campaignRoutes } from './engagement/campaigns/campaign.routes.js';
import { CampaignService } from './engagement/campaigns/campaign.service.js';
import type { Deps } from './kernel/context/deps.js';
import type { CrudService } from './kernel/crud/crud.service.js';
import type { RouteSpec } from './kernel/route.js';
import { buildServer, type Kernel } from './kernel/server.js';
import { analyticsRoutes } from './reporting/analytics/analytics.routes.js';
import { ProofService } from './reporting/analytics/proof.service.js';
import { proofRoutes } from './reporting/analytics/proof.routes.js';
import { numbersRoutes } from './reporting/analytics/numbers.routes.js';
import { embedCors } from './reporting/reports/embed/embed.cors.js';
import { embedRoutes } from './reporting/reports/embed/embed.routes.js';
import { reportRoutes } from './reporting/reports/engine/report.routes.js';
import { AnalyticsService } from './reporting/analytics/analytics.service.js';
import { alertRoutes } from './reporting/alerts/alert.routes.js';
import { notificationRoutes } from './reporting/alerts/notification.routes.js';
import { changeRoutes } from './reporting/changes/change.routes.js';
import { ChangeService } from './reporting/changes/change.service.js';
import { dashboardRoutes } from './reporting/dashboards/dashboard.routes.js';
import { savedReportRoutes } from './reporting/reports/saved/report.routes.js';
import { mailboxRoutes } from './reporting/delivery/mailbox.routes.js';
import { scheduleRoutes } from './reporting/delivery/schedule.routes.js';
import { duplicateRoutes } from './customers/quality/duplicates/duplicate.routes.js';
import { enrichmentRoutes } from './customers/quality/enrichment/enrichment.routes.js';
import { mergeRoutes } from './customers/quality/merging/merge.routes.js';
import { dealRoutes } from './sales/deals/deal.routes.js';
import { DealService } from './sales/deals/deal.service.js';
import { forecastRoutes } from './sales/forecasts/forecast.routes.js';
import { scenarioRoutes } from './sales/forecasts/scenarios/scenario.routes.js';
import { simulationRoutes } from './sales/forecasts/simulation/simulation.routes.js';
import { SimulationService } from './sales/forecasts/simulation/simulation.service.js';
import { pipelineRoutes } from './sales/pipelines/pipeline.routes.js';
import { PipelineService } from './sales/pipelines/pipeline.service.js';
import { productRoutes } from './sales/products/product.routes.js';
import { ProductService } from './sales/products/product.service.js';
import { quoteRoutes } from './sales/quotes/quote.routes.js';
import { QuoteService } from './sales/quotes/quote.service.js';
import { ticketRoutes } from './service/tickets/ticket.routes.js';
import { TicketService } from './service/tickets/ticket.service.js';
import { apiClientRoutes } from './workspace/api_clients/api_client.routes.js';
import { identityRoutes } from './workspace/auth/identity.routes.js';
import { auditRoutes } from './workspace/audit/audit.routes.js';
import { customFieldRoutes } from './workspace/custom_fields/custom_field.routes.js';
import { flagRoutes } from './workspace/flags/flag.routes.js';
import { graphqlRoute } from './workspace/graphql/graphql.routes.js';
import { GraphqlService } from './workspace/graphql/graphql.service.js';
import { metricsRoute } from './workspace/telemetry/metrics.routes.js';
import { observeLedger } from './workspace/telemetry/ledger.sampler.js';
import { observePool } from './kernel/telemetry/api.telemetry.js';
import { healthRoute } from './workspace/health/health.routes.js';
import { HealthService } from './workspace/health/health.service.js';
import { importRoutes } from './workspace/imports/import.routes.js';
import { openapiRoute } from './workspace/openapi/openapi.routes.js';
import { privacyRoutes } from './workspace/privacy/privacy.routes.js';
import { roleRoutes } from './workspace/roles/role.routes.js';
import { segmentRoutes } from './workspace/segments/segment.routes.js';
import { calendarRoutes } from './workspace/settings/calendar.routes.js';
import { marginRoutes } from './workspace/settings/margin.routes.js';
import { tagRoutes } from './workspace/tags/tag.routes.js';
import { teamRoutes } from './workspace/teams/team.routes.js';
import { TeamService } from './workspace/teams/team.service.js';
import { uiPlugin } from './workspace/ui/ui.plugin.js';
import { userRoutes } from './workspace/users/user.routes.js';
import { UserService } from './workspace/users/user.service.js';
import type { Server } from '@hapi/hapi';

/** The services of all records; GraphQL's schema is derived from them. */
export function allServices(): CrudService[] {
  return [
    new AccountService(), new ContactService(), new LeadService(), new DealService(), new PipelineService(), new ProductService(), new QuoteService(),
    new InvoiceService(), new SubscriptionService(), new TicketService(), new ActivityService(), new CampaignService(), new UserService(), new TeamService(),
  ];
}

/** Every route of the product; a new domain adds its line here. */
export function allRoutes({ config, deps, keys, actors }: Kernel, changes = new ChangeService(config, deps)): RouteSpec[] {
  const analytics = new AnalyticsService(config, deps.measures);
  const simulations = new SimulationService(analytics);
  const routes: RouteSpec[] = [
    ...identityRoutes({ config, deps, keys, actors }),
    ...accountRoutes(), ...contactRoutes(), ...leadRoutes(), ...duplicateRoutes(), ...mergeRoutes(), ...enrichmentRoutes(config.enrichmentFile),
    ...dealRoutes(), ...pipelineRoutes(), ...productRoutes(), ...quoteRoutes(),
    ...invoiceRoutes(), ...subscriptionRoutes(),
    ...ticketRoutes(), ...activityRoutes(), ...campaignRoutes(),
    ...userRoutes(actors), ...teamRoutes(), ...roleRoutes(actors, allServices().map((service) => service.resource)), ...apiClientRoutes(actors), ...flagRoutes(deps.flags), ...calendarRoutes(), ...marginRoutes(), ...auditRoutes(), ...privacyRoutes(), ...purposeRoutes(), ...importRoutes(config.maxUploadBytes),
    ...webhookRoutes(allServices()),
    ...customFieldRoutes(), ...tagRoutes(allServices()), ...segmentRoutes(allServices()),
    graphqlRoute(new GraphqlService(allServices(), [consentGraphql({ Contact: new ContactService(), Lead: new LeadService() })])),
    ...analyticsRoutes(analytics), ...numbersRoutes(analytics), ...reportRoutes(analytics), ...forecastRoutes(analytics), ...simulationRoutes(simulations), ...scenarioRoutes(analytics, simulations),
    ...proofRoutes(new ProofService(config)),
    ...changeRoutes(changes, actors),
    ...dashboardRoutes(analytics), ...savedReportRoutes(analytics), ...embedRoutes({ config, deps, keys, actors }, analytics), ...alertRoutes(analytics), ...notificationRoutes(), ...scheduleRoutes(), ...mailboxRoutes(),
    healthRoute(new HealthService(deps.db, config)), metricsRoute(deps.measures ?? null),
    openapiRoute(() => routes),
  ];
  return routes;
}

/** The API with its UI, ready for `inject` and `start`. */
export async function createServer(config: ApiConfig, deps: Deps, options: { readonly checkResponses?: boolean } = {}): Promise<Server> {
  if (deps.measures) {
    observePool(deps.measures, deps.db);
    observeLedger(deps.measures, deps.db, config);
  }
  const changes = new ChangeService(config, deps);
  return buildServer(config, deps, {
    routes: (kernel) => allRoutes(kernel, changes),
    ...options,
    extend: async (server) => {
      server.ext('onPreStop', () => { changes.close(); });
      await server.register({ plugin: embedCors, options: deps });
      await server.register({ plugin: uiPlugin, options: { folder: config.uiDir } });
    },
  });
}
