import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { TeamsComponent } from '../teams/teams.component';
import { UserDetailComponent } from './user-detail.component';
import { UserListComponent } from './user-list.component';

const ALL = { read: 'all', write: 'all', delete: 'all' };
const ADMIN = { users: ALL, teams: ALL, roles: ALL };
const USER = { id: 'u2', name: 'Lina Saleh', name_ar: 'لينا صالح', email: 'lina@crm.test', team_id: 't1', team: { id: 't1', name: 'Gulf' }, manager: null, region: 'Europe', job_title: null, phone: null, locale: 'ar', time_zone: 'Asia/Riyadh', is_active: true, hired_on: null, roles: ['rep'], created_at: '', updated_at: '' };
const ROLES = { items: ['admin', 'rep'].map((key) => ({ id: key, key, name: key === 'rep' ? 'Sales representative' : 'Administrator', name_ar: key === 'rep' ? 'مندوب مبيعات' : 'مدير النظام', permissions: { deals: { read: 'own' } }, fields: {}, version: 1, created_at: '', updated_at: '' })), next_cursor: null };
const TEAMS = { items: [{ id: 't1', name: 'Gulf team', name_ar: 'فريق الخليج', region: 'Gulf', manager_id: 'u2', manager: { id: 'u2', name: 'Lina Saleh' }, created_at: '', updated_at: '' }], next_cursor: null };
const LOGIN = { has_password: false, password_changed_at: null, invited_until: null, second_factor: false, last_seen_at: null };
const SESSIONS = { items: [{ id: 's1', client: { id: 'crm_ui', name: null }, device: 'Firefox', address: '192.0.2.1', created_at: '2026-01-01T00:00:00Z', last_seen_at: '2026-01-01T00:00:00Z', current: false }] };
const ANSWERS: Answers = { 'users/u2': USER, roles: ROLES, teams: TEAMS, users: { items: [USER], next_cursor: null, total: 1 }, 'users/u2/login': LOGIN, 'users/u2/sessions': SESSIONS };

describe('administration of users', () => {
  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    localStorage.clear();
  });

  async function open<T>(type: Type<T>, language: 'en' | 'ar', more: Answers = {}): Promise<ComponentFixture<T>> {
    await signedIn(language, ADMIN);
    const fixture = TestBed.createComponent(type);
    if ((type as unknown) === UserDetailComponent) fixture.componentRef.setInput('id', 'u2');
    fixture.detectChanges();
    for (let turn = 0; turn < 2; turn += 1) {
      await answerAll({ ...ANSWERS, ...more });
      fixture.detectChanges();
    }
    return fixture;
  }
  const element = (fixture: ComponentFixture<unknown>): HTMLElement => fixture.nativeElement as HTMLElement;

  it('lists people with their roles, and the region of their team before their own', async () => {
    const list = element(await open(UserListComponent, 'ar'));
    for (const words of ['لينا صالح', 'مندوب مبيعات', 'فريق الخليج', 'الخليج', 'نشط', 'lina@crm.test']) expect(list.textContent).withContext(words).toContain(words);
    expect(list.textContent).not.toContain('أوروبا');
    expect(list.querySelector('a.name')?.getAttribute('href')).toBe('/admin/users/u2');
    expect(list.textContent).not.toMatch(/admin\.|record\./);
  });

  it('makes the roles of a user exactly those that are ticked', async () => {
    const fixture = await open(UserDetailComponent, 'en');
    const page = element(fixture);
    const boxes = [...page.querySelectorAll<HTMLInputElement>('crm-user-roles input')];
    expect(boxes.map((box) => box.checked)).toEqual([false, true]);
    boxes.forEach((box) => box.click());
    fixture.detectChanges();
    page.querySelector<HTMLElement>('crm-user-roles .crm-button--primary')?.click();
    await settle();
    const sent = backend().expectOne({ method: 'PUT', url: '/crm/v1/users/u2/roles' });
    expect(sent.request.body).toEqual({ roles: ['admin'] });
    sent.flush({ code: 'beyond_your_role' }, { status: 403, statusText: 'x' });
    await settle();
    fixture.detectChanges();
    expect(page.querySelector('crm-user-roles crm-problem')?.textContent).toContain('Nobody gives what they do not have');
    expect(boxes.map((box) => box.checked)).withContext('what was wanted is kept').toEqual([true, false]);
  });

  it('shows the link of an invitation once, and takes it back', async () => {
    const fixture = await open(UserDetailComponent, 'en', { 'users/u2/login': { ...LOGIN, invited_until: '2026-12-01T00:00:00Z' } });
    const page = element(fixture);
    page.querySelector<HTMLElement>('[data-test=invite]')?.click();
    await answerAll({ ...ANSWERS, 'POST users/u2/invitation': { token: 'abc', path: '/invitation#abc', expires_at: '' }, 'users/u2/login': { ...LOGIN, invited_until: '2026-12-01T00:00:00Z' } });
    fixture.detectChanges();
    expect(page.querySelector('crm-secret code')?.textContent).toBe(`${location.origin}/invitation#abc`);
    page.querySelector<HTMLElement>('crm-user-login .crm-button--ghost')?.click();
    const asked = await answerAll({ ...ANSWERS });
    fixture.detectChanges();
    expect(asked).toContain('DELETE users/u2/invitation');
    expect(page.querySelector('crm-secret')).toBeNull();
    page.querySelector<HTMLElement>('crm-user-login ul + .do button')?.click();
    expect(await answerAll(ANSWERS)).toContain('DELETE users/u2/sessions');
  });

  it('asks before a password is replaced and before somebody is locked out', async () => {
    const fixture = await open(UserDetailComponent, 'en', { 'users/u2/login': { ...LOGIN, has_password: true } });
    const page = element(fixture);
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    page.querySelector<HTMLElement>('[data-test=invite]')?.click();
    page.querySelector<HTMLElement>('[data-test=activity]')?.click();
    expect(await answerAll(ANSWERS)).toEqual([]);
    expect(ask.calls.allArgs().map(([question]) => question.title)).toEqual(['Create link for a new password', 'Deactivate Lina Saleh?']);
    ask.and.resolveTo(true);
    page.querySelector<HTMLElement>('[data-test=activity]')?.click();
    expect(await answerAll({ ...ANSWERS, 'PATCH users/u2': { ...USER, is_active: false } })).toContain('PATCH users/u2 {"is_active":false}');
    fixture.detectChanges();
    expect(page.querySelector('crm-page-header')?.textContent).toContain('Inactive');
    expect(page.querySelector('[data-test=invite]')).withContext('who may not sign in is not invited').toBeNull();
  });

  it('makes a user with a first role', async () => {
    const fixture = await open(UserListComponent, 'en');
    element(fixture).querySelector<HTMLElement>('crm-page-header button')?.click();
    await answerAll(ANSWERS);
    const form = document.querySelector('crm-record-form');
    const field = (index: number): HTMLInputElement => form?.querySelectorAll('crm-field')[index]?.querySelector('input, select') as HTMLInputElement;
    for (const [index, value] of [[0, 'New One'], [2, 'new@crm.test']] as const) { field(index).value = value; field(index).dispatchEvent(new Event('input')); }
    field(3).value = 'rep';
    field(3).dispatchEvent(new Event('change'));
    form?.querySelector('form')?.dispatchEvent(new Event('submit'));
    const asked = await answerAll({ ...ANSWERS, 'POST users': { ...USER, id: 'u9' }, 'PUT users/u9/roles': { ...USER, id: 'u9' } });
    expect(asked.filter((line) => !line.startsWith('GET'))).toEqual([jasmine.stringMatching(/^POST users \{.*"name":"New One".*\}$/), 'PUT users/u9/roles {"roles":["rep"]}']);
    expect(asked.find((line) => line.startsWith('POST'))).toContain('"locale":"en"');
    expect(asked.find((line) => line.startsWith('POST'))).not.toContain('"role"');
  });

  it('shows teams as a tree of regions and people', async () => {
    const fixture = await open(TeamsComponent, 'ar');
    const page = element(fixture);
    expect(page.querySelector('section h2')?.textContent).toBe('الخليج');
    for (const words of ['فريق الخليج', 'المدير: لينا صالح', 'شخص واحد']) expect(page.textContent?.replace(/\s+/g, ' ')).withContext(words).toContain(words);
    expect(page.querySelector('[data-team=t1] .members a')?.getAttribute('href')).toBe('/admin/users/u2');
    expect(page.querySelectorAll('[data-team=t1] .do button').length).withContext('a team with people is not deleted').toBe(1);
  });
});
