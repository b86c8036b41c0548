import { microsText, nowMicros, type Warehouse } from 'crm_warehouse';
import type { ProofReport } from './kpi.prover.js';

/** The newest proof of a KPI, over all splits it was last proved in. */
export interface ProvenKpi {
  readonly kpi: string;
  readonly equal: boolean;
  /** Position of the log that both sides were read at, as decimal text. */
  readonly lsn: string;
  /** Everything committed up to here was in it; ISO time in UTC. */
  readonly committed_at: string;
  readonly checked_at: string;
  /** Numbers compared and how many of them differ. */
  readonly compared: number;
  readonly different: number;
  /** The first difference for a person; empty when there is none. */
  readonly detail: string;
}

/** Writes what a run found to `crm_cdc.kpi_proof`. */
export async function recordProof(warehouse: Warehouse, report: ProofReport): Promise<void> {
  await warehouse.insert('crm_cdc.kpi_proof', report.results.map((result) => ({
    kpi: result.kpi, grouping: result.grouping, lsn: String(report.lsn), committed_at: microsText(report.committedAt), checked_at: microsText(BigInt(result.checkedAt.getTime()) * 1000n),
    expected: result.expected, actual: result.actual, equal: result.equal, rows: result.rows, different: result.different, detail: result.detail, _version: String(nowMicros()),
  })), { idempotent: true });
}

/** SQL of the newest proof of each KPI; a row per `ProvenKpi`. */
export const latestProofs = `SELECT kpi, min(equal) AS equal, toString(min(lsn)) AS lsn, formatDateTime(min(committed_at), '%Y-%m-%dT%H:%i:%s.%fZ', 'UTC') AS committed_at,
  formatDateTime(min(checked_at), '%Y-%m-%dT%H:%i:%s.%fZ', 'UTC') AS checked_at, toUInt32(sum(rows)) AS compared, toUInt32(sum(different)) AS different,
  anyIf(concat('by ', grouping, ', ', detail), NOT equal) AS detail
FROM (SELECT * FROM crm_cdc.kpi_proof FINAL ORDER BY checked_at DESC LIMIT 1 BY kpi, grouping)
GROUP BY kpi ORDER BY kpi`;
