import type { SavedQuery } from '../../kernel/lists/segment.reader.js';

/** With whom a segment is shared. */
export const visibilities = ['private', 'team', 'all'] as const;
export type Visibility = (typeof visibilities)[number];

/** A row of `crm_segments` with the name of its owner. */
export interface SegmentRow extends SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly visibility: Visibility;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

/** What a caller says of a segment. */
export interface SegmentChange {
  readonly name?: string;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly q?: string | null;
  readonly sort?: string | null;
  readonly visibility?: Visibility;
}
