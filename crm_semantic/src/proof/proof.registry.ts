import { activitiesProof, campaignsProof, invoicesProof, mrrBridgeProof, subscriptionsProof, ticketsProof } from './kpis/business.proof.js';
import { accountsProof, acquisitionProof, contactsProof, leadsProof } from './kpis/customers.proof.js';
import { dealsAsOfProof, pipelineChangeProof } from './kpis/history.proof.js';
import { dealItemsProof, dealsProof, forecastProof, stageFunnelProof, stageVisitsProof } from './kpis/sales.proof.js';
import type { ViewProof } from './proof.types.js';

/** A proof for every public view; a spec holds it against the KPI dictionary. */
export const viewProofs: readonly ViewProof[] = [
  dealsProof, dealsAsOfProof, dealItemsProof, stageFunnelProof, stageVisitsProof, forecastProof, pipelineChangeProof, accountsProof, contactsProof, leadsProof, acquisitionProof, activitiesProof, campaignsProof, subscriptionsProof, mrrBridgeProof,
  invoicesProof, ticketsProof,
];
