import { ComponentFixture, TestBed } from '@angular/core/testing';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { FlagsComponent } from './flags.component';

const flag = (key: string, enabled = true): object => ({ id: key, key, enabled, description: 'What the API says', updated_at: '2026-01-01T00:00:00Z' });
const PERMISSIONS = { flags: { read: 'all', write: 'all' } };
const ME = { id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: 'ar', team: null, permissions: PERMISSIONS, features: { crm_feature_quotes: false }, currency: 'USD' };
const ANSWERS: Answers = { flags: { items: [flag('crm_feature_quotes'), flag('crm_feature_brand_new')], next_cursor: null }, me: ME };

describe('features', () => {
  let fixture: ComponentFixture<FlagsComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const state = (): string | null | undefined => page().querySelector('[data-flag=crm_feature_quotes] [role=switch]')?.getAttribute('aria-checked');
  beforeEach(async () => {
    await signedIn('ar', PERMISSIONS);
    fixture = TestBed.createComponent(FlagsComponent);
    fixture.detectChanges();
    await answerAll(ANSWERS);
    fixture.detectChanges();
  });
  afterEach(() => localStorage.clear());

  it('are explained in the language of the reader; one without words keeps those of the API', () => {
    expect(page().querySelector('[data-flag=crm_feature_quotes] h2')?.textContent).toBe('عروض الأسعار');
    expect(page().querySelector('[data-flag=crm_feature_quotes] [role=switch]')?.getAttribute('aria-label')).toBe('عروض الأسعار');
    expect(page().querySelector('[data-flag=crm_feature_brand_new]')?.textContent).toContain('What the API says');
  });

  it('are turned off after a question, and the product follows at once', async () => {
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    page().querySelector<HTMLElement>('[data-flag=crm_feature_quotes] button')?.click();
    expect([await answerAll(ANSWERS), state()]).toEqual([[], 'true']);
    ask.and.resolveTo(true);
    page().querySelector<HTMLElement>('[data-flag=crm_feature_quotes] button')?.click();
    const asked = await answerAll({ ...ANSWERS, 'PATCH flags/crm_feature_quotes': flag('crm_feature_quotes', false) });
    fixture.detectChanges();
    expect(asked).toEqual(['PATCH flags/crm_feature_quotes {"enabled":false}', 'GET me']);
    expect([state(), TestBed.inject(SessionService).feature('crm_feature_quotes')]).toEqual(['false', false]);
  });

  it('go back where turning them is refused', async () => {
    spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    page().querySelector<HTMLElement>('[data-flag=crm_feature_quotes] button')?.click();
    await answerAll({ ...ANSWERS, 'PATCH flags/crm_feature_quotes': new Error('no') });
    fixture.detectChanges();
    expect(state()).toBe('true');
  });
});
