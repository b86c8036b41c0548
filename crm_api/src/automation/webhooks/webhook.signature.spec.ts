import { randomBytes } from 'node:crypto';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { defaultSchedule, waitAfter } from './retry.schedule.js';
import { makeSecret, signedHeaders } from './webhook.signature.js';

const now = (): number => Math.floor(Date.now() / 1000);

// The judge is the package of the standard's authors; it shares no line with the code that signs.
describe('the signature', () => {
  it('is what the standard\'s own package verifies, for bodies of all kinds', () => {
    for (const body of ['{}', '{"name":"شركة الأُفُق 🔑"}', JSON.stringify({ text: randomBytes(20_000).toString('base64') })]) {
      const secret = makeSecret();
      expect(new Webhook(secret).verify(body, { ...signedHeaders([secret], 'msg_1', now(), body) })).toEqual(JSON.parse(body));
    }
  });

  it('does not fit another body, id, time or secret', () => {
    const secret = makeSecret();
    const headers = { ...signedHeaders([secret], 'msg_1', now(), '{"a":1}') };
    const judge = new Webhook(secret);
    const cases: [string, Record<string, string>, Webhook][] = [
      ['{"a":2}', headers, judge], ['{"a":1}', { ...headers, 'webhook-id': 'msg_2' }, judge], ['{"a":1}', { ...headers, 'webhook-timestamp': String(now() + 1) }, judge], ['{"a":1}', headers, new Webhook(makeSecret())],
    ];
    for (const [body, sent, by] of cases) expect(() => by.verify(body, sent)).toThrowError(WebhookVerificationError);
  });

  it('is refused outside the window of five minutes, so that a message that somebody kept is worth nothing', () => {
    const secret = makeSecret();
    const sent = (seconds: number): unknown => new Webhook(secret).verify('{}', { ...signedHeaders([secret], 'msg_1', seconds, '{}') });
    expect(sent(now() - 290)).toEqual({});
    expect(() => sent(now() - 310)).toThrowError(/too old/i);
    expect(() => sent(now() + 310)).toThrowError(/too new/i);
  });

  it('comes once for each secret in force, and either fits', () => {
    const [fresh, old] = [makeSecret(), makeSecret()];
    const headers = { ...signedHeaders([fresh, old], 'msg_1', now(), '{}') };
    expect(headers['webhook-signature']).toMatch(/^v1,[\w+/=]{44} v1,[\w+/=]{44}$/);
    for (const secret of [fresh, old]) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
    expect(fresh).toMatch(/^whsec_[\w+/]{43}=$/);
  });
});

describe('the waits between attempts', () => {
  it('grow, differ by chance, and end', () => {
    const waits = defaultSchedule.map((_, index) => waitAfter(index + 1, defaultSchedule, null, () => 0) ?? 0);
    expect(waits).toEqual([...defaultSchedule]);
    expect(waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0))).toBeTrue();
    expect(waitAfter(1, defaultSchedule, null, () => 0.999)).toBeCloseTo(5_999, -1);
    expect(waitAfter(defaultSchedule.length + 1, defaultSchedule, null)).toBeNull();
  });

  it('are as long as the endpoint asks, within reason', () => {
    expect(waitAfter(1, [1000], 60_000, () => 0)).toBe(60_000);
    expect(waitAfter(1, [1000], 500, () => 0)).toBe(1000);
    expect(waitAfter(1, [1000], 10 * 24 * 3_600_000, () => 0)).toBe(6 * 3_600_000);
    expect(waitAfter(2, [1000], 60_000)).toBeNull();
  });
});
