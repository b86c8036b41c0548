import { Webhook } from 'standardwebhooks';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { loopback, makeWebhook, startReceiver, startWorker, until, type Arrived, type Receiver } from './webhook.testing.js';
import type { WebhookWorker } from './webhook.worker.js';

const patience = 60_000;

describe('webhooks', () => {
  let api: TestApi;
  let admin: Caller;
  let receiver: Receiver;
  let worker: WebhookWorker | null = null;
  beforeAll(async () => {
    api = await startApi(loopback);
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });
  beforeEach(async () => { receiver = await startReceiver(); });
  afterEach(async () => {
    await worker?.stop();
    worker = null;
    await receiver.close();
    await api.db('crm_core.crm_webhooks').delete();
    await api.db('crm_core.crm_webhook_events').delete();
  });

  const account = async (name: string): Promise<Json> => (await admin.post('/accounts', { legal_name: name })).body;
  const types = (list: readonly Arrived[] = receiver.arrived): string[] => list.map(({ body }) => body.type);
  const log = async (id: string, status = ''): Promise<Json[]> => (await admin.get<{ items: Json[] }>(`/webhooks/${id}/deliveries${status && `?status=${status}`}`)).body.items;
  const attempts = async (hook: string, delivery: string): Promise<Record<string, unknown>[]> => (await admin.get(`/webhooks/${hook}/deliveries/${delivery}`)).body['log'] as Record<string, unknown>[];
  const pending = async (): Promise<number> => Number((await api.db('crm_core.crm_webhook_deliveries').where({ status: 'pending' }).count())[0]?.['count']);

  it('tell of what happens to records, signed so that the standard\'s package verifies it, with the record as the API shows it', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.*', 'deal.stage_changed', 'deal.won', 'deal.lost']);
    worker = await startWorker(api);
    const before = Date.now();
    const made = await account('Signed & Sons');
    await admin.patch(`/accounts/${made.id}`, { city: 'Amman', annual_revenue: '123456789012345.67', currency: 'USD' });
    const shown = (await admin.get<{ items: Json[] }>(`/accounts?filter[id]=${made.id}`)).body.items[0];
    await admin.del(`/accounts/${made.id}`);
    await admin.post(`/accounts/${made.id}/restore`);
    const deal = (await admin.post('/deals', { name: 'Told', account_id: made.id, expected_value: '10.50' })).body;
    await admin.patch(`/deals/${deal.id}`, { name: 'Told again' });
    await admin.patch(`/deals/${deal.id}`, { status: 'won' });
    await until('six messages', () => receiver.arrived.length >= 6);
    expect(types().filter((type) => type.startsWith('account'))).toEqual(['account.created', 'account.updated', 'account.deleted', 'account.restored']);
    expect(types().filter((type) => type.startsWith('deal'))).toEqual(['deal.stage_changed', 'deal.won']);
    const judge = new Webhook(hook.secret);
    for (const message of receiver.arrived) {
      expect(judge.verify(message.text, message.headers)).toEqual(message.body);
      expect(message.headers['content-type']).toBe('application/json');
      expect(Date.parse(message.body.timestamp)).toBeGreaterThanOrEqual(before - 1000);
    }
    const updated = receiver.arrived.find(({ body }) => body.type === 'account.updated')?.body;
    expect(updated?.data).toEqual(shown as Json);
    expect(updated?.changed).toEqual(['annual_revenue', 'city', 'currency']);
    const won = receiver.arrived.find(({ body }) => body.type === 'deal.won')?.body;
    expect([won?.data['status'], won?.data['expected_value'], won?.previous]).toEqual(['won', '10.50', { stage_id: deal['stage_id'], status: 'open' }]);
    // What was committed is behind none of the positions that later changes get.
    const lsns = receiver.arrived.map(({ body }) => BigInt(body.lsn));
    const { rows: [here] } = await api.db.raw<{ rows: { lsn: string }[] }>(`SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::text AS lsn`);
    expect(lsns.every((lsn) => lsn > 0n && lsn <= BigInt(here?.lsn ?? 0))).toBeTrue();
    const [delivery] = await log(hook.id);
    expect((await attempts(hook.id, String(delivery?.id))).map(({ attempt, status, error, response }) => ({ attempt, status, error, response }))).toEqual([{ attempt: 1, status: 200, error: null, response: 'answer 200' }]);
  }, patience);

  it('try again after 500, a timeout, a cut connection and a refused one, until they succeed, with one id throughout', async () => {
    const { port } = receiver;
    let turn = 0;
    receiver.answer = (_message, response) => {
      turn++;
      if (turn === 1) return 500;
      if (turn === 2) return undefined; // Says nothing until the attempt's time is over.
      if (turn === 3) { response.socket?.destroy(); return undefined; }
      return 204;
    };
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    worker = await startWorker(api, { schedule: [50, 50, 50, 50, 400, 400, 400, 400, 400], timeoutMs: 300 });
    await account('Patience');
    await until('the third attempt', () => turn >= 3);
    const earlier = [...receiver.arrived];
    await receiver.close();
    await until('a refused connection', async () => (await api.db('crm_core.crm_webhook_attempts').where({ error: 'connection_refused' })).length > 0);
    receiver = await startReceiver(port);
    await until('success', async () => (await log(hook.id, 'delivered')).length === 1);
    expect(new Set([...earlier, ...receiver.arrived].map(({ id }) => id)).size).toBe(1);
    expect(new Set([...earlier, ...receiver.arrived].map(({ headers }) => headers['x-request-id'])).size).toBe(earlier.length + receiver.arrived.length);
    const [delivery] = await log(hook.id);
    const errors = (await attempts(hook.id, String(delivery?.id))).map(({ error }) => error).reverse();
    expect(errors.slice(0, 4)).toEqual(['http_500', 'timeout', 'connection_reset', 'connection_refused']);
    expect(errors.at(-1)).toBeNull();
    expect((await admin.get(`/webhooks/${hook.id}`)).body['failing_since']).toBeNull();
  }, patience);

  it('give up after the schedule, keep what is dead, and send it on demand under the same id', async () => {
    receiver.answer = () => 503;
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    worker = await startWorker(api, { schedule: [20, 20] });
    await account('Dead letter');
    await until('the dead letter', async () => (await log(hook.id, 'dead')).length === 1);
    expect(receiver.arrived.length).toBe(3);
    const [dead] = await log(hook.id, 'dead');
    expect([dead?.['attempts'], dead?.['next_attempt_at'], dead?.['message_id']]).toEqual([3, null, receiver.arrived[0]?.id]);
    receiver.answer = () => 200;
    expect((await admin.post(`/webhooks/${hook.id}/deliveries/${String(dead?.id)}/resend`)).status).toBe(204);
    await until('the resent message', async () => (await log(hook.id, 'delivered')).length === 1);
    expect(receiver.arrived.length).toBe(4);
    expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(1);
    expect((await attempts(hook.id, String(dead?.id))).length).toBe(4);
    expect((await admin.post(`/webhooks/${hook.id}/deliveries/${hook.id}/resend`)).status).toBe(404);
  }, patience);

  it('read no more of an answer than a kilobyte, and follow no redirect', async () => {
    const elsewhere = await startReceiver();
    receiver.answer = (message, response) => {
      if (message.body.data['legal_name'] === 'Redirected') { response.writeHead(307, { location: elsewhere.url }).end(); return undefined; }
      response.writeHead(200);
      const pour = (): void => { while (!response.destroyed && response.write('x\0'.repeat(5000))); };
      response.on('drain', pour);
      pour();
      return undefined;
    };
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    worker = await startWorker(api, { schedule: [] });
    await account('Redirected');
    await account('Endless');
    await until('both', async () => (await log(hook.id)).length === 2);
    const [endless, redirected] = await log(hook.id);
    expect([endless?.['status'], redirected?.['status'], elsewhere.arrived.length]).toEqual(['delivered', 'dead', 0]);
    expect(String((await attempts(hook.id, String(endless?.id)))[0]?.['response']).length).toBe(1024);
    expect((await attempts(hook.id, String(redirected?.id)))[0]?.['error']).toBe('redirect');
    await elsewhere.close();
  }, patience);

  it('sign with the old secret and the new one during the overlap, then with the new one only', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    worker = await startWorker(api);
    const rotated = (await admin.post<Json & { secret: string }>(`/webhooks/${hook.id}/rotate`, { overlap_hours: 1 })).body;
    expect(rotated.secret).not.toBe(hook.secret);
    await account('Both');
    await until('the first', () => receiver.arrived.length === 1);
    const verify = (secret: string, index: number): unknown => new Webhook(secret).verify(receiver.arrived[index]?.text ?? '', receiver.arrived[index]?.headers ?? {});
    for (const secret of [hook.secret, rotated.secret]) expect(verify(secret, 0)).toBeTruthy();
    await api.db('crm_core.crm_webhooks').update({ previous_secret_until: new Date(Date.now() - 1) });
    await account('One');
    await until('the second', () => receiver.arrived.length === 2);
    expect(verify(rotated.secret, 1)).toBeTruthy();
    expect(() => verify(hook.secret, 1)).toThrowError(/signature/i);
    const { secret_sealed: sealed } = await api.db('crm_core.crm_webhooks').first<{ secret_sealed: string }>();
    expect(sealed).not.toContain('whsec');
    for (const path of ['/webhooks', `/webhooks/${hook.id}`]) expect((await admin.get(path)).text).not.toContain('whsec');
  }, patience);

  it('send everything from a position of the log or a time on again, under the same ids and in order', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.*']);
    worker = await startWorker(api);
    const first = await account('Replayed');
    await until('the first', () => receiver.arrived.length === 1);
    for (const city of ['Amman', 'Irbid', 'Aqaba']) await admin.patch(`/accounts/${first.id}`, { city });
    const other = await account('Replayed too');
    await until('five', () => receiver.arrived.length === 5);
    const sent = [...receiver.arrived];
    const from = sent[1]?.body.lsn ?? '';
    const expected = sent.filter(({ body }) => BigInt(body.lsn) >= BigInt(from));
    expect(expected.length).toBeGreaterThanOrEqual(4);
    const answer = (await admin.post(`/webhooks/${hook.id}/replay`, { lsn: from })).body;
    expect(answer).toEqual(jasmine.objectContaining({ queued: expected.length, more: false, complete: true, last_lsn: sent.at(-1)?.body.lsn }));
    await until('the replay', () => receiver.arrived.length === 5 + expected.length);
    const again = receiver.arrived.slice(5);
    expect(again.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    for (const message of again) expect(message.text).toBe(sent.find(({ id }) => id === message.id)?.text ?? '');
    const citiesOf = (list: readonly Arrived[]): unknown[] => list.filter(({ body }) => body.type === 'account.updated').map(({ body }) => body.data['city']);
    expect(citiesOf(again)).toEqual(['Amman', 'Irbid', 'Aqaba']);
    await until('the log to say so', async () => (await log(hook.id, 'delivered')).length === 5);
    const since = (await admin.post(`/webhooks/${hook.id}/replay`, { since: other['created_at'] })).body;
    expect(since).toEqual(jasmine.objectContaining({ queued: 1 }));
    await until('the last', () => receiver.arrived.length === 6 + expected.length);
    expect(receiver.arrived.at(-1)?.body.data.id).toBe(other.id);
    expect((await admin.post(`/webhooks/${hook.id}/replay`, { lsn: '1' })).body).toEqual(jasmine.objectContaining({ queued: 5, complete: false }));
    expect((await admin.post(`/webhooks/${hook.id}/replay`, { lsn: '1', since: other['created_at'] })).status).toBe(422);
  }, patience);

  it('answer a ping, signed, once and to this endpoint alone, and say how deliveries went', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.*']);
    const deaf = await startReceiver();
    const other = await makeWebhook(admin, deaf.url, ['*']);
    worker = await startWorker(api);
    const answer = await admin.post<Json & { delivery_id: string }>(`/webhooks/${hook.id}/ping`);
    expect(answer.status).withContext(answer.text).toBe(202);
    await until('the ping in the log', async () => (await log(hook.id, 'delivered')).some(({ id }) => id === answer.body.delivery_id));
    const [message] = receiver.arrived;
    expect(new Webhook(hook.secret).verify(message?.text ?? '', message?.headers ?? {})).toEqual(message?.body);
    expect([message?.body.type, message?.body.data.id]).toEqual(['ping', hook.id]);
    receiver.answer = () => 503;
    await admin.post(`/webhooks/${hook.id}/ping`);
    await until('the second to be given up', async () => (await log(hook.id, 'dead')).length === 1);
    // A replay of everything tells the other endpoint nothing of them.
    expect((await admin.post(`/webhooks/${other.id}/replay`, { lsn: '1' })).body).toEqual(jasmine.objectContaining({ queued: 0 }));
    const { items } = (await admin.get<{ items: Json[] }>('/webhooks/statistics')).body;
    expect(items.find((one) => one['webhook_id'] === hook.id)).toEqual(jasmine.objectContaining({ pending: 0, dead: 1, attempts: 2, taken: 1, last_status: 503, last_error: 'http_503', p95_ms: jasmine.any(Number) as unknown }));
    expect(items.find((one) => one['webhook_id'] === other.id)).toEqual(jasmine.objectContaining({ pending: 0, dead: 0, attempts: 0, taken: 0, last_at: null, p95_ms: null }));
    expect(deaf.arrived).toEqual([]);
    await deaf.close();
    await admin.patch(`/webhooks/${hook.id}`, { is_enabled: false });
    expect((await admin.post(`/webhooks/${hook.id}/ping`)).body['code']).toBe('webhook_disabled');
  }, patience);

  it('keep the order of each record while its endpoint stumbles, and let other records pass', async () => {
    const stumbles = new Map<string, number>();
    receiver.answer = ({ id, body }) => {
      const count = (stumbles.get(id) ?? 0) + 1;
      stumbles.set(id, count);
      return body.data['legal_name'] === 'Stumbling' && count < 3 ? 500 : 200;
    };
    await makeWebhook(admin, receiver.url, ['account.*']);
    const [stumbling, smooth] = [await account('Stumbling'), await account('Smooth')];
    for (const city of ['a', 'b', 'c', 'd']) await Promise.all([stumbling, smooth].map(({ id }) => admin.patch(`/accounts/${id}`, { city })));
    worker = await startWorker(api, { schedule: [150, 150, 150] });
    await until('all', async () => (await pending()) === 0 && receiver.arrived.length >= 20);
    for (const { id } of [stumbling, smooth]) {
      const states = receiver.arrived.filter(({ body }) => body.data.id === id).map(({ body }) => body.data['city'] as string | null);
      const steps = states.filter((city, index) => index === 0 || city !== states[index - 1]);
      expect(steps).toEqual([null, 'a', 'b', 'c', 'd']);
    }
    const last = (id: string): number => receiver.arrived.findLastIndex(({ body }) => body.data.id === id);
    expect(last(smooth.id)).toBeLessThan(last(stumbling.id));
  }, patience);

  it('lose nothing when the worker goes away in the middle, whether it says so or not', async () => {
    let held = 0;
    receiver.answer = ({ body }, response) => {
      if (body.data['legal_name'] !== 'Held' || held++ > 1) return 200;
      void response; // Never answered: the worker goes first.
      return undefined;
    };
    await makeWebhook(admin, receiver.url, ['account.created']);
    worker = await startWorker(api, { timeoutMs: 30_000 });
    await account('Held');
    await until('the first attempt', () => held === 1);
    await worker.stop();
    expect(await api.db('crm_core.crm_webhook_attempts').select('id')).toEqual([]);
    // A worker that was killed holds its lease; nobody waits for more than that.
    await api.db('crm_core.crm_webhook_deliveries').update({ leased_until: new Date(Date.now() + 700) });
    for (let index = 0; index < 30; index++) await account(`While nobody works ${index}`);
    worker = await startWorker(api, { timeoutMs: 1500, leaseMs: 3000 });
    await until('all', async () => (await pending()) === 0 && new Set(receiver.arrived.map(({ id }) => id)).size === 31);
    const delivered = await api.db('crm_core.crm_webhook_deliveries').where({ status: 'delivered' }).select('id');
    expect(delivered.length).toBe(31);
  }, patience);

  it('share the work between several workers without doing it twice', async () => {
    await makeWebhook(admin, receiver.url, ['account.created']);
    for (let index = 0; index < 60; index++) await account(`Shared ${index}`);
    const both = await Promise.all([startWorker(api), startWorker(api)]);
    await until('all', async () => receiver.arrived.length >= 60 && (await pending()) === 0);
    await Promise.all(both.map((one) => one.stop()));
    expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(60);
    expect(receiver.arrived.length).toBe(60);
  }, patience);

  it('are switched off by the answer 410, by failing for long and when their owner is no longer active, and come back on demand', async () => {
    receiver.answer = ({ body }) => (body.data['legal_name'] === 'Gone' ? 410 : body.data['legal_name'] === 'Failing' ? 500 : 200);
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    const state = async (): Promise<unknown> => { const { body } = await admin.get(`/webhooks/${hook.id}`); return body['is_enabled'] === true ? 'on' : body['disabled_reason']; };
    worker = await startWorker(api, { schedule: [20, 20, 400, 400, 400, 400, 400, 400], disableAfterMs: 600 });
    await account('Gone');
    await until('gone', async () => (await state()) === 'gone');
    expect((await admin.post(`/webhooks/${hook.id}/replay`, { lsn: '0' })).body['code']).toBe('webhook_disabled');
    expect((await admin.patch(`/webhooks/${hook.id}`, { is_enabled: true })).body).toEqual(jasmine.objectContaining({ is_enabled: true, disabled_reason: null, failing_since: null }));
    await account('Failing');
    await until('failing', async () => (await state()) === 'failing');
    const { body: trail } = { body: await api.db('crm_core.crm_audit_log').where({ entity: 'webhooks', entity_id: hook.id, status: null }).orderBy('occurred_at').select('action', 'actor_kind', 'after') };
    expect(trail.map(({ actor_kind: kind }: { actor_kind: string }) => kind)).toEqual(['user', 'system', 'user', 'system']);
    const rep = await api.db('crm_core.crm_users').where({ email: 'rep@crm.test' }).first<{ id: string }>('id');
    const theirs = await makeWebhook(admin, receiver.url, ['account.created'], { owner: { kind: 'user', id: rep.id } });
    await api.db('crm_core.crm_users').where({ id: rep.id }).update({ is_active: false });
    await account('Unseen');
    await until('owner inactive', async () => (await admin.get(`/webhooks/${theirs.id}`)).body['disabled_reason'] === 'owner_inactive');
    await api.db('crm_core.crm_users').where({ id: rep.id }).update({ is_active: true });
    expect(receiver.arrived.some(({ body }) => body.data['legal_name'] === 'Unseen')).toBeFalse();
  }, patience);

  it('go nowhere that the guard forbids at the moment of delivery, whatever it said before', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    const { port } = receiver;
    await api.db('crm_core.crm_webhooks').update({ url: `http://rebinding.example.com:${port}/` });
    let asked = 0;
    // The first answer is public for the guard; were it asked again for the connection, it would get the second.
    worker = await startWorker(api, { schedule: [], lookup: () => Promise.resolve([{ address: asked++ === 0 ? '10.0.0.1' : '127.0.0.1', family: 4 }]) });
    await account('Rebound');
    await until('the refusal', async () => (await log(hook.id, 'dead')).length === 1);
    const [dead] = await log(hook.id);
    expect((await attempts(hook.id, String(dead?.id)))[0]).toEqual(jasmine.objectContaining({ status: null, error: 'forbidden_address' }));
    expect([asked, receiver.arrived.length]).toEqual([1, 0]);
    // The pinned address is the one that is connected to: the name itself leads nowhere.
    await admin.post(`/webhooks/${hook.id}/deliveries/${String(dead?.id)}/resend`);
    await until('the delivery', () => receiver.arrived.length === 1);
    expect([asked, receiver.arrived[0]?.headers['host']]).toEqual([2, `rebinding.example.com:${port}`]);
  }, patience);

  it('let a message that cannot be made die, so that what follows it is sent', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.*']);
    const made = await account('Misfit');
    // As a column that a migration gave another type would leave it.
    await api.db.raw(`UPDATE crm_core.crm_webhook_events SET record = record || '{"created_at": "no time at all"}'`);
    await admin.patch(`/accounts/${made.id}`, { city: 'Amman' });
    worker = await startWorker(api, { schedule: [20] });
    await until('the next message', () => receiver.arrived.length === 1);
    expect(types()).toEqual(['account.updated']);
    const [dead] = await log(hook.id, 'dead');
    expect((await attempts(hook.id, String(dead?.id))).map(({ error }) => error)).toEqual(['not_made', 'not_made']);
  }, patience);

  it('are not sent where the other side cannot prove who it is', async () => {
    const hook = await makeWebhook(admin, receiver.url.replace('http:', 'https:'), ['account.created']);
    worker = await startWorker(api, { schedule: [] });
    await account('Plain');
    await until('the refusal', async () => (await log(hook.id, 'dead')).length === 1);
    expect((await attempts(hook.id, String((await log(hook.id))[0]?.id)))[0]).toEqual(jasmine.objectContaining({ status: null, error: 'tls_failed' }));
    expect(receiver.arrived).toEqual([]);
  }, patience);

  it('rest while the feature is off, and catch up', async () => {
    const hook = await makeWebhook(admin, receiver.url, ['account.created']);
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_webhooks' }).update({ enabled: false });
    worker = await startWorker(api);
    await account('Later');
    await until('the API to know', async () => (await admin.get('/webhooks')).body['code'] === 'feature_disabled');
    expect(await api.db('crm_core.crm_webhook_events').whereNotNull('lsn').select('id')).toEqual([]);
    await api.db('crm_core.crm_feature_flags').where({ key: 'crm_feature_webhooks' }).update({ enabled: true });
    await until('the API to know again', async () => (await admin.get('/webhooks')).status === 200);
    await until('the message', () => receiver.arrived.length === 1);
    await until('the log', async () => (await log(hook.id)).length === 1);
  }, patience);
});
