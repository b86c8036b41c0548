import { Reference } from '@core/api/api.client';
import { AnsweredValue, ReportDefinition } from '@core/reports/report.model';
import { Pins, VersionSummary } from '@shared/versions/version.model';
import { Shape } from '../definition/definition.shapes';

/** How far somebody's right goes; each includes the one before it. */
export type Right = 'view' | 'edit' | 'manage';

/** A report in a list. */
export interface ReportSummary {
  readonly id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly description: string | null;
  readonly description_ar: string | null;
  readonly folder_id: string | null;
  readonly owner: Reference;
  readonly may: Right;
  readonly version: number;
  readonly view: string;
  readonly shape: Shape;
  readonly updated_at: string;
}

/** A saved report. */
export interface SavedReport extends ReportSummary {
  readonly definition: ReportDefinition;
  readonly pins: Pins;
}

/** A token that shows a report in pages of others, with the rows and fields of who issued it. */
export interface EmbedToken {
  readonly id: string;
  /** Null: always the current version. */
  readonly version: number | null;
  readonly origins: readonly string[];
  readonly locale: 'en' | 'ar';
  readonly created_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
}
export interface EmbedRequest {
  readonly origins: readonly string[];
  readonly version: number | null;
  readonly locale: 'en' | 'ar';
  readonly seconds: number;
}

/** A folder; what is shared through it is shared with all that is in it. */
export interface ReportFolder {
  readonly id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly parent_id: string | null;
  readonly owner: Reference;
  readonly may: Right;
}

/** What can be said of a folder. */
export interface FolderChanges {
  readonly name?: string;
  readonly name_ar?: string | null;
  readonly parent_id?: string | null;
}

/** One thing that differs between two versions; what was added has no `from`, what was removed no `to`. */
export interface VersionChange {
  readonly what: 'split' | 'value' | 'condition' | 'having' | 'pin' | 'view' | 'period' | 'compare' | 'top' | 'sort' | 'totals' | 'shape';
  readonly action: 'added' | 'removed' | 'moved' | 'changed';
  /** Of a pin. */
  readonly measure?: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** A version with what it asks. */
export interface ReportVersion extends VersionSummary {
  readonly definition: ReportDefinition;
  readonly pins: Pins;
  readonly against: number | null;
  readonly changes: readonly VersionChange[] | null;
}

/** Who else is shown a report: those with a role, in a team, or one person. */
export interface Share {
  readonly role?: string;
  readonly team_id?: string;
  readonly user_id?: string;
  readonly may: 'view' | 'edit';
}

/** A report or a folder, as far as sharing goes. */
export interface Shareable {
  readonly path: 'reports' | 'report-folders';
  readonly id: string;
}

/** A role that can be shared with. */
export interface AudienceRole {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string | null;
}

export type NamedShare = Share & { readonly name: string | null };

/** What tells one share from another. */
export const shareKey = ({ role, team_id, user_id }: Share): string => (role !== undefined ? `role ${role}` : team_id !== undefined ? `team ${team_id}` : `user ${user_id ?? ''}`);

/** What can be said of a report. */
export interface ReportChanges {
  readonly name?: string;
  readonly name_ar?: string | null;
  readonly description?: string | null;
  readonly description_ar?: string | null;
  readonly folder_id?: string | null;
  readonly definition?: ReportDefinition;
  readonly note?: string | null;
}

/** A measure that counts by another version of its definition than when the report was saved. */
export interface Moved {
  readonly measure: string;
  readonly from: number;
  readonly to: number;
}

/** Measures of an answer whose definition is not the one that the report was saved with. */
export function movedPins(pins: Pins, values: readonly AnsweredValue[]): readonly Moved[] {
  return values.flatMap(({ measure, version }): readonly Moved[] => {
    const from = measure === null ? undefined : pins[measure];
    return measure !== null && from !== undefined && version !== null && version !== from ? [{ measure, from, to: version }] : [];
  });
}

/** A folder in a tree, with how deep it is. */
export interface FolderPlace {
  readonly folder: ReportFolder;
  readonly depth: number;
}

/** The folders that lie in one, itself included: it cannot be moved into any of them. */
export function within(folders: readonly ReportFolder[], id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const folder of folders) if (folder.parent_id !== null && found.has(folder.parent_id)) found.add(folder.id);
  }
  return found;
}

/** A folder with how deep it is, in the order of a tree; one whose parent is not shown stands at the top. */
export function folderTree(folders: readonly ReportFolder[], nameOf: (folder: ReportFolder) => string): readonly FolderPlace[] {
  const known = new Set(folders.map(({ id }) => id));
  const below = (parent: string | null, depth: number): readonly FolderPlace[] => folders
    .filter(({ parent_id }) => (parent_id !== null && known.has(parent_id) ? parent_id : null) === parent)
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other))).flatMap((folder) => [{ folder, depth }, ...(depth > 8 ? [] : below(folder.id, depth + 1))]);
  return below(null, 0);
}
