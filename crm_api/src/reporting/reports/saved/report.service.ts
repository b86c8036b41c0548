import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { requireVersion } from '../../../kernel/contract/record.version.js';
import { audit } from '../../../kernel/crud/trail.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readPins, type Pins } from '../../analytics/definition.pins.js';
import { measuresOf } from '../definition/report.measures.js';
import type { ReportDefinition } from '../definition/report.types.js';
import { findFolder, lockTree } from './folder.repository.js';
import { countOwned, findReport, findVersion, insertReport, insertVersion, readReport, updateReport } from './report.repository.js';
import { requireDeletion, requireEdit, requireUser } from './right.rules.js';
import { notYours, tooMany, unknownFolder, versionNotFound } from './saved.errors.js';
import type { ReportChanges, ReportRow, VersionRow } from './saved.types.js';

// More than anybody leafs through.
const mostOwn = 200;

/** The rules of saved reports: every change of what is asked is a version of its own, and who is shown a report is shown its definition, never data. */
export class ReportService {
  constructor(private readonly analytics: AnalyticsService) {}

  /** One report. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<ReportRow> {
    const row = await findReport(db, call, id, lock);
    if (!row) throw notFound('report', id);
    return row;
  }

  /** The versions of its measures' definitions, read before a transaction begins, as it asks the semantic layer. */
  async pins(call: Call, definition: ReportDefinition, id: string | null): Promise<Pins> {
    return readPins(this.analytics, call.actor, measuresOf(definition), id === null ? {} : (await findReport(call.db, call, id, false))?.pins ?? {});
  }

  /** Saves a report as its first version. @throws CrmError 409, 422 */
  async create(trx: Knex.Transaction, call: Call, { note, ...values }: ReportChanges & { readonly definition: ReportDefinition }, pins: Pins): Promise<ReportRow> {
    const owner = requireUser(call);
    if (values.folder_id != null) await this.requireFolder(trx, call, values.folder_id);
    if (await countOwned(trx, 'crm_reports', owner) >= mostOwn) throw tooMany('reports', mostOwn);
    const id = await insertReport(trx, { ...values, pins, owner_id: owner });
    await insertVersion(trx, { report_id: id, version: 1, definition: values.definition, pins, note: note ?? null, restored_from: null, author_id: owner });
    await audit(trx, call, { action: 'create', entity: 'reports', entityId: id, after: { ...values, pins } });
    return readReport(trx, call, id);
  }

  /** Changes the given parts; another definition, one that counts otherwise, or a note make a new version. @throws CrmError 403, 404, 412, 422 */
  async update(trx: Knex.Transaction, call: Call, id: string, { note, ...patch }: ReportChanges, pins: Pins): Promise<ReportRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    requireEdit(current.rank);
    const { definition, ...rest } = patch;
    if (rest.folder_id !== undefined && rest.folder_id !== current.placed_in) {
      // Another place may show it to others. Whose folder it is in may put it out, so that nobody is kept from deleting a folder by what others left there.
      if (current.rank < 3 && !(rest.folder_id === null && current.folder_rank === 3)) throw notYours('report');
      if (rest.folder_id !== null) await this.requireFolder(trx, call, rest.folder_id);
    }
    const isNew = definition !== undefined && (note != null || !isDeepStrictEqual([definition, pins], [current.definition, current.pins]));
    const changes = { ...rest, ...(isNew ? { definition, pins, version: current.version + 1 } : {}) };
    if (Object.keys(changes).length === 0) return current;
    await updateReport(trx, id, changes);
    if (isNew) await insertVersion(trx, { report_id: id, version: current.version + 1, definition, pins, note: note ?? null, restored_from: null, author_id: requireUser(call) });
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, name === 'folder_id' ? current.placed_in : current[name as keyof ReportRow]]));
    await audit(trx, call, { action: 'update', entity: 'reports', entityId: id, before, after: changes });
    return readReport(trx, call, id);
  }

  /** Deletes a report; its versions stay with it. @throws CrmError 403, 404, 412 */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    requireDeletion(call, 'report', current);
    await updateReport(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'reports', entityId: id, before: { name: current.name, folder_id: current.placed_in } });
  }

  /** One version of a report. @throws CrmError 404. */
  async version(db: Reader, report: ReportRow, version: number): Promise<VersionRow> {
    const found = await findVersion(db, report.id, version);
    if (!found) throw versionNotFound(version, report.version);
    return found;
  }

  /** A new version equal to an earlier one, pins included: they say by which definitions its numbers were looked at then. @throws CrmError 403, 404, 412 */
  async restore(trx: Knex.Transaction, call: Call, id: string, version: number, note: string | null): Promise<ReportRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    requireEdit(current.rank);
    const { definition, pins } = await this.version(trx, current, version);
    if (version === current.version) return current;
    const next = current.version + 1;
    await updateReport(trx, id, { definition, pins, version: next });
    await insertVersion(trx, { report_id: id, version: next, definition, pins, note, restored_from: version, author_id: requireUser(call) });
    await audit(trx, call, { action: 'update', entity: 'reports', entityId: id, before: { definition: current.definition, pins: current.pins, version: current.version }, after: { definition, pins, version: next, restored_from: version } });
    return readReport(trx, call, id);
  }

  /** @throws CrmError 422 */
  private async requireFolder(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    await lockTree(trx);
    const folder = await findFolder(trx, call, id, false);
    if (!folder || folder.rank < 2) throw unknownFolder('folder_id');
  }
}
