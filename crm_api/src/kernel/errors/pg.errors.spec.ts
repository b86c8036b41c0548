import { fromPostgres } from './pg.errors.js';

const pg = (values: Record<string, string>): Error => Object.assign(new Error('raw text of the driver'), values);

describe('errors of Postgres', () => {
  it('become codes that say the cure', () => {
    const cases: [Record<string, string>, number, string, string | undefined][] = [
      [{ code: '23505', detail: 'Key (email)=(a@b.c) already exists.' }, 409, 'already_exists', 'email'],
      [{ code: '23505', detail: "Key (fingerprint, COALESCE(region, ''::text))=(x, y) already exists." }, 409, 'already_exists', 'fingerprint'],
      [{ code: '23505', detail: 'Key (pipeline_id, lower(name))=(x, y) already exists.' }, 409, 'already_exists', 'pipeline_id'],
      [{ code: '23505', detail: 'Key (lower(name))=(y) already exists.' }, 409, 'already_exists', 'name'],
      [{ code: '23503', detail: 'Key (owner_id)=(x) is not present in table "crm_users".' }, 422, 'unknown_reference', 'owner_id'],
      [{ code: '23503', detail: 'Key (id)=(x) is still referenced from table "crm_deals".' }, 409, 'still_referenced', undefined],
      [{ code: '23502', column: 'name' }, 422, 'validation_failed', 'name'],
      [{ code: '23514', table: 'crm_accounts', constraint: 'crm_accounts_employee_count_check' }, 422, 'rule_violated', 'employee_count'],
      [{ code: '23P01' }, 409, 'overlaps', undefined],
      [{ code: '22003' }, 422, 'value_not_storable', undefined],
      [{ code: '22021' }, 422, 'value_not_storable', undefined],
      [{ code: '40P01' }, 409, 'write_conflict', undefined],
      [{ code: '57014' }, 503, 'too_slow', undefined],
      [{ code: '57P01' }, 503, 'database_unavailable', undefined],
      [{ code: 'ECONNREFUSED' }, 503, 'database_unavailable', undefined],
      [{ code: '53300' }, 503, 'database_unavailable', undefined],
    ];
    for (const [values, status, code, path] of cases) {
      const error = fromPostgres(pg(values));
      expect([error?.status, error?.code, error?.errors?.[0]?.path]).withContext(JSON.stringify(values)).toEqual([status, code, path]);
      expect(error?.message).not.toContain('raw text');
    }
  });

  it('are found inside wrappers, and leave our own faults alone', () => {
    expect(fromPostgres(Object.assign(new Error('wrapped'), { nativeError: pg({ code: '23P01' }) }))?.code).toBe('overlaps');
    expect(fromPostgres(new Error('wrapped', { cause: new Error('Connection terminated unexpectedly') }))?.status).toBe(503);
    for (const ours of [pg({ code: '42703' }), pg({ code: '42501' }), new TypeError('x'), new Error('x'), null, 'x']) expect(fromPostgres(ours)).toBeNull();
  });
});
