import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { requireVersion } from '../../../kernel/contract/record.version.js';
import { audit } from '../../../kernel/crud/trail.js';
import { invalidBody } from '../../../kernel/errors/crm.error.js';
import { updateFolder } from './folder.repository.js';
import type { FolderService } from './folder.service.js';
import { updateReport } from './report.repository.js';
import type { ReportService } from './report.service.js';
import { requireManage } from './right.rules.js';
import type { AudienceRole, NamedShare, Share, Shared } from './saved.types.js';
import { listRoles, listShares, replaceShares, shareProblems } from './share.repository.js';

/** Who else is shown a report or folder, and the stored version of that. */
export interface ShareState {
  readonly shares: readonly NamedShare[];
  readonly version: string;
}

/** The rules of sharing: the owner and who may write everybody's say with whom; a share grants the definition, never data. */
export class ShareService {
  constructor(private readonly reports: ReportService, private readonly folders: FolderService) {}

  /** Whom it is shared with. @throws CrmError 403, 404 */
  async list(db: Reader, call: Call, of: Shared): Promise<ShareState> {
    const { __version: version } = await this.manageable(db, call, of, false);
    return { shares: await listShares(db, of), version };
  }

  /** Roles by name: their names are no secret to who shares with them, what they allow is. */
  roles(db: Reader): Promise<AudienceRole[]> {
    return listRoles(db);
  }

  /** Shares it with these and nobody else; its ETag is another afterwards. @throws CrmError 403, 404, 412, 422 */
  async replace(trx: Knex.Transaction, call: Call, of: Shared, shares: readonly Share[]): Promise<ShareState> {
    requireVersion(call, { __version: (await this.manageable(trx, call, of, true)).__version });
    const problems = await shareProblems(trx, shares);
    if (problems.length > 0) throw invalidBody(problems);
    const before = (await listShares(trx, of)).map(({ name: _, ...share }) => share);
    await replaceShares(trx, of, shares);
    if ('report_id' in of) await updateReport(trx, of.report_id, {});
    else await updateFolder(trx, of.folder_id, {});
    await audit(trx, call, { action: 'update', entity: 'report_id' in of ? 'reports' : 'report_folders', entityId: 'report_id' in of ? of.report_id : of.folder_id, before: { shares: before }, after: { shares } });
    return { shares: await listShares(trx, of), version: await this.versionOf(trx, of) };
  }

  private async manageable(db: Reader, call: Call, of: Shared, lock: boolean): Promise<{ readonly __version: string }> {
    const isReport = 'report_id' in of;
    const row = isReport ? await this.reports.get(db, call, of.report_id, lock) : await this.folders.get(db, call, of.folder_id, lock);
    requireManage(isReport ? 'report' : 'folder', row.rank);
    return row;
  }

  // An administrator who ends the last share is not shown it any more.
  private async versionOf(trx: Knex.Transaction, of: Shared): Promise<string> {
    const { rows } = await trx.raw<{ rows: { version: string }[] }>(`SELECT xmin::text AS version FROM crm_core.${'report_id' in of ? 'crm_reports' : 'crm_report_folders'} WHERE id = ?`, ['report_id' in of ? of.report_id : of.folder_id]);
    return rows[0]?.version ?? '';
  }
}
