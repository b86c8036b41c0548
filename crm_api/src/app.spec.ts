import { startApi, type Caller, type Json, type TestApi } from './testing/api.testing.js';

/** The rules of the domains whose machinery is shared, each by a story of its own. */
describe('records of every kind', () => {
  let api: TestApi;
  let admin: Caller;
  let account: string;

  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
    account = (await admin.post('/accounts', { legal_name: 'Falcon Logistics', region: 'Gulf' })).body.id;
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  const changed = async (path: string, body: unknown): Promise<Json> => {
    const answer = await admin.patch(path, body);
    expect(answer.status).withContext(answer.text).toBe(200);
    return answer.body;
  };
  const code = async (method: string, path: string, body?: unknown): Promise<[number, unknown, unknown]> => {
    const answer = await admin.call<{ code: string; errors?: { code: string }[] }>(method, path, body);
    return [answer.status, answer.body.code, answer.body.errors?.[0]?.code];
  };

  it('leads: each status leaves its time once, and never a later step without its earlier ones', async () => {
    const lead = await admin.make('/leads', { full_name: 'Lina Saleh', company: 'Falcon', email: 'lina@example.com' });
    expect([lead['status'], lead['mql_at'], lead['sql_at']]).toEqual(['new', null, null]);
    const sql = await changed(`/leads/${lead.id}`, { status: 'sql' });
    expect(sql['mql_at']).not.toBeNull();
    expect(sql['sql_at']).not.toBeNull();
    const lost = await changed(`/leads/${lead.id}`, { status: 'disqualified', disqualified_reason: 'Budget' });
    expect([lost['mql_at'], lost['disqualified_at'] !== null]).toEqual([sql['mql_at'], true]);
    const back = await changed(`/leads/${lead.id}`, { status: 'converted', converted_account_id: account });
    expect([back['disqualified_at'], back['sql_at'], back['converted_account']]).toEqual([null, sql['sql_at'], { id: account, name: 'Falcon Logistics', name_ar: null }]);
    expect((await admin.get<{ items: Json[] }>('/leads?q=lina falcon')).body.items.length).toBe(1);
  });

  it('tickets: numbered, due by the service level of their priority, reopened and counted', async () => {
    await api.db('crm_core.crm_sla_policies').insert({ name: 'Urgent', priority: 'urgent', first_response_minutes: 30, resolution_minutes: 240 });
    const ticket = await admin.make('/tickets', { subject: 'No signal', account_id: account });
    expect(ticket['number']).toMatch(/^T-\d\d-[0-9A-Z]{6}$/);
    expect([ticket['status'], ticket['resolution_due_at']]).toEqual(['new', null]);
    const urgent = await changed(`/tickets/${ticket.id}`, { priority: 'urgent' });
    expect(Date.parse(String(urgent['resolution_due_at'])) - Date.parse(String(ticket['created_at']))).toBe(240 * 60_000);
    const solved = await changed(`/tickets/${ticket.id}`, { status: 'solved', csat: 4 });
    const closed = await changed(`/tickets/${ticket.id}`, { status: 'closed' });
    expect([closed['resolved_at'], closed['closed_at'] !== null]).toEqual([solved['resolved_at'], true]);
    const open = await changed(`/tickets/${ticket.id}`, { status: 'open' });
    expect([open['resolved_at'], open['closed_at'], open['reopened_count']]).toEqual([null, null, 1]);
    expect((await admin.get<{ items: Json[] }>(`/tickets?q=${String(ticket['number'])}`)).body.items[0]?.id).toBe(ticket.id);
    expect(await code('PATCH', `/tickets/${ticket.id}`, { csat: 6 })).toEqual([422, 'validation_failed', 'number_max']);
  });

  it('quotes: buyer and currency come from the deal, acceptance has its time', async () => {
    const deal = await admin.make('/deals', { name: 'Tracking', account_id: account, currency: 'AED' });
    const quote = await admin.make('/quotes', { deal_id: deal.id, net_total: '100', tax_total: '5' });
    expect(quote).toEqual(jasmine.objectContaining({ account: { id: account, name: 'Falcon Logistics', name_ar: null }, currency: 'AED', gross_total: '105.00', accepted_at: null }));
    expect((await changed(`/quotes/${quote.id}`, { status: 'accepted' }))['accepted_at']).not.toBeNull();
    expect(await code('POST', '/quotes', { net_total: '1' })).toEqual([422, 'validation_failed', 'required']);
    expect((await admin.get<{ items: Json[] }>('/quotes?q=falcon')).body.items.length).toBe(1);
  });

  it('invoices: need a payer, add up, say when they were paid', async () => {
    const invoice = await admin.make('/invoices', { account_id: account, currency: 'USD', net_total: '200.10', tax_total: '10' });
    expect([invoice['gross_total'], invoice['paid_at']]).toEqual(['210.10', null]);
    const paid = await changed(`/invoices/${invoice.id}`, { status: 'paid', paid_total: '210.10' });
    expect(paid['paid_at']).not.toBeNull();
    expect((await changed(`/invoices/${invoice.id}`, { status: 'open' }))['paid_at']).toBeNull();
    expect(await code('POST', '/invoices', { currency: 'USD' })).toEqual([422, 'validation_failed', 'required']);
    expect(await code('POST', '/invoices', { account_id: account, currency: 'USD', number: invoice['number'] })).toEqual([409, 'already_exists', 'unique']);
    expect(await code('PATCH', `/invoices/${invoice.id}`, { number: 'X' })).toEqual([422, 'validation_failed', 'unknown_field']);
  });

  it('subscriptions: revenue by the month follows price, quantity and status, every step kept', async () => {
    const subscription = await admin.make('/subscriptions', { account_id: account, unit_price: '1000', billing_period: 'quarter', quantity: 3, currency: 'USD', started_on: '2026-01-01' });
    expect(subscription['mrr']).toBe('1000.00');
    const path = `/subscriptions/${subscription.id}`;
    expect((await changed(path, { quantity: '4' }))['mrr']).toBe('1333.33');
    expect((await changed(path, { unit_price: '500' }))['mrr']).toBe('666.67');
    expect(await changed(path, { status: 'cancelled', cancelled_on: '2026-06-30', cancel_reason: 'Price' })).toEqual(jasmine.objectContaining({ mrr: '0.00', cancelled_on: '2026-06-30' }));
    expect(await changed(path, { status: 'active' })).toEqual(jasmine.objectContaining({ mrr: '666.67', cancelled_on: null }));
    const steps = await api.db('crm_core.crm_subscription_changes').where({ subscription_id: subscription.id }).orderBy('id').select<{ kind: string; mrr_delta: string; effective_on: string }[]>('kind', 'mrr_delta', 'effective_on');
    expect(steps.map((one) => [one.kind, one.mrr_delta])).toEqual([['new', '1000.00'], ['expansion', '333.33'], ['contraction', '-666.66'], ['churn', '-666.67'], ['reactivation', '666.67']]);
    expect([steps[0]?.effective_on, steps[3]?.effective_on]).toEqual(['2026-01-01', '2026-06-30']);
    const trial = await admin.make('/subscriptions', { account_id: account, unit_price: '10', currency: 'USD', started_on: '2026-01-01', status: 'trial' });
    expect(trial['mrr']).toBe('0.00');
    expect((await changed(`/subscriptions/${trial.id}`, { status: 'active' }))['mrr']).toBe('10.00');
    expect((await admin.get<{ items: Json[] }>('/subscriptions?q=falcon')).body.items.length).toBe(2);
  });

  it('activities: found at the account of what they were about', async () => {
    const deal = await admin.make('/deals', { name: 'Routing', account_id: account });
    const contact = await admin.make('/contacts', { full_name: 'Omar', account_id: account });
    for (const about of [{ deal_id: deal.id }, { contact_id: contact.id }]) {
      const activity = await admin.make('/activities', { kind: 'call', subject: 'Intro', duration_minutes: 15, ...about });
      expect(activity['account']).toEqual({ id: account, name: 'Falcon Logistics', name_ar: null });
    }
    expect((await admin.make('/activities', { kind: 'note', subject: 'Alone' }))['account']).toBeNull();
    expect((await admin.get<{ items: Json[] }>(`/activities?filter[account_id]=${account}`)).body.items.length).toBe(2);
    expect(await code('POST', '/activities', { kind: 'fax', subject: 'x' })).toEqual([422, 'validation_failed', 'not_allowed']);
  });

  it('products and campaigns', async () => {
    const product = await admin.make('/products', { code: 'GPS-1', name: 'Tracker', list_price: '99.90', kind: 'recurring' });
    expect(await code('POST', '/products', { code: 'gps-1', name: 'Other' })).toEqual([409, 'already_exists', 'unique']);
    for (const q of ['tracker', 'gps-1']) expect((await admin.get<{ items: Json[] }>(`/products?q=${q}`)).body.items[0]?.id).withContext(q).toBe(product.id);
    const campaign = await admin.make('/campaigns', { name: 'Spring fair', channel: 'event', budget: 5000, starts_on: '2026-03-01' });
    expect((await admin.get<{ items: Json[] }>('/campaigns?q=spring')).body.items[0]?.id).toBe(campaign.id);
    expect((await changed(`/campaigns/${campaign.id}`, { status: 'active' }))['budget']).toBe('5000.00');
  });

  it('users and teams: roles are set as a whole, the last administrator stays', async () => {
    const me = (await admin.get('/me')).body;
    const team = await admin.make('/teams', { name: 'Levant', region: 'Levant', manager_id: me.id });
    const user = await admin.make('/users', { name: 'Nour', email: 'nour@example.com', team_id: team.id, time_zone: 'Asia/Beirut' });
    expect(user).toEqual(jasmine.objectContaining({ roles: [], team: { id: team.id, name: 'Levant', name_ar: null } }));
    const roles = await admin.call('PUT', `/users/${user.id}/roles`, { roles: ['rep', 'analyst'] });
    expect(roles.body['roles']).toEqual(['analyst', 'rep']);
    expect(await code('PUT', `/users/${user.id}/roles`, { roles: ['king'] })).toEqual([422, 'validation_failed', 'unknown_reference']);
    expect(await code('POST', '/users', { name: 'x', time_zone: 'Mars/Base' })).toEqual([422, 'validation_failed', 'unknown_time_zone']);
    expect((await code('PUT', `/users/${me.id}/roles`, { roles: ['rep'] }))[1]).toBe('last_administrator');
    expect((await code('PATCH', `/users/${me.id}`, { is_active: false }))[1]).toBe('last_administrator');
    expect((await code('DELETE', `/users/${me.id}`))[1]).toBe('last_administrator');
    await admin.call('PUT', `/users/${user.id}/roles`, { roles: ['admin'] });
    expect((await admin.get<{ items: Json[] }>('/users?q=nour')).body.items.length).toBe(1);
    expect((await admin.get<{ items: Json[] }>('/teams')).body.items.length).toBe(1);
    expect((await admin.get<{ items: { key: string }[] }>('/roles')).body.items.map((role) => role.key)).toContain('exec');
  });

  it('pipelines: one default, stages with deals stay what they are', async () => {
    const pipeline = (await admin.make('/pipelines', { name: 'Renewals', is_default: true }));
    const all = await admin.get<{ items: { name: string; is_default: boolean }[] }>('/pipelines');
    expect(all.body.items.map((one) => [one.name, one.is_default])).toEqual([['Sales', false], ['Renewals', true]]);
    expect(await code('POST', '/deals', { name: 'No stage yet' })).toEqual([422, 'validation_failed', 'unknown_reference']);
    const path = `/pipelines/${pipeline.id}/stages`;
    type Stages = Json & { stages: { id: string; name: string; probability: number; position: number }[] };
    await admin.make(path, { name: 'Due', probability: 0.6 });
    const two = await admin.make(path, { name: 'Renewed', kind: 'won' }) as Stages;
    expect(two.stages.map((one) => [one.name, one.position, one.probability])).toEqual([['Due', 1, 0.6], ['Renewed', 2, 1]]);
    expect(await code('POST', path, { name: 'due' })).toEqual([409, 'already_exists', 'unique']);
    expect(await code('POST', path, { name: 'Odd', kind: 'lost', probability: 0.5 })).toEqual([422, 'validation_failed', 'probability_against_kind']);
    const due = two.stages[0]?.id ?? '';
    const deal = await admin.make('/deals', { name: 'Renewal', pipeline_id: pipeline.id });
    expect(deal['stage_id']).toBe(due);
    expect((await code('DELETE', `${path}/${due}`))[1]).toBe('stage_in_use');
    expect((await code('PATCH', `${path}/${due}`, { kind: 'won' }))[1]).toBe('stage_in_use');
    expect((await code('DELETE', `/pipelines/${pipeline.id}`))[1]).toBe('pipeline_in_use');
    const renamed = await changed(`${path}/${due}`, { name: 'Due soon', probability: 0.7 }) as Stages;
    expect(renamed.stages[0]).toEqual(jasmine.objectContaining({ name: 'Due soon', probability: 0.7 }));
    expect((await admin.del(`${path}/${two.stages[1]?.id}`)).status).toBe(204);
    expect((await code('PATCH', `${path}/${two.stages[1]?.id}`, { name: 'x' }))[1]).toBe('stage_not_found');
    await changed(`/pipelines/${String((await admin.get<{ items: Json[] }>('/pipelines')).body.items[0]?.id)}`, { is_default: true });
  });
});
