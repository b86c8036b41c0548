import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { requireVersion } from '../../../kernel/contract/record.version.js';
import { audit } from '../../../kernel/crud/trail.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import { countContent, findFolder, insertFolder, listFolders, lockTree, readFolder, subtree, updateFolder } from './folder.repository.js';
import { countOwned } from './report.repository.js';
import { requireDeletion, requireEdit, requireUser } from './right.rules.js';
import { cycle, notEmpty, notYours, tooDeep, tooMany, unknownFolder } from './saved.errors.js';
import type { FolderChanges, FolderRow } from './saved.types.js';

// More than a list of folders can show, across and down.
const most = { own: 100, depth: 5 } as const;

/** The rules of folders: a tree without circles, at most five deep, in which nothing is deleted that holds something. */
export class FolderService {
  /** What the caller is shown. */
  list(call: Call): Promise<FolderRow[]> {
    return listFolders(call.db, call);
  }

  /** One folder. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<FolderRow> {
    const row = await findFolder(db, call, id, lock);
    if (!row) throw notFound('report_folder', id);
    return row;
  }

  /** Makes a folder. @throws CrmError 409, 422 */
  async create(trx: Knex.Transaction, call: Call, input: FolderChanges & { readonly name: string }): Promise<FolderRow> {
    const owner = requireUser(call);
    await lockTree(trx);
    if (input.parent_id != null) await this.requireRoom(trx, call, input.parent_id, 0);
    if (await countOwned(trx, 'crm_report_folders', owner) >= most.own) throw tooMany('folders', most.own);
    const id = await insertFolder(trx, { ...input, owner_id: owner });
    await audit(trx, call, { action: 'create', entity: 'report_folders', entityId: id, after: { ...input } });
    return readFolder(trx, call, id);
  }

  /** Changes the given parts; another place needs the right to move it. @throws CrmError 403, 404, 412, 422 */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: FolderChanges): Promise<FolderRow> {
    if (patch.parent_id !== undefined) await lockTree(trx);
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    requireEdit(current.rank);
    const { parent_id: parent } = patch;
    if (parent !== undefined && parent !== current.placed_in) {
      // Whose folder it is in may put it out, so that nobody is kept from deleting a folder by what others left there.
      if (current.rank < 3 && !(parent === null && current.parent_rank === 3)) throw notYours('folder');
      if (parent !== null) {
        const below = await subtree(trx, id);
        if (below.some((one) => one.id === parent.toLowerCase())) throw cycle();
        await this.requireRoom(trx, call, parent, Math.max(...below.map(({ level }) => level)));
      }
    }
    await updateFolder(trx, id, patch);
    const before = Object.fromEntries(Object.keys(patch).map((name) => [name, name === 'parent_id' ? current.placed_in : current[name as keyof FolderChanges]]));
    await audit(trx, call, { action: 'update', entity: 'report_folders', entityId: id, before, after: { ...patch } });
    return readFolder(trx, call, id);
  }

  /** Deletes a folder that is empty. @throws CrmError 403, 404, 409, 412 */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    await lockTree(trx);
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    requireDeletion(call, 'folder', current);
    const { reports, folders } = await countContent(trx, id);
    if (reports + folders > 0) throw notEmpty(reports, folders);
    await updateFolder(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'report_folders', entityId: id, before: { name: current.name, parent_id: current.placed_in } });
  }

  /** @throws CrmError 422 */
  private async requireRoom(trx: Knex.Transaction, call: Call, parentId: string, levelsBelow: number): Promise<void> {
    const parent = await findFolder(trx, call, parentId, false);
    if (!parent || parent.rank < 2) throw unknownFolder('parent_id');
    if (parent.depth + 1 + levelsBelow > most.depth) throw tooDeep(most.depth);
  }
}
