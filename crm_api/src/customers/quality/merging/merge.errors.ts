import { CrmError, invalidBody } from '../../../kernel/errors/crm.error.js';

/** 409: one of the two was merged already. */
export const alreadyMerged = (id: string): CrmError => new CrmError(409, 'already_merged', `The record ${id} was merged into another one. Merge with that one, or undo that merge first.`);

/** 422: a record cannot be merged with itself. */
export const sameRecord = (): CrmError => invalidBody([{ path: 'loser_id', code: 'same_record', message: 'A record cannot be merged with itself; send two different ids.' }]);

/** 422: the survivor is neither of the two. */
export const notOfPair = (): CrmError => invalidBody([{ path: 'survivor_id', code: 'not_of_pair', message: '"survivor_id" must be one of the two records of the candidate.' }]);

/** 409: the candidate was decided about. */
export const alreadyDecided = (status: string): CrmError => new CrmError(409, 'already_decided', `This pair is ${status} already. Reload the list; a dismissed pair can be reopened, a merge undone.`);

/** 409: the merge was undone. */
export const alreadyUndone = (): CrmError => new CrmError(409, 'already_undone', 'This merge was undone already. Reload the record.');

/** 409: the survivor went into another record since, or was deleted. */
export const survivorGone = (): CrmError => new CrmError(409, 'survivor_gone', 'The surviving record was itself merged or deleted since. Undo that merge or restore the record first, then undo this one.');

/** 403: the survivor would leave the caller's scope. */
export const outsideScope = (): CrmError => new CrmError(403, 'outside_scope', 'With these values the surviving record would lie outside your scope. Keep the owner of the survivor.');
