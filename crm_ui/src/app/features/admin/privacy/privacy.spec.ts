import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { AccessComponent } from './access.component';
import { ErasureDetailComponent } from './erasure-detail.component';
import { ErasureNewComponent } from './erasure-new.component';
import { PrivacyComponent } from './privacy.component';
import { PurposesComponent } from './purposes.component';

const ALL = { read: 'all', write: 'all', delete: 'all' };
const ID = '01890000-0000-7000-8000-00000000abcd';
const ERASURE = { id: 'e1', subject_type: 'contact', subject_id: ID, reason: 'request', requested_by: null, identifier_count: 3, rows: { crm_contacts: 1, crm_activities: 12 }, created_at: '2026-01-01T00:00:00Z', warehouse: null, certified_at: null, certificate_hash: null };
const PREVIEW = { identifiers: ['+971500000000', 'Mona Saleh', 'mona@x.example'], rows: { crm_contacts: 1, crm_activities: 12 } };

describe('privacy', () => {
  beforeEach(() => signedIn('en', { privacy: ALL, contacts: ALL, users: ALL }));
  afterEach(() => localStorage.clear());

  async function open<T>(type: Type<T>, answers: Answers, id?: string): Promise<ComponentFixture<T>> {
    const fixture = TestBed.createComponent(type);
    if (id) fixture.componentRef.setInput('id', id);
    fixture.detectChanges();
    await answerAll(answers);
    fixture.detectChanges();
    return fixture;
  }
  const element = (fixture: ComponentFixture<unknown>): HTMLElement => fixture.nativeElement as HTMLElement;
  function type(box: HTMLInputElement | null | undefined, text: string): void {
    if (!box) throw new Error('no box');
    box.value = text;
    box.dispatchEvent(new Event('input'));
  }

  it('shows what an erasure would reach and erases only when the name is typed', async () => {
    const fixture = await open(ErasureNewComponent, {});
    const page = element(fixture);
    expect([...page.querySelectorAll('option')].map((one) => one.textContent)).withContext('only kinds that may be read').toEqual(['Contact', 'User']);
    type(page.querySelector<HTMLInputElement>('details input'), ID);
    page.querySelector('details form')?.dispatchEvent(new Event('submit'));
    await answerAll({ [`privacy/subjects/contact/${ID}`]: PREVIEW });
    fixture.detectChanges();
    for (const words of ['Mona Saleh', 'mona@x.example', 'Activities', '12', 'Together', '13']) expect(page.querySelector('[data-test=preview]')?.textContent).withContext(words).toContain(words);
    const submit = async (): Promise<string[]> => { page.querySelector('.danger form')?.dispatchEvent(new Event('submit')); return answerAll({ 'POST privacy/erasures': ERASURE }); };
    expect(await submit()).toEqual([]);
    type(page.querySelector<HTMLInputElement>('[name=confirmation]'), 'Mona');
    expect(await submit()).toEqual([]);
    fixture.detectChanges();
    expect(page.querySelector('.danger')?.textContent).toContain('exactly');
    // Chosen by its id, the person is called by what stands first.
    type(page.querySelector<HTMLInputElement>('[name=confirmation]'), '+971500000000');
    const left = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    expect(await submit()).toEqual([`POST privacy/erasures {"subject_type":"contact","subject_id":"${ID}","reason":"request"}`]);
    expect(left).toHaveBeenCalledWith('/admin/privacy/e1');
  });

  it('offers nothing to erase where nothing is left, and says what an id is', async () => {
    const fixture = await open(ErasureNewComponent, {});
    const page = element(fixture);
    type(page.querySelector<HTMLInputElement>('details input'), 'Mona');
    page.querySelector('details form')?.dispatchEvent(new Event('submit'));
    fixture.detectChanges();
    expect(page.querySelector('details')?.textContent).toContain('This is not an id');
    type(page.querySelector<HTMLInputElement>('details input'), ID);
    page.querySelector('details form')?.dispatchEvent(new Event('submit'));
    await answerAll({ [`privacy/subjects/contact/${ID}`]: { identifiers: [], rows: {} } });
    fixture.detectChanges();
    expect(page.querySelector('[data-test=preview]')?.textContent).toContain('Nothing of this person is left');
    expect(page.querySelector('.danger')).toBeNull();
  });

  it('follows an erasure until the warehouse is done, and asks no further', async () => {
    jasmine.clock().install();
    try {
      const fixture = await open(ErasureDetailComponent, { 'privacy/erasures/e1': ERASURE }, 'e1');
      const page = element(fixture);
      expect([page.querySelectorAll('li.done').length, page.textContent?.includes('The stream is on its way')]).toEqual([1, true]);
      jasmine.clock().tick(1000);
      await answerAll({ 'privacy/erasures/e1': { ...ERASURE, warehouse: { removed: 40, completed_at: '2026-01-01T00:00:01Z', lsn: '123' } } });
      fixture.detectChanges();
      expect(page.querySelector('[data-test=warehouse-done]')?.textContent).toContain('40 versions removed');
      jasmine.clock().tick(60_000);
      await settle();
      expect(backend().match(() => true).length).toBe(0);
      fixture.destroy();
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('lists erasures with where they stand, and limits history after a question', async () => {
    const fixture = await open(PrivacyComponent, { 'privacy/erasures': { items: [ERASURE, { ...ERASURE, id: 'e2', certified_at: 'x' }], next_cursor: null } });
    const page = element(fixture);
    for (const words of ['Warehouse follows', 'Certified', 'The person asked for it']) expect(page.textContent).withContext(words).toContain(words);
    page.querySelectorAll<HTMLElement>('[role=tab]')[3]?.click();
    fixture.detectChanges();
    const answers: Answers = { 'privacy/retention': { items: [{ table_name: 'crm_timeline', keep_days: 365, action: 'truncate_history', updated_at: '2026-01-01T00:00:00Z' }], next_cursor: null } };
    await answerAll(answers);
    fixture.detectChanges();
    expect(page.querySelector('[data-table=crm_timeline]')?.textContent).toContain('365 days');
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    const submit = async (days: string): Promise<string[]> => { type(page.querySelector<HTMLInputElement>('[name=days]'), days); page.querySelector('crm-retention form')?.dispatchEvent(new Event('submit')); return answerAll(answers); };
    expect([await submit('0'), await submit('1.5'), await submit('')]).toEqual([[], [], []]);
    expect((await submit('٩٠'))[0]).toBe('PUT privacy/retention/crm_activities {"keep_days":90}');
    expect(ask.calls.mostRecent().args[0].text).toContain('90 days');
    fixture.detectChanges();
    page.querySelector<HTMLElement>('[data-table=crm_timeline] button')?.click();
    expect((await answerAll(answers))[0]).toBe('DELETE privacy/retention/crm_timeline');
  });

  it('asks for an export of a person and shows how far each is', async () => {
    const EXPORT = { id: 'x1', subject_type: 'contact', subject_id: ID, locale: 'ar', status: 'done', rows: { crm_contacts: 1, crm_activities: 12 }, byte_count: 900, created_at: '2026-01-01T00:00:00Z', expires_at: '2099-01-08T00:00:00Z' };
    TestBed.resetTestingModule();
    await signedIn('en', { privacy: { ...ALL, export: 'all' }, contacts: ALL });
    const fixture = await open(AccessComponent, { 'privacy/access-exports': { items: [EXPORT, { ...EXPORT, id: 'x2', status: 'expired' }], next_cursor: null } });
    const page = element(fixture);
    expect(page.querySelector('[data-export=x1]')?.textContent).toContain('Ready');
    expect(page.querySelector('[data-export=x1]')?.textContent).toContain('13 rows');
    expect([page.querySelectorAll('[data-export=x1] button').length, page.querySelectorAll('[data-export=x2] button').length]).toEqual([1, 0]);
    page.querySelector('form')?.dispatchEvent(new Event('submit'));
    expect(await answerAll({})).withContext('nobody is chosen yet').toEqual([]);
    (fixture.componentInstance as unknown as { subject: { set(value: unknown): void } }).subject.set({ id: ID, name: 'Mona' });
    page.querySelector('form')?.dispatchEvent(new Event('submit'));
    expect((await answerAll({ 'POST privacy/access-exports': EXPORT }))[0]).toBe(`POST privacy/access-exports {"subject_type":"contact","subject_id":"${ID}","locale":"en"}`);
  });

  it('lists purposes with their wordings', async () => {
    const fixture = await open(PurposesComponent, { 'consent-purposes': { items: [{ id: 'p1', key: 'marketing', name: 'Marketing', name_ar: 'التسويق', channels: ['email', 'sms'], legal_basis: 'consent', valid_days: 30, wordings: [{ id: 'w', version: '1', locale: 'ar', body: 'نعم', hash: 'b'.repeat(64), created_at: '2026-01-01T00:00:00Z' }] }], next_cursor: null } });
    const text = element(fixture).querySelector('[data-purpose=marketing]')?.textContent ?? '';
    for (const words of ['Marketing', 'E-mail', 'Text message', '30 days', '1 wording', 'نعم']) expect(text).withContext(words).toContain(words);
  });
});
