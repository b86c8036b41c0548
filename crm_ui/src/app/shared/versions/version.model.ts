import { Reference } from '@core/api/api.client';

/** Version of the definition of each measure when a report or a dashboard was saved. */
export type Pins = Readonly<Record<string, number>>;

/** A version in a list. */
export interface VersionSummary {
  readonly version: number;
  readonly note: string | null;
  readonly restored_from: number | null;
  readonly author: Reference;
  readonly created_at: string;
}
