import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { settle } from '@testing/setup';
import { SecretService } from './secret.service';
import { WebhookDetailComponent } from './webhook-detail.component';
import { WebhookListComponent } from './webhook-list.component';

const HOOK = {
  id: 'w1', name: 'ERP', url: 'https://hooks.example.com/crm', event_types: ['deal.won', 'deal.lost', 'account.*'], owner: { kind: 'user', id: 'u1', name: 'Amal' }, is_enabled: true, disabled_reason: null, disabled_at: null,
  failing_since: null, previous_secret_until: null, created_at: '2026-11-01T10:00:00Z', updated_at: '',
};
const DELIVERY = { id: 'd1', message_id: 'msg_1', event_type: 'deal.won', record_id: 'r', lsn: '42', status: 'dead', attempts: 3, occurred_at: '2026-11-01T10:00:00Z', next_attempt_at: null, last_attempt_at: '2026-11-01T10:00:00Z' };
const ANSWERS: Answers = {
  webhooks: { items: [HOOK, { ...HOOK, id: 'w2', name: 'Old', is_enabled: false, disabled_reason: 'gone' }], next_cursor: null }, 'webhooks/w1': HOOK,
  'webhooks/statistics': { items: [{ webhook_id: 'w1', pending: 2, dead: 1, attempts: 8, taken: 6, p95_ms: 120, last_at: '2026-11-01T10:00:00Z', last_status: 503, last_error: 'http_503' }], next_cursor: null },
  'webhooks/event-types': { items: ['*', 'deal.*', 'account.*', 'deal.created', 'deal.won', 'deal.lost', 'account.created'], next_cursor: null },
  'webhooks/w1/deliveries': { items: [DELIVERY], next_cursor: null },
  'webhooks/w1/deliveries/d1': { ...DELIVERY, log: [{ request_id: 'q1', attempt: 3, at: '2026-11-01T10:00:00Z', status: 503, error: 'http_503', duration_ms: 61, response: 'busy' }, { request_id: 'q2', attempt: 2, at: '2026-11-01T09:00:00Z', status: null, error: 'timeout', duration_ms: 15000, response: null }] },
};

describe('webhooks', () => {
  let fixture: ComponentFixture<unknown>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const press = (selector: string, root: ParentNode = page()): void => root.querySelector<HTMLElement>(selector)?.click();
  const refresh = async (answers: Answers = ANSWERS): Promise<string[]> => {
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return [...asked, ...await answerAll(answers)];
  };
  async function open<T>(component: Type<T>, inputs: Record<string, unknown> = {}, answers = ANSWERS): Promise<string[]> {
    fixture = TestBed.createComponent(component);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    return refresh(answers);
  }
  const type = (root: ParentNode, selector: string, text: string): void => {
    const box = root.querySelector<HTMLInputElement>(selector);
    if (box) { box.value = text; box.dispatchEvent(new Event('input')); }
  };
  beforeEach(() => signedIn('en', { webhooks: { read: 'all', write: 'all', delete: 'all' } }));
  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    fixture.destroy();
    localStorage.clear();
  });

  it('are listed with their state, what they are told and how they do', async () => {
    await open(WebhookListComponent);
    for (const words of ['ERP', 'On', 'Stopped', 'Deals · won, Deals · lost and 1 more', '75%', 'Never', 'Not taken']) expect(page().textContent).withContext(words).toContain(words);
  });

  it('are made with chosen events, and their secret goes to their page once', async () => {
    await open(WebhookListComponent);
    press('[data-test=new-webhook]');
    await answerAll(ANSWERS);
    const form = document.querySelector('crm-webhook-form') as HTMLElement;
    const submit = async (): Promise<string[]> => { form.querySelector('form')?.dispatchEvent(new Event('submit')); return answerAll({ ...ANSWERS, 'POST webhooks': { ...HOOK, secret: 'whsec_once' } }); };
    expect(await submit()).withContext('nothing entered').toEqual([]);
    type(form, 'input[name=name]', 'ERP');
    type(form, 'input[name=url]', 'hooks.example.com');
    expect(await submit()).withContext('no address, no event').toEqual([]);
    type(form, 'input[name=url]', 'https://hooks.example.com/crm');
    press('[data-event="deal.*"]', form);
    await settle();
    press('[data-event="deal.lost"]', form);
    expect((await submit())[0]).toBe('POST webhooks {"name":"ERP","url":"https://hooks.example.com/crm","event_types":["deal.created","deal.won"]}');
    expect([TestBed.inject(SecretService).take('w1'), TestBed.inject(SecretService).take('w1')]).toEqual(['whsec_once', null]);
  });

  it('show their numbers, their log with attempts, and why they are stopped', async () => {
    TestBed.inject(SecretService).keep({ id: 'w1', secret: 'whsec_new' });
    await open(WebhookDetailComponent, { id: 'w1' });
    for (const words of ['whsec_new', '75%', '120', 'Deals · won', '3 attempts', 'Accounts · all']) expect(page().textContent).withContext(words).toContain(words);
    fixture.destroy();
    await open(WebhookDetailComponent, { id: 'w1' }, { ...ANSWERS, 'webhooks/w1': { ...HOOK, is_enabled: false, disabled_reason: 'gone' } });
    expect(page().querySelector('.note.stopped')?.textContent).toContain('410');
    expect(page().querySelector('crm-secret')).toBeNull();
  });

  it('send a ping, are paused after a question, get another secret, and send again', async () => {
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    await open(WebhookDetailComponent, { id: 'w1' });
    press('[data-test=ping]');
    expect((await refresh({ ...ANSWERS, 'POST webhooks/w1/ping': { delivery_id: 'd1' } }))[0]).toBe('POST webhooks/w1/ping {}');
    press('[data-test=resend]');
    expect((await refresh())[0]).toContain('POST webhooks/w1/deliveries/d1/resend');
    press('[data-test=rotate]');
    expect((await refresh({ ...ANSWERS, 'POST webhooks/w1/rotate': { ...HOOK, previous_secret_until: '2026-12-01T10:00:00Z', secret: 'whsec_second' } }))[0]).toBe('POST webhooks/w1/rotate {"overlap_hours":24}');
    expect(page().textContent).toContain('whsec_second');
    expect(page().textContent).toContain('Two secrets sign until');
    const say = spyOn(TestBed.inject(NoticeService), 'say');
    press('[data-test=turn]');
    expect((await refresh({ ...ANSWERS, 'PATCH webhooks/w1': { ...HOOK, is_enabled: false, disabled_reason: 'switched_off' } }))[0]).toBe('PATCH webhooks/w1 {"is_enabled":false}');
    expect(say).toHaveBeenCalledOnceWith('The webhook is paused. Nothing is sent.');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('replay from a time or a position, and say how much', async () => {
    await open(WebhookDetailComponent, { id: 'w1' });
    const send = async (): Promise<string[]> => { page().querySelector('crm-replay form')?.dispatchEvent(new Event('submit')); return refresh({ ...ANSWERS, 'POST webhooks/w1/replay': { queued: 3, last_lsn: '99', more: true, complete: false } }); };
    expect(await send()).withContext('no time').toEqual([]);
    press('[data-test=by-position]');
    await settle();
    type(page(), 'crm-replay [name=lsn]', '0/42');
    expect(await send()).withContext('no digits').toEqual([]);
    type(page(), 'crm-replay [name=lsn]', '42');
    expect((await send())[0]).toBe('POST webhooks/w1/replay {"lsn":"42"}');
    for (const words of ['3 messages queued', 'begins later', 'go on']) expect(page().querySelector('crm-replay')?.textContent).withContext(words).toContain(words);
    press('crm-replay .done button');
    expect((await refresh({ ...ANSWERS, 'POST webhooks/w1/replay': new Error('paused') }))[0]).toBe('POST webhooks/w1/replay {"lsn":"99"}');
    expect(page().querySelector('crm-replay crm-problem')).not.toBeNull();
  });
});
