import { ComponentFixture, TestBed } from '@angular/core/testing';
import { SessionService } from '@core/session/session.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { CalendarComponent } from './calendar.component';
import { shareOf } from './margin.component';

const PERMISSIONS = { settings: { read: 'all', write: 'all' } };
const ME = { id: 'u1', name: 'Me', email: 'm@x', roles: [], locale: 'ar', team: null, permissions: PERMISSIONS, features: {}, currency: 'USD', time_zone: 'Asia/Riyadh', fiscal_year_start_month: 4 };
const ANSWERS: Answers = { 'settings/calendar': { time_zone: 'UTC', fiscal_year_start_month: 1, updated_at: '2026-01-01T00:00:00Z' }, 'settings/business': { gross_margin: 0.7825, updated_at: '2026-01-01T00:00:00Z' }, me: ME };

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

  it('shows the margin in per cent, takes no other than a share, and lets it be taken back', async () => {
    expect(['78.25', '٧٨٫٢٥٪', '100', '', ' ', '0', '100.01', '-5', '78.123', 'x'].map(shareOf)).toEqual([0.7825, 0.7825, 1, null, null, undefined, undefined, undefined, undefined, undefined]);
    const box = page().querySelector<HTMLInputElement>('[data-test=margin]');
    const submit = async (text: string): Promise<string[]> => {
      if (box) box.value = text;
      box?.dispatchEvent(new Event('input'));
      box?.form?.dispatchEvent(new Event('submit'));
      fixture.detectChanges();
      return answerAll({ ...ANSWERS, 'PATCH settings/business': { gross_margin: null } });
    };
    expect(box?.value).toBe('78.25');
    expect(await submit('150')).toEqual([]);
    fixture.detectChanges();
    expect(box?.getAttribute('aria-invalid')).toBe('true');
    expect(await submit('')).toEqual(['PATCH settings/business {"gross_margin":null}', 'GET settings/business']);
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
