import { activitiesProof, campaignsProof, invoicesProof, subscriptionsProof } from './kpis/business.proof.js';
import { acquisitionProof, unitEconomicsProof } from './kpis/acquisition.proof.js';
import { attributionProof } from './kpis/attribution.proof.js';
import { customerCohortsProof } from './kpis/cohorts.proof.js';
import { accountsProof, contactsProof, leadsProof } from './kpis/customers.proof.js';
import { dealsAsOfProof, pipelineChangeProof } from './kpis/history.proof.js';
import { forecastCohortsProof } from './kpis/forecast.cohorts.proof.js';
import { forecastAccuracyProof, forecastProof } from './kpis/forecast.proof.js';
import { mrrBridgeProof, retentionProof } from './kpis/revenue.proof.js';
import { dealItemsProof, dealsProof, stageFunnelProof, stageVisitsProof } from './kpis/sales.proof.js';
import { ticketsProof } from './kpis/service.proof.js';
import type { ViewProof } from './proof.types.js';

/** A proof for every public view; a spec holds it against the KPI dictionary. */
export const viewProofs: readonly ViewProof[] = [
  dealsProof, dealsAsOfProof, dealItemsProof, stageFunnelProof, stageVisitsProof, forecastProof, forecastAccuracyProof, forecastCohortsProof, pipelineChangeProof, accountsProof, contactsProof, leadsProof, acquisitionProof, unitEconomicsProof,
  activitiesProof, campaignsProof, attributionProof, subscriptionsProof, mrrBridgeProof, retentionProof, customerCohortsProof,
  invoicesProof, ticketsProof,
];
