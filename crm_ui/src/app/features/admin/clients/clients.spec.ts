import { ComponentFixture, TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { settle } from '@testing/setup';
import { ClientListComponent } from './client-list.component';

const CLIENT = { id: 'c1', client_id: 'crm_loader', name: 'Loader', role: { key: 'rep', name: 'Sales representative', name_ar: 'مندوب مبيعات' }, user: null, scopes: ['crm:deals:read'], redirect_uris: [], is_active: true, last_used_at: null, created_at: '', updated_at: '' };
const ANSWERS: Answers = {
  'api-clients': { items: [CLIENT], next_cursor: null },
  roles: { items: [{ id: 'r1', key: 'rep', name: 'Sales representative', name_ar: 'مندوب مبيعات', permissions: { deals: { read: 'own', write: 'own' }, accounts: { read: 'own' } }, fields: {} }], next_cursor: null },
};

describe('API clients', () => {
  let fixture: ComponentFixture<ClientListComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  beforeEach(async () => {
    await signedIn('en', { roles: { read: 'all', write: 'all', delete: 'all' } });
    fixture = TestBed.createComponent(ClientListComponent);
    fixture.detectChanges();
    await answerAll(ANSWERS);
    fixture.detectChanges();
  });
  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    fixture.destroy();
    localStorage.clear();
  });

  it('are listed with what they may', () => {
    for (const words of ['Loader', 'crm_loader', 'Sales representative', '1 scope', 'Never', 'Active']) expect(page().textContent).withContext(words).toContain(words);
    expect(page().querySelector('crm-secret')).toBeNull();
  });

  it('are made with the scopes that their role has, and show their secret once', async () => {
    page().querySelector<HTMLElement>('[data-test=new-client]')?.click();
    await answerAll(ANSWERS);
    const form = document.querySelector('crm-client-form');
    const submit = async (): Promise<string[]> => { form?.querySelector('form')?.dispatchEvent(new Event('submit')); return answerAll({ ...ANSWERS, 'POST api-clients': { ...CLIENT, client_id: 'nightly', client_secret: 'crms_once' } }); };
    expect(await submit()).withContext('neither name nor role').toEqual([]);
    const [name, id] = [form?.querySelectorAll('input')[0], form?.querySelectorAll('input')[1]];
    for (const [box, text] of [[name, 'Nightly'], [id, 'nightly']] as const) if (box) { box.value = text; box.dispatchEvent(new Event('input')); }
    const role = form?.querySelector('select');
    if (role) { role.value = 'rep'; role.dispatchEvent(new Event('change')); }
    await settle();
    form?.querySelector<HTMLElement>('[data-test=limited]')?.click();
    await settle();
    expect([...form?.querySelectorAll('[data-scope]') ?? []].map((box) => box.getAttribute('data-scope'))).toEqual(['crm:accounts:read', 'crm:deals:read', 'crm:deals:write']);
    expect(await submit()).withContext('no scope chosen').toEqual([]);
    form?.querySelector<HTMLElement>('[data-scope="crm:deals:read"]')?.click();
    const asked = await submit();
    expect(asked[0]).toBe('POST api-clients {"name":"Nightly","role":"rep","user_id":null,"scopes":["crm:deals:read"],"redirect_uris":[],"client_id":"nightly"}');
    fixture.detectChanges();
    expect(page().querySelector('crm-secret')?.textContent).toContain('crms_once');
  });

  it('are switched off and given another secret only after a question', async () => {
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    const choose = async (index: number): Promise<string[]> => {
      page().querySelector<HTMLElement>('crm-data-table .crm-icon-button--small[aria-haspopup]')?.click();
      fixture.detectChanges();
      await settle();
      document.querySelectorAll<HTMLElement>('.mat-mdc-menu-panel [mat-menu-item]')[index]?.click();
      const asked = await answerAll({ ...ANSWERS, 'POST api-clients/c1/secret': { ...CLIENT, client_secret: 'crms_new' } });
      fixture.detectChanges();
      return asked;
    };
    expect([await choose(1), await choose(2), await choose(3)]).toEqual([[], [], []]);
    ask.and.resolveTo(true);
    expect((await choose(2))[0]).toBe('PATCH api-clients/c1 {"is_active":false}');
    expect((await choose(1))[0]).toBe('POST api-clients/c1/secret {}');
    expect(page().querySelector('crm-secret code')?.textContent).toBe('crms_new');
    expect((await choose(3))[0]).toBe('DELETE api-clients/c1');
  });
});
