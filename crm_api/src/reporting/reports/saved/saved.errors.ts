import { CrmError, invalidBody } from '../../../kernel/errors/crm.error.js';

/** 403: shared for looking at. */
export const viewOnly = (): CrmError => new CrmError(403, 'view_only', 'This is shared with you for viewing. Ask its owner for the right to edit, or save a report of your own with the same definition: POST /crm/v1/reports.');

/** 403: only whose it is moves, shares and deletes it. */
export const notYours = (what: 'report' | 'folder'): CrmError => new CrmError(403, 'not_yours', `Only its owner and holders of reports:write for everybody's may move, share or delete this ${what}. Ask the owner${what === 'report' ? ', or save a report of your own with the same definition: POST /crm/v1/reports' : ''}.`);

/** 403: deleting what others own needs a permission of its own. */
export const deletionForbidden = (what: 'report' | 'folder'): CrmError => new CrmError(403, 'not_yours', `Your role may delete only what you own. Ask the owner of this ${what}, or an administrator for reports:delete beyond "own".`);

/** 409: more than anybody leafs through. */
export const tooMany = (what: 'reports' | 'folders', most: number): CrmError => new CrmError(409, what === 'reports' ? 'too_many_reports' : 'too_many_folders', `You have ${most} ${what} already. Delete one that you no longer need.`);

/** 409: what is in it would be lost from sight. */
export const notEmpty = (reports: number, folders: number): CrmError => new CrmError(409, 'folder_not_empty',
  `The folder has ${reports} report${reports === 1 ? '' : 's'} and ${folders} folder${folders === 1 ? '' : 's'} in it. Move them elsewhere ("folder_id" or "parent_id" of each) or delete them first.`, { members: { reports, folders } });

/** 400: not a place in this list. */
export const wrongCursor = (): CrmError => new CrmError(400, 'invalid_cursor', 'The cursor does not belong to this list. Ask again without cursor, and keep the other parameters unchanged while paging.');

/** 404: there was never such a version. */
export const versionNotFound = (version: number, newest: number): CrmError => new CrmError(404, 'report_version_not_found', `The report has no version ${version}; its versions are 1 to ${newest}.`);

/** 422: an API client without a user keeps nothing of its own. */
export const ownerless = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and a report has an owner and its versions an author. Give the client a user.' }]);

/** 422: a folder that is not there for the caller to put something into. */
export const unknownFolder = (path: 'folder_id' | 'parent_id'): CrmError => invalidBody([{ path, code: 'unknown_reference', message: `"${path}" is not the id of a folder that exists and that you may put something into: your own, or one shared with you for editing.` }]);

/** 422: folders within each other end somewhere. */
export const cycle = (): CrmError => invalidBody([{ path: 'parent_id', code: 'cycle', message: 'A folder cannot be in itself or in a folder that is in it. Choose another folder, or null for none.' }]);

/** 422: deeper than a list of folders can show. */
export const tooDeep = (most: number): CrmError => invalidBody([{ path: 'parent_id', code: 'too_deep', message: `Folders are at most ${most} deep. Choose a folder further up, or null for none.` }]);
