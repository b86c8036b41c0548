import { Reference } from '@core/api/api.client';

/** One entry of the audit log. */
export interface AuditEntry {
  readonly id: string;
  readonly occurred_at: string;
  readonly actor_id: string | null;
  readonly actor_kind: 'user' | 'client' | 'system' | 'import' | 'model' | 'anonymous';
  readonly actor: Reference | null;
  readonly action: string;
  readonly entity: string;
  readonly entity_id: string | null;
  readonly request_id: string | null;
  readonly session_id: string | null;
  readonly client_id: string | null;
  readonly method: string | null;
  readonly route: string | null;
  readonly status: number | null;
  readonly duration_ms: number | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly position: number | null;
  readonly erased: boolean;
}

/** What a verification can find. */
export const FINDING_KINDS = ['altered', 'removed', 'unchained', 'gap', 'reordered', 'broken', 'anchor'] as const;
/** One kind of difference. */
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One difference that a verification found. */
export interface Finding {
  readonly kind: FindingKind;
  readonly position: number | null;
  readonly id: string | null;
}

/** A verification of the whole log and how far it is. */
export interface Verification {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed';
  readonly checked: number;
  readonly total: number | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly error: 'too_long' | 'fault' | null;
  readonly sound: boolean | null;
  readonly counts: Readonly<Record<FindingKind, number>> | null;
  /** The first differences, in the order of the chain. */
  readonly findings: readonly Finding[];
  readonly waiting: number | null;
  readonly erased: number | null;
  readonly anchors: { readonly compared: number; readonly last_position: number; readonly reachable: boolean } | null;
}

/** How the log is sealed. */
export interface AuditChain {
  readonly head: { readonly position: number; readonly hash: string; readonly sealed_at: string } | null;
  readonly waiting: number;
  readonly oldest_waiting_at: string | null;
  readonly sealing: boolean;
  readonly verification: Verification | null;
}
