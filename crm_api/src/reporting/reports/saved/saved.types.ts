import type { Pins } from '../../analytics/definition.pins.js';
import type { VersionHead } from '../../versions/version.presenter.js';
import type { ReportDefinition } from '../definition/report.types.js';

/** How far somebody's right at a report or folder goes; each includes the ones before it. `manage` moves, shares and deletes. */
export const rights = ['view', 'edit', 'manage'] as const;
export type Right = (typeof rights)[number];

/** What a share may grant. */
export const grants = ['view', 'edit'] as const;

/** What reports and folders have in common as rows. */
interface Owned {
  readonly id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly owner_id: string;
  readonly owner_name: string | null;
  /** The caller's right by number: 0 none, then as in {@link rights}. */
  readonly rank: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

/** A report in a list: without its definition. */
export interface ReportSummary extends Owned {
  readonly description: string | null;
  readonly description_ar: string | null;
  /** The folder, where the caller is shown it. */
  readonly folder_id: string | null;
  readonly version: number;
  readonly view: string;
  readonly shape: string;
}

/** A row of `crm_reports`. */
export interface ReportRow extends ReportSummary {
  readonly definition: ReportDefinition;
  readonly pins: Pins;
  /** The folder, shown or not, and the caller's right at it. */
  readonly placed_in: string | null;
  readonly folder_rank: number;
}

/** A row of `crm_report_folders`. */
export interface FolderRow extends Owned {
  /** The folder around it, where the caller is shown it. */
  readonly parent_id: string | null;
  readonly placed_in: string | null;
  readonly parent_rank: number;
  /** 1 for one that is in no other. */
  readonly depth: number;
}

/** A row of `crm_report_versions` with the name of its author. */
export interface VersionRow extends VersionHead {
  readonly definition: ReportDefinition;
  readonly pins: Pins;
}

/** Who else is shown a report or folder: those with a role, in a team, or one person. */
export interface Share {
  readonly role?: string;
  readonly team_id?: string;
  readonly user_id?: string;
  readonly may: (typeof grants)[number];
}
export type NamedShare = Share & { readonly name: string | null };

/** A role as who shares with it sees it. */
export interface AudienceRole {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string | null;
}

/** What a share is of. */
export type Shared = { readonly report_id: string } | { readonly folder_id: string };

/** What a caller says of a report. */
export interface ReportChanges {
  readonly name?: string;
  readonly name_ar?: string | null;
  readonly description?: string | null;
  readonly description_ar?: string | null;
  readonly folder_id?: string | null;
  readonly definition?: ReportDefinition;
  readonly note?: string | null;
}

/** What a caller says of a folder. */
export interface FolderChanges {
  readonly name?: string;
  readonly name_ar?: string | null;
  readonly parent_id?: string | null;
}
