import { ComponentFixture, TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { Role, RoleVersion } from '../admin.model';
import { RoleEditorComponent } from './role-editor.component';
import { RoleListComponent } from './role-list.component';

const ALL = { read: 'all', write: 'all', delete: 'all', export: 'all' };
const ADMIN = { roles: ALL, users: ALL, deals: { read: 'region', write: 'region', delete: 'region' }, products: ALL };
const ROLE: Role = { id: 'r1', key: 'rep', name: 'Sales representative', name_ar: 'مندوب مبيعات', permissions: { deals: { read: 'own', write: 'own' }, products: { read: 'all' } }, fields: { deals: { source: 'hidden' } }, version: 2, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
const VERSION: RoleVersion = { version: 2, action: 'update', changed_at: '2026-01-01T00:00:00Z', actor: { id: 'u1', name: 'Amal' }, before: { ...ROLE, permissions: { deals: { read: 'all' } } }, after: ROLE };
const CATALOGUE = { actions: [], scopes: [], resources: [{ name: 'deals', owned: true, fields: [{ name: 'source', hidden: true, read_only: true }, { name: 'score', hidden: true, read_only: false }, { name: 'custom.go_live', hidden: true, read_only: true, label: 'Go-live', label_ar: 'الإطلاق' }] }, { name: 'products', owned: false, fields: [] }, { name: 'roles', owned: false, fields: [] }, { name: 'users', owned: false, fields: [] }] };
const ME = { id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: 'en', team: null, permissions: ADMIN, features: {}, currency: 'USD' };

describe('the editor of a role', () => {
  let fixture: ComponentFixture<RoleEditorComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const answers = (role: Role = ROLE): Answers => ({ 'roles/r1': role, 'roles/catalogue': CATALOGUE, 'roles/r1/versions': { items: [VERSION], next_cursor: null }, me: ME });

  async function open(language: 'en' | 'ar', role: Role = ROLE): Promise<void> {
    await signedIn(language, ADMIN);
    fixture = TestBed.createComponent(RoleEditorComponent);
    fixture.componentRef.setInput('id', 'r1');
    fixture.detectChanges();
    await settle();
    for (const request of backend().match('/crm/v1/roles/r1')) request.flush(role, { headers: { ETag: '"7.x"' } });
    await answerAll(answers(role));
    fixture.detectChanges();
  }

  async function choose(cell: string, level: string): Promise<void> {
    page().querySelector<HTMLElement>(`[data-cell="${cell}"]`)?.click();
    fixture.detectChanges();
    await settle();
    fixture.detectChanges();
    document.querySelector<HTMLElement>(`.cdk-overlay-container [data-level="${level}"]`)?.click();
    await settle();
    fixture.detectChanges();
  }

  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    fixture?.destroy();
    localStorage.clear();
  });

  it('shows the matrix in words, one place to tab to, and keeps to what the reader may give', async () => {
    await open('en');
    expect(page().querySelector('[data-cell="deals.read"]')?.getAttribute('aria-label')).toBe('Deals, Read: Own');
    expect(page().querySelectorAll('[data-cell][tabindex="0"]').length).toBe(1);
    page().querySelector<HTMLElement>('[data-cell="deals.read"]')?.click();
    fixture.detectChanges();
    await settle();
    fixture.detectChanges();
    const offered = [...document.querySelectorAll<HTMLButtonElement>('.cdk-overlay-container [data-level]')].map((one) => [one.dataset['level'], one.getAttribute('aria-checked'), one.disabled]);
    expect(offered).toEqual([['none', 'false', false], ['own', 'true', false], ['team', 'false', false], ['region', 'false', false], ['all', 'false', true]]);
    expect(page().textContent).not.toMatch(/admin\.|record\./);
  });

  it('sends what was changed with the version that was read, and follows', async () => {
    await open('en');
    await choose('deals.write', 'team');
    expect([...page().querySelectorAll('crm-role-changes li')].map((one) => one.textContent?.replace(/\s+/g, ' ').trim())).toEqual(['Deals · ReadOwnTeammore access', 'Deals · WriteOwnTeammore access']);
    page().querySelector<HTMLElement>('[data-test="save-role"]')?.click();
    await settle();
    const sent = backend().expectOne({ method: 'PATCH', url: '/crm/v1/roles/r1' });
    expect(sent.request.headers.get('If-Match')).toBe('"7.x"');
    expect((sent.request.body as Role).permissions['deals']).toEqual({ read: 'team', write: 'team' });
    const after = { ...ROLE, permissions: { ...ROLE.permissions, deals: { read: 'team', write: 'team' } }, version: 3 } as Role;
    sent.flush(after);
    const asked = await answerAll(answers(after));
    fixture.detectChanges();
    expect(asked).toContain('GET me');
    expect(page().querySelector('[data-cell="deals.read"]')?.getAttribute('aria-label')).toBe('Deals, Read: Team');
    expect(page().querySelector('[data-test="save-role"]')).toBeNull();
  });

  it('keeps the changes and says why where they are refused', async () => {
    await open('ar');
    await choose('deals.read', 'none');
    page().querySelector<HTMLElement>('[data-test="save-role"]')?.click();
    await settle();
    backend().expectOne({ method: 'PATCH', url: '/crm/v1/roles/r1' }).flush({ code: 'changed_meanwhile' }, { status: 412, statusText: 'x' });
    await settle();
    fixture.detectChanges();
    expect(page().querySelector('crm-problem')?.textContent).toContain('غيّره شخص آخر');
    expect(page().querySelectorAll('crm-role-changes li').length).toBe(2);
    spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    expect(await fixture.componentInstance.mayLeave()).toBeFalse();
    page().querySelector<HTMLElement>('section.bar .do button')?.click();
    fixture.detectChanges();
    expect([page().querySelector('section.bar'), await fixture.componentInstance.mayLeave()]).toEqual([null, true]);
  });

  it('moves between cells by arrows, along the line of reading', async () => {
    await open('ar');
    document.body.append(page());
    const first = page().querySelector<HTMLElement>('[data-cell="deals.read"]');
    first?.focus();
    for (const [key, cell] of [['ArrowLeft', 'deals.write'], ['End', 'deals.export'], ['ArrowDown', 'products.export'], ['ArrowRight', 'products.delete'], ['Home', 'products.read'], ['PageUp', 'deals.read']] as const) {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await settle();
      fixture.detectChanges();
      expect(document.activeElement?.getAttribute('data-cell')).withContext(key).toBe(cell);
    }
  });

  it('changes the rules of fields as far as a field can have them', async () => {
    await open('en');
    page().querySelectorAll<HTMLElement>('[role=tab]')[1]?.click();
    fixture.detectChanges();
    const rules = (field: string): HTMLInputElement[] => [...page().querySelectorAll<HTMLInputElement>(`[data-field="${field}"] input`)];
    expect(rules('source').map((one) => [one.value, one.checked, one.disabled])).toEqual([['shown', false, false], ['read_only', false, false], ['hidden', true, false]]);
    expect(rules('score').map((one) => one.disabled)).toEqual([false, true, false]);
    rules('source')[0]?.click();
    fixture.detectChanges();
    expect(page().querySelector('crm-role-changes li')?.textContent).toContain('Deals · Source');
  });

  it('restricts custom fields, which have their label in the language of the reader', async () => {
    await open('ar');
    page().querySelectorAll<HTMLElement>('[role=tab]')[1]?.click();
    fixture.detectChanges();
    const row = page().querySelector('[data-field="custom.go_live"]');
    expect([row?.querySelector('bdi')?.textContent, row?.querySelector('[role=radiogroup]')?.getAttribute('aria-label')]).toEqual(['الإطلاق', 'الإطلاق']);
    row?.querySelector<HTMLInputElement>('input[value=hidden]')?.click();
    fixture.detectChanges();
    expect(page().querySelector('crm-role-changes li')?.textContent).toContain('الإطلاق');
    page().querySelector<HTMLElement>('[data-test="save-role"]')?.click();
    await settle();
    const sent = backend().expectOne({ method: 'PATCH', url: '/crm/v1/roles/r1' });
    expect((sent.request.body as Role).fields).toEqual({ deals: { source: 'hidden', 'custom.go_live': 'hidden' } });
  });

  it('brings a version back after showing what that changes', async () => {
    await open('en');
    page().querySelectorAll<HTMLElement>('[role=tab]')[2]?.click();
    fixture.detectChanges();
    expect([...page().querySelectorAll('[data-version]')].map((one) => one.getAttribute('data-version'))).toEqual(['2', '1']);
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    page().querySelector<HTMLElement>('[data-version="1"] button')?.click();
    await settle();
    expect(ask.calls.mostRecent().args[0].text).toContain('Deals · Read: Own → All');
    const sent = backend().expectOne('/crm/v1/roles/r1/revert');
    expect(sent.request.body).toEqual({ version: 1 });
    sent.flush(ROLE);
    await answerAll(answers());
  });

  it('never offers to take administration from administrators', async () => {
    await open('en', { ...ROLE, key: 'admin', permissions: { roles: { read: 'all', write: 'all' }, users: { read: 'all', write: 'all' } } });
    expect(page().querySelector('[data-cell="roles.write"]')?.getAttribute('aria-disabled')).toBe('true');
    expect(page().querySelector('[data-cell="deals.write"]')?.getAttribute('aria-disabled')).toBeNull();
    expect(page().textContent).not.toContain('Delete role');
    expect([...page().querySelectorAll('crm-page-header button')].map((one) => one.textContent?.trim())).toEqual(['Rename']);
  });

  it('is reached from the list, which makes a role as a copy', async () => {
    await signedIn('en', ADMIN);
    const list = TestBed.createComponent(RoleListComponent);
    list.detectChanges();
    await answerAll({ roles: { items: [ROLE], next_cursor: null } });
    list.detectChanges();
    const element = list.nativeElement as HTMLElement;
    expect(element.textContent).toContain('1 of 1');
    element.querySelector<HTMLElement>('crm-page-header button')?.click();
    await settle();
    list.detectChanges();
    const form = document.querySelector<HTMLElement>('crm-record-form');
    const inputs = form?.querySelectorAll('input') ?? [];
    ['Junior', 'مبتدئ', 'junior'].forEach((text, index) => { const box = inputs[index]; if (box) { box.value = text; box.dispatchEvent(new Event('input')); } });
    const select = form?.querySelector('select');
    if (select) { select.value = 'r1'; select.dispatchEvent(new Event('change')); }
    form?.querySelector('form')?.dispatchEvent(new Event('submit'));
    await settle();
    const sent = backend().expectOne({ method: 'POST', url: '/crm/v1/roles' });
    expect(sent.request.body).toEqual({ name: 'Junior', name_ar: 'مبتدئ', key: 'junior', permissions: ROLE.permissions, fields: ROLE.fields });
    sent.flush({ ...ROLE, id: 'r2' });
    await settle();
    list.destroy();
  });
});
