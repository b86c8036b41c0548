import { toWarehouseError, WarehouseError } from './warehouse.errors.js';

describe('toWarehouseError', () => {
  it('reads code, name and text of the engine', () => {
    const error = toWarehouseError(new Error("Code: 60. DB::Exception: Table default.x (maybe y) does not exist. (UNKNOWN_TABLE)"));
    expect([error.code, error.type, error.message, error.status]).toEqual([60, 'UNKNOWN_TABLE', 'Table default.x (maybe y) does not exist.', 404]);
  });

  it('undoubles the prefix and hides spool files', () => {
    const error = toWarehouseError(
      new Error('Code: 27. DB::Exception: Code: 27. DB::Exception: Cannot parse input: (at row 2)\n: (in file/uri /x/y): While executing File: data for INSERT was parsed from file. (CANNOT_PARSE_INPUT_ASSERTION_FAILED) (version 26.7.2.1). (CANNOT_PARSE_INPUT_ASSERTION_FAILED)'),
    );
    expect(error.message).toBe('Cannot parse input: (at row 2)\n: While executing the insert');
    expect(error.status).toBe(400);
  });

  it('keeps what it does not know and passes its own', () => {
    expect(toWarehouseError('boom').text('1')).toBe('Code: 1002. DB::Exception: boom (UNKNOWN_EXCEPTION) (version 1 (embedded))\n');
    const own = new WarehouseError(159, 'TIMEOUT_EXCEEDED', 'x');
    expect(toWarehouseError(own)).toBe(own);
    expect(own.status).toBe(408);
    expect(new WarehouseError(999_999, 'OTHER', 'x').status).toBe(500);
  });
});
