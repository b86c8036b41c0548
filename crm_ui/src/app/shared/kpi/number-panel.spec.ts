import { TestRequest } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TokenStore } from '@core/auth/token.store';
import { backend, settle, testProviders, useLanguage } from '@testing/setup';
import { NumberPanelComponent } from './number-panel.component';
import { NumberItem, NumberQuestion, NumberRows, scriptOf, writeCell, writeNumber } from './number.model';

const item = (n: number, won: string, closed = '1'): NumberItem => ({
  id: `d${n}`, resource: 'deals', record_id: `d${n}`, values: { 'deals.name': `Deal ${n}`, 'deals.account': 'Acme', 'deals.account_ar': n === 1 ? 'أكمي' : null, 'deals.close_date': '2026-03-04' }, parts: { 'deals.won_count': won, 'deals.closed_count': closed },
});
const answer = (rest: Partial<NumberRows> = {}): NumberRows => ({
  measure: 'deals.win_rate', value: '0.5', makes_number: true, total_rows: 3, next_cursor: 'next', moved: false, items: [item(1, '1'), item(2, '1')],
  parts: [{ member: 'deals.won_count', title: 'Won deals', title_ar: 'الصفقات الرابحة', unit: 'count', role: 'numerator', total: '2' }, { member: 'deals.closed_count', title: 'Closed deals', title_ar: 'الصفقات المغلقة', unit: 'count', role: 'denominator', total: '4' }],
  columns: [{ member: 'deals.name', member_ar: null, title: 'Deal', title_ar: 'الصفقة', type: 'string' }, { member: 'deals.account', member_ar: 'deals.account_ar', title: 'Account', title_ar: 'الحساب', type: 'string' }],
  watermark: { lsn: '1', committed_at: '2026-03-04T05:06:07.000Z', lag_ms: 20 }, proof: null,
  definition: { title: 'Win rate', title_ar: 'معدل الربح', description: 'Won by closed.', description_ar: 'الرابحة من المغلقة.', formula: 'won ÷ closed', formula_ar: 'الرابحة ÷ المغلقة', unit: 'ratio', owner: 'sales operations', version: 1, kpi: 'win_rate' }, ...rest,
});

describe('NumberPanelComponent', () => {
  const question: NumberQuestion = { query: { measures: ['deals.win_rate'], order: { 'deals.win_rate': 'asc' }, limit: 3 }, title: 'Win rate' };
  const closed = jasmine.createSpy('close');

  async function open(language: 'en' | 'ar' = 'en'): Promise<{ page: HTMLElement; shown: () => Promise<void> }> {
    TestBed.configureTestingModule({ providers: [...testProviders(), { provide: MAT_DIALOG_DATA, useValue: question }, { provide: MatDialogRef, useValue: { close: closed } }] });
    // Who is signed out would be sent to sign in first.
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
    await useLanguage(language);
    const fixture = TestBed.createComponent(NumberPanelComponent);
    fixture.detectChanges();
    return { page: fixture.nativeElement as HTMLElement, shown: async () => { await settle(); fixture.detectChanges(); } };
  }
  const asked = async (path = 'rows'): Promise<TestRequest> => {
    await settle();
    return backend().expectOne((one) => one.url.endsWith(`/analytics/${path}`));
  };
  const button = (page: HTMLElement, name: string): HTMLButtonElement => [...page.querySelectorAll('button')].find((one) => one.textContent.trim() === name) as HTMLButtonElement;

  it('shows the number, both definitions, its parts, its records with totals, and further pages', async () => {
    const { page, shown } = await open();
    expect(page.querySelector('crm-skeleton')).not.toBeNull();
    const request = await asked();
    expect(request.request.body).toEqual({ query: question.query, measure: 'deals.win_rate', point: {}, limit: 50 });
    request.flush(answer());
    await shown();
    expect(page.querySelector('.value')?.textContent).toContain('50%');
    expect([...page.querySelectorAll('[lang]')].map((one) => [one.getAttribute('lang'), one.getAttribute('dir')])).toEqual([['en', 'ltr'], ['ar', 'rtl'], ['en', 'ltr']]);
    expect([...page.querySelectorAll('.parts strong')].map((one) => one.textContent)).toEqual(['2', '4']);
    expect(page.querySelector('tbody th a')?.getAttribute('href')).toBe('/sell/deals/d1');
    expect([...page.querySelectorAll('tfoot td')].map((one) => one.textContent.trim())).toEqual(['2', '4']);
    expect(page.querySelector('.paging span')?.textContent).toBe('2 of 3 records');
    button(page, 'Show more').click();
    const next = await asked();
    expect((next.request.body as { cursor: string }).cursor).toBe('next');
    next.flush(answer({ items: [item(3, '0')], next_cursor: null }));
    await shown();
    expect(page.querySelectorAll('tbody tr').length).toBe(3);
    expect(button(page, 'Show more')).toBeUndefined();
    (page.querySelector('tbody th a') as HTMLElement).click();
    expect(closed).toHaveBeenCalled();
  });

  it('begins anew when the data has moved between two pages', async () => {
    const { page, shown } = await open();
    (await asked()).flush(answer());
    await shown();
    button(page, 'Show more').click();
    (await asked()).flush(answer({ moved: true, items: [item(3, '0')] }));
    const again = await asked();
    expect(again.request.body).not.toEqual(jasmine.objectContaining({ cursor: jasmine.anything() }));
    again.flush(answer({ next_cursor: null }));
    await shown();
    expect([page.querySelectorAll('tbody tr').length, page.querySelector('.anew') !== null]).toEqual([2, true]);
  });

  it('shows the SQL when it is wanted, asked for once', async () => {
    const { page, shown } = await open();
    (await asked()).flush(answer());
    await shown();
    button(page, 'Show SQL').click();
    const request = await asked('sql');
    expect(request.request.body).toEqual({ query: { measures: ['deals.win_rate'] } });
    request.flush({ sql: { sql: ['SELECT ?', ['won']] } });
    await shown();
    expect(page.querySelector('pre')?.textContent).toBe('SELECT ?\n-- 1: won');
    button(page, 'Hide SQL').click();
    await shown();
    button(page, 'Show SQL').click();
    backend().expectNone((one) => one.url.endsWith('/analytics/sql'));
  });

  it('is Arabic in Arabic, says when nothing counts, and offers another try after a failure', async () => {
    const { page, shown } = await open('ar');
    (await asked()).flush({ code: 'analytics_unavailable', title: 'down', detail: 'x' }, { status: 503, statusText: 'down' });
    await shown();
    (page.querySelector('crm-problem button') as HTMLElement).click();
    (await asked()).flush(answer());
    await shown();
    expect(page.querySelector('thead th:nth-child(2)')?.textContent).toBe('الحساب');
    expect([...page.querySelectorAll('tbody td:nth-child(2)')].map((one) => one.textContent.trim())).toEqual(['أكمي', 'Acme']);
    TestBed.resetTestingModule();
    const empty = await open();
    (await asked()).flush(answer({ items: [], total_rows: 0, value: null, next_cursor: null }));
    await empty.shown();
    expect([empty.page.querySelector('.value')?.textContent, empty.page.querySelector('crm-empty h2')?.textContent]).toEqual(['–', 'No records']);
  });

  it('shows what a number is computed from that no list adds up to, and of a setting its definition, each with the reason', async () => {
    const { page, shown } = await open();
    (await asked()).flush(answer({ makes_number: false, parts: [{ member: 'deals.won_count', title: 'Days', title_ar: 'الأيام', unit: 'days', role: 'sample', total: '3' }] }));
    await shown();
    expect([page.querySelector('#crm-number-records')?.textContent, page.querySelector('.why')?.textContent]).toEqual(['What this number is computed from', jasmine.stringMatching(/Its formula, above/)]);
    expect([page.querySelectorAll('tbody tr').length, page.querySelector('.formula bdi')?.textContent, page.querySelector('.scroll')?.getAttribute('aria-label')]).toEqual([2, 'won ÷ closed', 'What this number is computed from']);
    const formula = (of: HTMLElement): readonly (string | null | undefined)[] => [of.querySelector('.formula bdi')?.textContent, of.querySelector('.formula bdi')?.getAttribute('lang'), of.querySelector('.formula bdi')?.getAttribute('dir')];
    expect(formula(page)).toEqual(['won ÷ closed', 'en', 'ltr']);
    TestBed.resetTestingModule();
    const setting = await open('ar');
    (await asked()).flush(answer({ makes_number: false, parts: [], columns: [], items: [], total_rows: 0, next_cursor: null }));
    await setting.shown();
    expect([setting.page.querySelector('.value')?.textContent.includes('50'), setting.page.querySelector('.why')?.textContent, setting.page.querySelector('table'), setting.page.querySelector('crm-empty')]).toEqual([true, jasmine.stringMatching(/إعداد للمؤسسة/), null, null]);
    expect(formula(setting.page)).toEqual(['الرابحة ÷ المغلقة', 'ar', 'rtl']);
    TestBed.resetTestingModule();
    const untold = await open('ar');
    (await asked()).flush(answer({ definition: { ...answer().definition, formula: 'Σ won', formula_ar: '' } }));
    await untold.shown();
    expect(formula(untold.page)).toEqual(['Σ won', 'en', 'ltr']);
    expect(scriptOf('Σ المبالغ')).toEqual({ lang: 'ar', dir: 'rtl' });
  });

  it('writes numbers in their unit and dates as days', () => {
    const reader = { tag: 'en', currency: 'USD' };
    expect([writeNumber('1234.5', 'money', reader), writeNumber('0.25', 'ratio', reader), writeNumber('3', 'count', reader), writeNumber(null, 'count', reader)]).toEqual(['$1,234.50', '25%', '3', '–']);
    expect(writeCell(item(2, '1'), { member: 'deals.close_date', member_ar: null, title: '', title_ar: '', type: 'date' }, false, reader)).toBe('Mar 4, 2026');
    const region = (value: string, text?: (key: string) => string): string => writeCell({ ...item(1, '1'), values: { 'deals.region': value } }, { member: 'deals.region', member_ar: null, title: '', title_ar: '', type: 'string' }, true, { ...reader, ...(text ? { text } : {}) });
    const words = (key: string): string => (key === 'values.region.emea' ? 'أوروبا' : key);
    expect([region('EMEA', words), region('Our valley', words), region('EMEA')]).toEqual(['أوروبا', 'Our valley', 'EMEA']);
  });
});
