import { invoices, subscriptions } from './cubes/billing/billing.cubes.js';
import { mrrBridge } from './cubes/billing/mrr.bridge.cube.js';
import { acquisition } from './cubes/customers/acquisition.cube.js';
import { accounts, contacts, leads } from './cubes/customers/customers.cubes.js';
import { activities, campaigns } from './cubes/engagement/engagement.cubes.js';
import { dealItems } from './cubes/sales/deal.items.cube.js';
import { dealsAsOf } from './cubes/sales/deals.asof.cube.js';
import { deals } from './cubes/sales/deals.cube.js';
import { forecast } from './cubes/sales/forecast.cube.js';
import { pipelineChange } from './cubes/sales/pipeline.change.cube.js';
import { stageFunnel } from './cubes/sales/stage.funnel.cube.js';
import { stageVisits } from './cubes/sales/stage.visits.cube.js';
import { tickets } from './cubes/service/tickets.cube.js';
import { accountLookup, campaignLookup, ownerLookup, productLookup, rates, scoreLookup, stageLookup, tagLookups } from './cubes/shared/lookup.cubes.js';
import type { Cube, View } from './model.types.js';
import { billingViews } from './views/billing/billing.views.js';
import { customersViews } from './views/customers/customers.views.js';
import { engagementViews } from './views/engagement/engagement.views.js';
import { salesViews } from './views/sales/sales.views.js';
import { serviceViews } from './views/service/service.views.js';

/** Every private cube; the lookups first. */
export const cubes: readonly Cube[] = [
  ownerLookup, accountLookup, productLookup, stageLookup, campaignLookup, scoreLookup, rates, ...tagLookups,
  deals, dealsAsOf, dealItems, stageFunnel, stageVisits, forecast, pipelineChange(rates.sql),
  accounts, contacts, leads, acquisition,
  activities, campaigns,
  subscriptions, mrrBridge(rates.sql), invoices,
  tickets,
];

/** Every public view. */
export const views: readonly View[] = [...salesViews, ...customersViews, ...engagementViews, ...billingViews, ...serviceViews];
