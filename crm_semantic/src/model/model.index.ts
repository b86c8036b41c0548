import { invoices, subscriptions } from './cubes/billing/billing.cubes.js';
import { customerCohorts } from './cubes/billing/customer.cohorts.cube.js';
import { mrrBridge } from './cubes/billing/mrr.bridge.cube.js';
import { retention } from './cubes/billing/retention.cube.js';
import { acquisition } from './cubes/customers/acquisition.cube.js';
import { accounts, contacts, leads } from './cubes/customers/customers.cubes.js';
import { unitEconomics } from './cubes/customers/unit.economics.cube.js';
import { attribution } from './cubes/engagement/attribution.cube.js';
import { activities, campaigns } from './cubes/engagement/engagement.cubes.js';
import { dealItems } from './cubes/sales/deal.items.cube.js';
import { dealsAsOf } from './cubes/sales/deals.asof.cube.js';
import { deals } from './cubes/sales/deals.cube.js';
import { forecast } from './cubes/sales/forecast.cube.js';
import { forecastAccuracy } from './cubes/sales/forecast.accuracy.cube.js';
import { forecastCohorts } from './cubes/sales/forecast.cohorts.cube.js';
import { pipelineChange } from './cubes/sales/pipeline.change.cube.js';
import { stageFunnel } from './cubes/sales/stage.funnel.cube.js';
import { stageVisits } from './cubes/sales/stage.visits.cube.js';
import { tickets } from './cubes/service/tickets.cube.js';
import { accountLookup, campaignLookup, ownerLookup, productLookup, rates, scoreAsOfLookup, scoreLookup, stageLookup, tagLookups, teamLookup } from './cubes/shared/lookup.cubes.js';
import type { Cube, View } from './model.types.js';
import { billingViews } from './views/billing/billing.views.js';
import { customersViews } from './views/customers/customers.views.js';
import { engagementViews } from './views/engagement/engagement.views.js';
import { salesViews } from './views/sales/sales.views.js';
import { serviceViews } from './views/service/service.views.js';

/** Every private cube; the lookups first. */
export const cubes: readonly Cube[] = [
  ownerLookup, teamLookup, accountLookup, productLookup, stageLookup, campaignLookup, scoreLookup, scoreAsOfLookup, rates, ...tagLookups,
  deals, dealsAsOf, dealItems, stageFunnel, stageVisits, forecast, forecastAccuracy(rates.sql), forecastCohorts, pipelineChange(rates.sql),
  accounts, contacts, leads, acquisition, unitEconomics(rates.sql),
  activities, campaigns, attribution(rates.sql),
  subscriptions, mrrBridge(rates.sql), retention(rates.sql), customerCohorts(rates.sql), invoices,
  tickets,
];

/** Every public view. */
export const views: readonly View[] = [...salesViews, ...customersViews, ...engagementViews, ...billingViews, ...serviceViews];
