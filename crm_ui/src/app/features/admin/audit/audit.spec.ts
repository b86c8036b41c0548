import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { AuditDetailComponent } from './audit-detail.component';
import { AuditListComponent } from './audit-list.component';

const ID = '019ad0c2-0000-7000-8000-0000000000a1';
const ENTRY = {
  id: 'e1', occurred_at: '2026-11-29T10:00:00Z', actor_id: 'u9', actor_kind: 'user', actor: { id: 'u9', name: 'Amal Haddad' }, action: 'update', entity: 'accounts', entity_id: ID, request_id: 'q-1', session_id: null, client_id: null,
  method: 'PATCH', route: '/crm/v1/accounts/{id}', status: null, duration_ms: null, user_agent: 'Spec/1.0', ip: '192.0.2.1', position: 15, erased: false,
  before: { industry: 'Retail', city: null, owner_id: 'x' }, after: { industry: 'Energy', city: 'Amman', annual_revenue: '1250000.00', is_test: true },
};
const VERIFICATION = { id: 'v1', status: 'done', checked: 40, total: 40, created_at: '', finished_at: '2026-11-29T10:00:00Z', error: null, sound: true, counts: null, findings: [], waiting: 0, erased: 0, anchors: { compared: 3, last_position: 40, reachable: true } };
const CHAIN = { head: { position: 40, hash: 'ab', sealed_at: '2026-11-29T10:00:00Z' }, waiting: 2, oldest_waiting_at: null, sealing: true, verification: null };
const ANSWERS: Answers = {
  audit: { items: [ENTRY, { ...ENTRY, id: 'e2', action: 'refusal', entity: 'deals', entity_id: null, actor_kind: 'anonymous', actor: null, before: null, after: null, status: 401 }], next_cursor: null, total: 2 },
  'audit/e1': ENTRY, 'audit/chain': CHAIN, accounts: { items: [{ id: ID, legal_name: 'Petra Energy', legal_name_ar: 'البتراء للطاقة' }], next_cursor: null }, users: { items: [{ id: 'u9', name: 'Amal Haddad', name_ar: 'أمل حداد' }], next_cursor: null },
};
const PERMISSIONS = { audit: { read: 'all', export: 'all' }, accounts: { read: 'all' }, users: { read: 'all' } };

describe('the audit log', () => {
  let fixture: ComponentFixture<unknown>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const refresh = async (answers: Answers = ANSWERS): Promise<string[]> => {
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return [...asked, ...await answerAll(answers)];
  };
  async function open<T>(component: Type<T>, inputs: Record<string, unknown> = {}, answers = ANSWERS): Promise<string[]> {
    fixture = TestBed.createComponent(component);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    const asked = await refresh(answers);
    fixture.detectChanges();
    return asked;
  }
  afterEach(() => {
    fixture.destroy();
    localStorage.clear();
  });

  it('says who did what to which record, in names', async () => {
    await signedIn('en', PERMISSIONS);
    const asked = await open(AuditListComponent);
    for (const words of ['Amal Haddad', 'Changed', 'Account', 'Petra Energy', 'Industry, City, Annual revenue and 1 more', 'Refused', 'Nobody signed in', 'HTTP 401', 'Not verified yet', '2 entries wait']) expect(page().textContent).withContext(words).toContain(words);
    expect(asked.filter((one) => one.startsWith('GET accounts'))).toEqual([`GET accounts?filter[id][in]=${ID}&limit=100`]);
  });

  it('is narrowed by what, record and day, all in the address', async () => {
    await signedIn('en', PERMISSIONS);
    await open(AuditListComponent);
    const go = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    const change = (selector: string, value: string): unknown => {
      const box = page().querySelector<HTMLInputElement>(selector);
      if (box) { box.value = value; box.dispatchEvent(new Event('change')); }
      return go.calls.mostRecent()?.args[1]?.queryParams;
    };
    expect(change('[name=action]', 'update')).toEqual({ 'filter[action]': 'update' });
    expect(change('[name=action]', 'refused')).toEqual({ 'filter[action][in]': 'refusal,login_failed,lock,suppressed' });
    // Each builds on what was asked before, though the address has not changed yet.
    const refused = { 'filter[action][in]': 'refusal,login_failed,lock,suppressed' };
    expect(change('[name=entity]', 'deals')).toEqual({ ...refused, 'filter[entity]': 'deals' });
    expect(change('[name=record]', ` ${ID.toUpperCase()} `)).toEqual({ ...refused, 'filter[entity]': 'deals', 'filter[entity_id]': ID });
    expect(change('[name=to]', '2026-11-30')).toEqual({ ...refused, 'filter[entity]': 'deals', 'filter[entity_id]': ID, 'filter[occurred_at][lt]': '2026-12-01' });
    const before = go.calls.count();
    change('[name=record]', 'not an id');
    expect(go.calls.count()).toBe(before);
  });

  it('is verified on the server, which says where it is broken first', async () => {
    await signedIn('en', PERMISSIONS);
    await open(AuditListComponent);
    page().querySelector<HTMLElement>('[data-test=verify]')?.click();
    const broken = { ...VERIFICATION, sound: false, counts: { altered: 1, removed: 1, unchained: 0, gap: 0, reordered: 0, broken: 0, anchor: 0 }, findings: [{ kind: 'altered', position: 7, id: 'e7' }, { kind: 'removed', position: 9, id: 'e9' }] };
    const asked = await refresh({ ...ANSWERS, 'POST audit/verifications': { ...VERIFICATION, status: 'queued', sound: null }, 'audit/chain': { ...CHAIN, verification: broken } });
    expect(asked.slice(0, 2)).toEqual(['POST audit/verifications {}', 'GET audit/chain']);
    for (const words of ['NOT as it was written', 'The first 2 of 2 differences', 'Number 7: the entry says something else', 'Number 9:', '3 copies of seals']) expect(page().querySelector('crm-chain-panel')?.textContent?.replace(/\s+/g, ' ')).withContext(words).toContain(words);
    expect(page().querySelectorAll('crm-chain-panel li a').length).withContext('what is gone cannot be opened').toBe(1);
  });

  it('tells of verifications that are on their way or were ended', async () => {
    await signedIn('en', PERMISSIONS);
    const verdict = (): string => page().querySelector('crm-chain-panel')?.textContent ?? '';
    await open(AuditListComponent, {}, { ...ANSWERS, 'audit/chain': { ...CHAIN, verification: { ...VERIFICATION, status: 'failed', error: 'too_long', sound: null } } });
    expect(verdict()).toContain('ten minutes');
    fixture.destroy();
    await open(AuditListComponent, {}, { ...ANSWERS, 'audit/chain': { ...CHAIN, sealing: false, head: null, verification: { ...VERIFICATION, status: 'running', checked: 20, sound: null } } });
    for (const words of ['Verifying… 50%', 'Nothing is sealed yet', 'Sealing is off']) expect(verdict()).withContext(words).toContain(words);
    expect(page().querySelector('progress')?.value).toBe(0.5);
  });

  it('is exported as it is filtered', async () => {
    await signedIn('en', PERMISSIONS);
    await open(AuditListComponent);
    spyOn(HTMLAnchorElement.prototype, 'click');
    page().querySelector<HTMLElement>('[data-test=export]')?.click();
    await settle();
    backend().expectOne('/crm/v1/audit/entries.csv?sort=-occurred_at').flush(new Blob(['a']));
    await settle();
    expect(HTMLAnchorElement.prototype.click).toHaveBeenCalledTimes(1);
  });

  it('shows one entry with what was before and what is after, in Arabic words', async () => {
    await signedIn('ar', PERMISSIONS);
    await open(AuditDetailComponent, { id: 'e1' });
    const rows = [...page().querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim()));
    expect(rows.slice(0, 2)).toEqual([['القطاع', 'التجزئة', 'الطاقة'], ['المدينة', 'فارغ', 'Amman']]);
    expect(rows[3]?.[2]).toBe('نعم');
    for (const words of ['البتراء للطاقة', 'أمل حداد', 'تغيير', '192.0.2.1']) expect(page().textContent).withContext(words).toContain(words);
  });
});
