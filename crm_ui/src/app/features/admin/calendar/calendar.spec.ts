import { ComponentFixture, TestBed } from '@angular/core/testing';
import { SessionService } from '@core/session/session.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { CalendarComponent } from './calendar.component';

const PERMISSIONS = { settings: { read: 'all', write: 'all' } };
const ME = { id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: 'ar', team: null, permissions: PERMISSIONS, features: {}, currency: 'USD', time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 };
const ANSWERS: Answers = { 'settings/calendar': { time_zone: 'UTC', fiscal_year_start_month: 1, updated_at: '2026-01-01T00:00:00Z' }, me: ME };

describe('reporting calendar', () => {
  let fixture: ComponentFixture<CalendarComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const choose = (name: string, value: string): void => {
    const select = page().querySelector<HTMLSelectElement>(`[data-test=${name}]`);
    if (!select) throw new Error(`there is no ${name}`);
    select.value = value;
    select.dispatchEvent(new Event('change'));
    fixture.detectChanges();
  };
  beforeEach(async () => {
    await signedIn('ar', PERMISSIONS);
    fixture = TestBed.createComponent(CalendarComponent);
    fixture.detectChanges();
    await answerAll(ANSWERS);
    fixture.detectChanges();
  });
  afterEach(() => localStorage.clear());

  it('says what it means today, in the language of the reader', () => {
    expect(page().querySelector('[data-test=month]')?.textContent).toContain('أبريل');
    expect(page().textContent).toContain('السنوات المالية هي السنوات الميلادية');
    choose('month', '4');
    expect(page().textContent).toMatch(/الربع \S+ من السنة المالية/);
  });

  it('sends what was changed and nothing else, and every screen follows', async () => {
    page().querySelector('form')?.dispatchEvent(new Event('submit'));
    expect(await answerAll(ANSWERS)).toEqual([]);
    choose('zone', 'Asia/Riyadh');
    choose('month', '4');
    page().querySelector('form')?.dispatchEvent(new Event('submit'));
    const asked = await answerAll({ ...ANSWERS, 'PATCH settings/calendar': { time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 } });
    expect(asked).toEqual(['PATCH settings/calendar {"time_zone":"Asia/Riyadh","fiscal_year_start_month":4}', 'GET me', 'GET settings/calendar']);
    const session = TestBed.inject(SessionService);
    expect([session.timeZone(), session.fiscalStart()]).toEqual(['Asia/Riyadh', 4]);
  });
});
