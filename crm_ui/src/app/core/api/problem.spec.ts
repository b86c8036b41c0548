import { HttpErrorResponse } from '@angular/common/http';
import { codeOfStatus, problemOfField, toProblem } from './problem';

const answer = (status: number, error: unknown): HttpErrorResponse => new HttpErrorResponse({ status, error });

describe('problem', () => {
  it('keeps what the API says', () => {
    const problem = toProblem(answer(422, { title: 'Wrong', detail: 'Correct it.', code: 'validation_failed', instance: '/x', errors: [{ path: 'body.email', code: 'format', message: 'Not an e-mail.' }, 'junk'] }));
    expect(problem).toEqual({ status: 422, code: 'validation_failed', title: 'Wrong', detail: 'Correct it.', instance: '/x', errors: [{ path: 'body.email', code: 'format', message: 'Not an e-mail.' }] });
    expect(problemOfField(problem, 'email')).toBe('Not an e-mail.');
    expect(problemOfField(problem, 'name')).toBeNull();
    expect(problemOfField(null, 'name')).toBeNull();
  });

  it('understands an OAuth error and text that is JSON', () => {
    expect(toProblem(answer(400, { error: 'invalid_grant', error_description: 'No.' }))).toEqual(jasmine.objectContaining({ code: 'invalid_grant', detail: 'No.' }));
    expect(toProblem(answer(409, '{"code":"duplicate"}')).code).toBe('duplicate');
    expect(toProblem(answer(500, '<html>')).code).toBe('unexpected');
    expect(toProblem(answer(500, '7')).code).toBe('unexpected');
  });

  it('names every status that comes without a body', () => {
    expect([0, 401, 403, 404, 409, 412, 413, 429, 503, 500].map(codeOfStatus)).toEqual(['network', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'changed_meanwhile', 'too_large', 'too_many_requests', 'unavailable', 'unexpected']);
  });

  it('wraps a bug once', () => {
    const problem = toProblem(new Error('boom'));
    expect(problem).toEqual(jasmine.objectContaining({ status: -1, detail: 'boom' }));
    expect(toProblem(problem)).toBe(problem);
    expect(toProblem(new Error('wrapped by a resource', { cause: problem }))).toBe(problem);
    expect(toProblem('x').detail).toBe('');
  });
});
