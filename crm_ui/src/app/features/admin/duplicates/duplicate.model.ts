/** Kinds of records that are searched for duplicates. */
export const MATCH_ENTITIES = ['contacts', 'accounts', 'leads'] as const;
/** One kind. */
export type MatchEntity = (typeof MATCH_ENTITIES)[number];

/** What can become of a pair. */
export const PAIR_STATES = ['open', 'rejected', 'merged', 'undone'] as const;
/** One of them. */
export type PairState = (typeof PAIR_STATES)[number];

/** One field's part in a resemblance; `similarity` from 0 to 1. */
export interface Reason {
  readonly field: string;
  readonly agreement: 'same' | 'similar' | 'different';
  readonly similarity: number;
}

/** A record of a pair, as its list shows it. */
export type PairRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** Two records that may be one; a side is null where it was merged or deleted since. */
export interface Pair {
  readonly id: string;
  readonly entity: MatchEntity;
  readonly similarity: number;
  readonly reasons: readonly Reason[];
  readonly status: PairState;
  readonly decided_at: string | null;
  readonly created_at: string;
  readonly left: PairRecord | null;
  readonly right: PairRecord | null;
}

/** A search of all records of a kind. */
export interface Search {
  readonly id: string;
  readonly entity: MatchEntity;
  readonly status: 'queued' | 'running' | 'done' | 'failed';
  readonly threshold: number;
  readonly compared: number;
  readonly candidates: number;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly error: string | null;
}

/** Fields whose value is chosen together. */
export interface FieldGroup {
  readonly fields: readonly string[];
  readonly read_only: boolean;
}

interface Names { readonly name: string; readonly name_ar: string | null }

/** Two records that became one. */
export interface Merge {
  readonly id: string;
  readonly entity: MatchEntity;
  readonly survivor_id: string;
  readonly loser_id: string;
  readonly survivor: Names | null;
  readonly loser: Names | null;
  readonly merged_by: string | null;
  readonly fields: readonly string[];
  readonly moved: Readonly<Record<string, number>>;
  readonly created_at: string;
  readonly undone_at: string | null;
}

/** A merge that was taken back, and what somebody had changed since. */
export type MergeUndone = Merge & { readonly kept_fields: readonly string[]; readonly kept_rows: number };

/** A value that another source knows. */
export interface Proposal {
  readonly id: string;
  readonly entity: MatchEntity;
  readonly entity_id: string;
  readonly record: Names | null;
  readonly provider: string;
  readonly field: string;
  readonly current: string | null;
  readonly proposed: string;
  readonly status: 'open' | 'accepted' | 'rejected';
  readonly created_at: string;
}
