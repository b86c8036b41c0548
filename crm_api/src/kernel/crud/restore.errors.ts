import { CrmError } from '../errors/crm.error.js';
import { fromPostgres } from '../errors/pg.errors.js';

/** 409: the person in the record was erased; what is left is a pseudonym. */
export const recordErased = (singular: string): CrmError =>
  new CrmError(409, 'record_erased', `This ${singular.replace(/_/g, ' ')} was erased for good and cannot be brought back. Create a new one where there is a new reason to keep it.`);

/** 409: a living record has taken what must be unique; null for any other error. */
export function placeTaken(singular: string, error: unknown): CrmError | null {
  const known = fromPostgres(error);
  if (known?.code !== 'already_exists') return null;
  const fields = (known.errors ?? []).map((one) => one.path.replace(/_/g, ' ')).join(', ');
  return new CrmError(409, 'place_taken', `Another ${singular.replace(/_/g, ' ')} has the same ${fields} by now. Change or delete that one, then restore this one.`, { cause: error, ...(known.errors ? { errors: known.errors } : {}) });
}
