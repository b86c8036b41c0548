import { traceHeaders } from 'crm_telemetry';
import { SignJWT } from 'jose';
import type { ApiConfig } from '../../config.js';
import type { Actor } from '../../kernel/context/actor.js';
import { analyticsDown } from './analytics.errors.js';
import { claimsOf } from './semantic.client.js';

/** The newest proof of a KPI against Postgres. */
export interface KpiProof {
  /** `view.measure`. */
  readonly kpi: string;
  readonly equal: boolean;
  /** Position of the log that both sides were read at, as decimal text. */
  readonly lsn: string;
  readonly committed_at: string;
  readonly checked_at: string;
  readonly compared: number;
  readonly different: number;
  readonly detail: string;
}

const timeoutMs = 10_000;

/** Asks the semantic layer how its KPIs last compared with what Postgres holds. */
export class ProofService {
  private readonly key: Uint8Array | null;

  constructor(private readonly config: ApiConfig) {
    this.key = config.cubeSecret === null ? null : new TextEncoder().encode(config.cubeSecret);
  }

  /** The proofs of the KPIs that the caller may read; empty before the first proof. */
  async latest(actor: Actor): Promise<readonly KpiProof[]> {
    if (this.config.cubeUrl === null || this.key === null) throw analyticsDown(new Error('CRM_CUBE_URL or CRM_CUBE_SECRET is not set'));
    const token = await new SignJWT({ ...claimsOf(actor) }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('5m').sign(this.key);
    const response = await fetch(`${this.config.cubeUrl}/proof`, { headers: { authorization: token, ...traceHeaders() }, signal: AbortSignal.timeout(timeoutMs) })
      .catch((error: unknown) => { throw analyticsDown(error); });
    if (!response.ok) throw analyticsDown(new Error(`The semantic layer answers ${response.status}: ${(await response.text()).slice(0, 500)}`));
    return ((await response.json()) as { kpis: readonly KpiProof[] }).kpis;
  }
}
