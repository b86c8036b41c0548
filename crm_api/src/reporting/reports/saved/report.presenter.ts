import type { Call } from '../../../kernel/context/call.js';
import { withVersion } from '../../../kernel/contract/record.version.js';
import { rightOf } from './right.rules.js';
import type { FolderRow, ReportRow, ReportSummary } from './saved.types.js';

/** What all routes of saved reports share. */
export const savedReports = { tag: 'reports', feature: 'crm_feature_reports' } as const;

/** A report as a list has it. */
export function presentSummary(call: Call, row: ReportSummary): Record<string, unknown> {
  const { owner_id: id, owner_name: name, rank, __version, ...parts } = row;
  return { ...parts, owner: { id, name: name ?? '' }, may: rightOf(call, rank), created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() };
}

/** A report with its definition, as every answer about one has it. */
export function presentReport(call: Call, { placed_in: _, folder_rank: __, ...row }: ReportRow): Record<string, unknown> {
  return withVersion(presentSummary(call, row), row.__version);
}

/** A folder. */
export function presentFolder(call: Call, row: FolderRow): Record<string, unknown> {
  const { id, name, name_ar, parent_id, owner_id: ownerId, owner_name: ownerName, rank, __version } = row;
  return withVersion({ id, name, name_ar, parent_id, owner: { id: ownerId, name: ownerName ?? '' }, may: rightOf(call, rank), created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }, __version);
}
