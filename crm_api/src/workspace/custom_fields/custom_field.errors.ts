import { CrmError } from '../../kernel/errors/crm.error.js';

/** 409: the key is taken. */
export const keyTaken = (key: string, cause: unknown): CrmError => new CrmError(409, 'already_exists', `There is already a custom field "${key}" there. Choose another key, or change that field.`, {
  cause, errors: [{ path: 'key', code: 'unique', message: '"key" must be unique within the entity.' }],
});

/** 409: values repeat that are to be unique. */
export const valuesRepeat = (cause: unknown): CrmError => new CrmError(409, 'values_repeat', 'Records share a value of this field, so it cannot be made unique. Make the values differ first.', {
  cause, errors: [{ path: 'unique', code: 'values_repeat', message: '"unique" needs values that differ.' }],
});

/** 409: more fields than forms and lists can carry. */
export const tooManyFields = (most: number): CrmError => new CrmError(409, 'too_many', `There can be at most ${most} active custom fields for one kind of record. Archive one that is not needed.`);

/** 409: only what is archived can be deleted. */
export const stillActive = (): CrmError => new CrmError(409, 'still_active', 'Deleting a field deletes its values of all records for good. Archive it first, which hides it and keeps the values; then delete it.');
