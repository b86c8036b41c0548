import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { makeRole, makeUser } from '../../workspace/roles/role.world.testing.js';
import { loopback, makeWebhook, startReceiver, startWorker, until, type Arrived, type Receiver } from './webhook.testing.js';
import type { WebhookWorker } from './webhook.worker.js';

const patience = 60_000;

describe('webhooks of what hangs on records', () => {
  let api: TestApi;
  let admin: Caller;
  let receiver: Receiver;
  let worker: WebhookWorker | null = null;
  beforeAll(async () => {
    api = await startApi(loopback);
    admin = await api.as('admin');
    receiver = await startReceiver();
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    await receiver.close();
    await api.stop();
  });

  const account = async (name: string): Promise<Json> => (await admin.post('/accounts', { legal_name: name })).body;
  const pending = async (): Promise<number> => Number((await api.db('crm_core.crm_webhook_deliveries').where({ status: 'pending' }).count())[0]?.['count']);

  it('tell of custom values and tags, and nothing of those that the owner\'s role hides; a replay tells it again', async () => {
    for (const key of ['told_open', 'told_secret']) expect((await admin.post('/custom-fields', { entity: 'accounts', key, label: key, label_ar: 'حقل', type: 'text' })).status).toBe(201);
    const tag = (await admin.post('/tags', { name: 'Told', color: '#1d4ed8' })).body;
    await makeRole(api, 'told_less', { accounts: { read: 'all' } }, { accounts: { 'custom.told_secret': 'hidden', tags: 'hidden', city: 'hidden' } });
    const less = await makeUser(api, { login: 'told_less', team: null, region: null, roles: ['told_less'] });
    const hook = await makeWebhook(admin, receiver.url, ['account.*']);
    const narrow = await startReceiver();
    await makeWebhook(admin, narrow.url, ['account.*'], { owner: { kind: 'user', id: less } });
    worker = await startWorker(api);
    const seen = async (who: Caller): Promise<Json | undefined> => (await who.get<{ items: Json[] }>(`/accounts?filter[id]=${made.id}`)).body.items[0];
    const made = await account('Members');
    await until('the first', () => receiver.arrived.length === 1 && narrow.arrived.length === 1);
    const steps: { act: () => Promise<{ status: number }>; changed: string[]; less: string[] }[] = [
      { act: () => admin.patch(`/accounts/${made.id}`, { custom: { told_open: 'o', told_secret: 'whisper' } }), changed: ['custom.told_open', 'custom.told_secret'], less: ['custom.told_open'] },
      { act: () => admin.patch(`/accounts/${made.id}`, { custom: { told_secret: 'whisper again' } }), changed: ['custom.told_secret'], less: [] },
      { act: () => admin.post(`/accounts/${made.id}/tags`, { tag_ids: [tag.id] }), changed: ['tags'], less: [] },
      { act: () => admin.patch(`/accounts/${made.id}`, { city: 'Amman', custom: { told_open: null } }), changed: ['city', 'custom.told_open'], less: ['custom.told_open'] },
      { act: () => admin.del(`/accounts/${made.id}/tags/${tag.id}`), changed: ['tags'], less: [] },
    ];
    let narrowly = 1;
    for (const [index, step] of steps.entries()) {
      expect((await step.act()).status).toBe(200);
      await until(`message ${index + 2}`, async () => receiver.arrived.length === index + 2 && (await pending()) === 0);
      const { body } = receiver.arrived[index + 1] as Arrived;
      expect([body.type, body.changed]).toEqual(['account.updated', step.changed]);
      expect(body.data).toEqual(await seen(admin) as Json);
      if (step.less.length > 0) {
        expect(narrow.arrived.at(-1)?.body.changed).toEqual(step.less);
        expect(narrow.arrived.at(-1)?.body.data).toEqual(await seen(await api.as('told_less')) as Json);
        narrowly++;
      }
      expect(narrow.arrived.length).withContext(step.changed.join()).toBe(narrowly);
    }
    const states = receiver.arrived.map(({ body }) => [body.data['custom'], (body.data['tags'] as Json[]).map(({ id }) => id)]);
    expect(states.slice(1, 4)).toEqual([[{ told_open: 'o', told_secret: 'whisper' }, []], [{ told_open: 'o', told_secret: 'whisper again' }, []], [{ told_open: 'o', told_secret: 'whisper again' }, [tag.id]]]);
    for (const word of ['whisper', 'Amman', tag.id, 'told_secret']) expect(narrow.arrived.map(({ text }) => text).join()).not.toContain(word);
    const from = receiver.arrived[2] as Arrived;
    const answer = (await admin.post(`/webhooks/${hook.id}/replay`, { lsn: from.body.lsn })).body;
    expect(answer).toEqual(jasmine.objectContaining({ queued: 4, complete: true }));
    await until('the replay', () => receiver.arrived.length === 10);
    expect(receiver.arrived.slice(6).map(({ id, body }) => [id, body.changed])).toEqual(receiver.arrived.slice(2, 6).map(({ id, body }) => [id, body.changed]));
    // A worker that runs may know of a switch a second later.
    await worker.stop();
    expect((await admin.patch('/flags/crm_feature_tags', { enabled: false })).status).toBe(200);
    await api.db('crm_core.crm_taggings').insert({ tag_id: tag.id, entity: 'accounts', entity_id: made.id });
    await admin.patch(`/accounts/${made.id}`, { industry: 'Food' });
    worker = await startWorker(api);
    await until('what follows', async () => receiver.arrived.length === 11 && (await pending()) === 0);
    expect([receiver.arrived[10]?.body.changed, receiver.arrived[10]?.body.data['tags']]).toEqual([['industry'], null]);
    await admin.patch('/flags/crm_feature_tags', { enabled: true });
    await narrow.close();
  }, patience);
});
