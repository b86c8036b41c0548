import { classifyError, errorCode } from './error.classifier.js';
import { retrying, retryDelay } from './retry.policy.js';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('classifyError', () => {
  it('waits for what passes', () => {
    for (const code of ['ECONNREFUSED', 'EPIPE', '57P01', '57P03', '08006', '55006', '53300', '241', '252', '159']) expect(classifyError(coded(code))).withContext(code).toBe('retriable');
    // As the client of Postgres says that a connection ended, was silent for too long, or never came about.
    for (const message of ['Connection terminated unexpectedly', 'Query read timeout', 'timeout expired']) expect(classifyError(new Error(message))).withContext(message).toBe('retriable');
    expect(classifyError(new Error('outer', { cause: coded('ECONNRESET') }))).toBe('retriable');
  });
  it('blames rows only for errors about values', () => {
    for (const code of ['27', '69', '117', '407']) expect(classifyError(coded(code))).withContext(code).toBe('poison');
  });
  it('stops on everything else', () => {
    for (const error of [coded('42501'), coded('60'), new TypeError('a bug'), 'text', undefined]) expect(classifyError(error)).toBe('unknown');
  });
  it('finds the code among the causes, and ends with circles', () => {
    const circle = new Error('a');
    circle.cause = circle;
    expect(errorCode(circle)).toBeUndefined();
    expect(errorCode(new Error('a', { cause: new Error('b', { cause: coded('55P03') }) }))).toBe('55P03');
  });
});

describe('retrying', () => {
  const policy = { firstMs: 1, maxMs: 4 };

  it('doubles its waits to a limit, with jitter downwards only', () => {
    expect([1, 2, 3, 4, 50].map((attempt) => retryDelay({ firstMs: 100, maxMs: 500 }, attempt, () => 1))).toEqual([100, 200, 400, 500, 500]);
    expect(retryDelay({ firstMs: 100, maxMs: 500 }, 1, () => 0)).toBe(75);
  });
  it('repeats while errors pass and counts the attempts', async () => {
    const attempts: number[] = [];
    let left = 3;
    const value = await retrying(async () => { if (left-- > 0) throw coded('ECONNREFUSED'); return Promise.resolve('done'); }, new AbortController().signal, (_error, attempt) => attempts.push(attempt), policy);
    expect(value).toBe('done');
    expect(attempts).toEqual([1, 2, 3]);
  });
  it('throws other errors at once, and the passing one when it is told to stop', async () => {
    await expectAsync(retrying(() => Promise.reject(coded('27', 'bad')), new AbortController().signal, () => fail('no retry'), policy)).toBeRejectedWithError('bad');
    const abort = new AbortController();
    const run = retrying(() => Promise.reject(coded('ECONNREFUSED')), abort.signal, (_error, attempt) => { if (attempt === 2) abort.abort(); }, policy);
    await expectAsync(run).toBeRejected();
  });
});
