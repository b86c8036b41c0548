import { CrmError, invalidBody } from './crm.error.js';

/** The members of an error of `pg` that the mapping reads. */
interface PgError {
  code: string;
  constraint?: string;
  column?: string;
  detail?: string;
  table?: string;
}

/** Turns an error of Postgres into a coded one, or returns null when it is a fault of ours (→ 500). */
export function fromPostgres(error: unknown): CrmError | null {
  const pg = findPg(error);
  if (!pg) return null;
  const field = fieldOf(pg);
  switch (pg.code) {
    case '23505': // unique_violation
      return new CrmError(409, 'already_exists',
        `Another record already has this ${field.replace(/_/g, ' ')}. Use a different value, or update the existing record.`,
        { cause: error, errors: [{ path: field, code: 'unique', message: `"${field}" must be unique.` }] });
    case '23503': { // foreign_key_violation
      const gone = pg.detail?.includes('is still referenced');
      return gone
        ? new CrmError(409, 'still_referenced', 'Other records point at this one. Move or delete them first.', { cause: error })
        : new CrmError(422, 'unknown_reference', `"${field}" points at a record that does not exist. Send the id of an existing one.`,
          { cause: error, errors: [{ path: field, code: 'unknown_reference', message: `"${field}" must be the id of an existing record.` }] });
    }
    case '23502': // not_null_violation
      return invalidBody([{ path: field, code: 'required', message: `"${field}" is required; send a value.` }]);
    case '23514': // check_violation
      return new CrmError(422, 'rule_violated', `The values break the rule "${pg.constraint ?? 'check'}" of the data model. Correct "${field}".`,
        { cause: error, errors: [{ path: field, code: 'rule_violated', message: `"${field}" breaks the rule "${pg.constraint ?? 'check'}".` }] });
    case '23P01': // exclusion_violation
      return new CrmError(409, 'overlaps', 'The record overlaps another one. Change its period.', { cause: error });
    case '22001': // string_data_right_truncation
    case '22003': // numeric_value_out_of_range
    case '22007': // invalid_datetime_format
    case '22008': // datetime_field_overflow
    case '22P02': // invalid_text_representation
    case '22021': // character_not_in_repertoire
    case '22P05': // untranslatable_character
      return new CrmError(422, 'value_not_storable', 'A value is outside what the data model can hold. Shorten or correct it.', { cause: error });
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '55P03': // lock_not_available
      return new CrmError(409, 'write_conflict', 'Somebody else changed the same records at the same moment. Send the request again.', { cause: error });
    case '57014': // query_canceled
      return new CrmError(503, 'too_slow', 'The query took too long and was stopped. Narrow it with a filter.', { cause: error, headers: { 'retry-after': '1' } });
    default:
      return isConnectionLoss(pg.code) ? unavailable(error) : null;
  }
}

/** 503: Postgres cannot be reached at the moment. */
export function unavailable(cause: unknown): CrmError {
  return new CrmError(503, 'database_unavailable', 'The database cannot be reached at the moment. Try again in a few seconds.',
    { cause, headers: { 'retry-after': '2' } });
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

function isConnectionLoss(code: string): boolean {
  // 57P01–57P03: shutting down, crashed, starting up; class 08: connection exceptions; 53300: too many connections.
  return networkCodes.has(code) || code.startsWith('08') || code.startsWith('57P') || code === '53300';
}

function findPg(error: unknown): PgError | null {
  // Objection wraps the driver's error in `nativeError`; our own errors keep it in `cause`.
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 4; depth += 1) {
    const candidate = current as Error & { code?: unknown; nativeError?: unknown };
    if (typeof candidate.code === 'string') return candidate as unknown as PgError;
    if (/Connection terminated|Timeout acquiring a connection|connection timeout/i.test(candidate.message)) return { code: '08006' };
    current = candidate.nativeError ?? candidate.cause;
  }
  return null;
}

function fieldOf(pg: PgError): string {
  if (pg.column) return pg.column;
  // "Key (email)=(a@b.c) already exists." – expression keys such as lower(email) keep their inner name.
  const key = pg.detail?.match(/^Key \((.+?)\)=/)?.[1];
  if (key) return key.split(',')[0]?.replace(/^.*\((?:\()?([a-z_]+).*$/, '$1').replace(/::.*$/, '').trim() ?? key;
  const fromConstraint = pg.constraint?.replace(new RegExp(`^${pg.table ?? ''}_`), '').replace(/_(check|key|fkey|unique|idx)$/, '');
  return fromConstraint ?? 'value';
}
