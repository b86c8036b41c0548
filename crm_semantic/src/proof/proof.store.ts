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
export const latestProofs = `SELECT p.kpi AS kpi, min(p.equal) AS equal, toString(min(p.lsn)) AS lsn, concat(replaceOne(toString(min(p.committed_at)), ' ', 'T'), 'Z') AS committed_at,
  concat(replaceOne(toString(min(p.checked_at)), ' ', 'T'), 'Z') AS checked_at, toUInt32(sum(p.rows)) AS compared, toUInt32(sum(p.different)) AS different,
  anyIf(concat('by ', p.grouping, ', ', p.detail), NOT p.equal) AS detail
FROM (SELECT * FROM crm_cdc.kpi_proof FINAL ORDER BY checked_at DESC LIMIT 1 BY kpi, grouping) AS p
GROUP BY p.kpi ORDER BY p.kpi`;
