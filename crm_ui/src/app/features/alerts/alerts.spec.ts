import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Alert } from '@shared/alert/alert.model';
import { AlertFormData, AlertOpener } from '@shared/alert/alert.opener';
import { NotificationPanelComponent } from '@shared/alert/notification-panel.component';
import { AlertWords } from '@shared/alert/alert.words';
import { Notification, NotificationService } from '@shared/alert/notification.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { AlertsComponent } from './alerts.component';

const MAY = { alerts: { read: 'own', write: 'own', delete: 'own' } };
const META = { cubes: [{ name: 'deals', title: 'Deals', meta: { title_ar: 'الصفقات' }, measures: [{ name: 'deals.win_rate', shortTitle: 'Win rate', type: 'number', meta: { unit: 'ratio', title_ar: 'معدل الربح' } }, { name: 'deals.open_amount', shortTitle: 'Open pipeline', type: 'number', meta: { unit: 'money', title_ar: 'خط المبيعات' } }], dimensions: [{ name: 'deals.closed_at', shortTitle: 'Closed at', type: 'time', meta: { title_ar: 'الإغلاق' } }, { name: 'deals.region', shortTitle: 'Region', type: 'string', meta: { title_ar: 'المنطقة' } }], segments: [] }] };
const ALERT: Alert = {
  id: 'a1', name: 'Thin pipeline', question: { measure: 'deals.win_rate', filters: [{ member: 'deals.region', operator: 'equals', values: ['Gulf'] }] }, condition: { kind: 'below', threshold: '0.4' }, is_enabled: true, state: 'firing',
  firing_since: '2026-01-01T00:00:00Z', value: '0.35', expected: null, problem: null, checked_at: '2026-01-01T00:00:00Z', watermark: null, query: { measures: ['deals.win_rate'] }, found: null,
};
const TOLD = { id: 'n1', kind: 'alert_firing', title: 'Thin pipeline', params: { alert_id: 'a1', measure: 'deals.win_rate', value: '0.35', condition: ALERT.condition, query: ALERT.query }, read_at: null, created_at: '2026-01-01T00:00:00Z' };
const ANSWERS: Answers = { alerts: { items: [ALERT], next_cursor: null }, 'alerts/a1': ALERT, 'analytics/meta': META, notifications: { items: [TOLD], next_cursor: null, unread: 1 } };

/** Cube's client waits by the clock between its steps. */
async function answered(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await answerAll(ANSWERS);
    await new Promise((resolve) => setTimeout(resolve, 10));
    TestBed.tick();
  }
}
async function shown<T>(fixture: ComponentFixture<T>): Promise<HTMLElement> {
  fixture.detectChanges();
  await answered();
  fixture.detectChanges();
  return fixture.nativeElement as HTMLElement;
}
const click = (page: HTMLElement, test: string): void => { page.querySelector<HTMLElement>(`[data-test=${test}]`)?.click(); };
const type = (page: HTMLElement, test: string, value: string): void => {
  const box = page.querySelector<HTMLInputElement>(`[data-test=${test}]`);
  if (!box) throw new Error(`there is no ${test}`);
  box.value = value;
  box.dispatchEvent(new Event(box.tagName === 'SELECT' ? 'change' : 'input'));
};

describe('alerts', () => {
  afterEach(() => localStorage.clear());

  it('say in Arabic what they watch, how it stands and of which rows', async () => {
    await signedIn('ar', MAY);
    const page = await shown(TestBed.createComponent(AlertsComponent));
    expect(page.textContent).toContain('معدل الربح');
    expect(page.textContent).toContain('تحت 40');
    expect(page.textContent).toContain('المنطقة هو الخليج');
    expect(page.querySelector('crm-chip')?.textContent).toContain('خارج الحدود');
  });

  it('are paused, looked at and deleted', async () => {
    await signedIn('en', MAY);
    const fixture = TestBed.createComponent(AlertsComponent);
    const page = await shown(fixture);
    page.querySelector<HTMLElement>('[role=switch]')?.click();
    expect(await answerAll({ ...ANSWERS, 'PATCH alerts/a1': ALERT })).toEqual(['PATCH alerts/a1 {"is_enabled":false}', 'GET alerts']);
    fixture.detectChanges();
    const ask = spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(false);
    click(page, 'delete-alert');
    expect(await answerAll(ANSWERS)).toEqual([]);
    ask.and.resolveTo(true);
    click(page, 'delete-alert');
    expect(await answerAll({ ...ANSWERS, 'DELETE alerts/a1': {} })).toEqual(['DELETE alerts/a1', 'GET alerts']);
  });

  it('cannot be made by who may only read', async () => {
    await signedIn('en', { alerts: { read: 'own' } });
    const page = await shown(TestBed.createComponent(AlertsComponent));
    expect(page.querySelector('[data-test=new-alert]')).toBeNull();
  });
});

describe('the form of an alert', () => {
  const open = async (data: AlertFormData): Promise<{ page: HTMLElement; saved: Promise<Alert | undefined> }> => {
    await signedIn('en', MAY);
    const saved = TestBed.inject(AlertOpener).open(data);
    while (!document.querySelector('crm-alert-form')) await new Promise((resolve) => setTimeout(resolve, 10));
    await answered();
    const page = document.querySelector<HTMLElement>('crm-alert-form');
    if (!page) throw new Error('there is no form');
    return { page, saved };
  };
  afterEach(() => localStorage.clear());

  it('finds a number by Arabic words and sends a ratio as a share of one, named after what it says', async () => {
    const { page, saved } = await open({ alert: null, seed: {} });
    type(page, 'find-measure', 'معدل');
    TestBed.tick();
    const found = [...page.querySelectorAll<HTMLElement>('[data-member]')];
    expect(found.map((one) => one.dataset['member'])).toEqual(['deals.win_rate']);
    found[0]?.click();
    TestBed.tick();
    click(page, 'save-alert');
    TestBed.tick();
    expect(page.textContent).toContain('Enter a number');
    type(page, 'threshold', '40');
    TestBed.tick();
    click(page, 'save-alert');
    const asked = await answerAll({ ...ANSWERS, 'POST alerts': ALERT });
    expect(asked).toEqual(['POST alerts {"name":"Win rate: below 40%","question":{"measure":"deals.win_rate"},"condition":{"kind":"below","threshold":"0.4"}}']);
    expect(await saved).toEqual(ALERT);
  });

  it('begins with the number on screen, and asks for a time where days are compared', async () => {
    const { page } = await open({ alert: null, seed: { measure: 'deals.open_amount', filters: [{ member: 'deals.region', operator: 'equals', values: ['Gulf'] }] } });
    click(page, 'anomaly');
    page.querySelector<HTMLInputElement>('[data-test=anomaly]')?.dispatchEvent(new Event('change'));
    TestBed.tick();
    click(page, 'save-alert');
    TestBed.tick();
    expect(page.textContent).toContain('Choose the time');
    type(page, 'date', 'deals.closed_at');
    TestBed.tick();
    click(page, 'save-alert');
    const [asked = ''] = await answerAll({ ...ANSWERS, 'POST alerts': ALERT });
    expect(asked).toContain('"question":{"measure":"deals.open_amount","filters":[{"member":"deals.region","operator":"equals","values":["Gulf"]}],"date":"deals.closed_at"},"condition":{"kind":"anomaly","grain":"day"}');
  });

  it('changes only the version that was read', async () => {
    const { page } = await open({ alert: { body: ALERT, tag: '"v1"' }, seed: {} });
    expect(page.querySelector<HTMLInputElement>('[data-test=threshold]')?.value).toBe('40');
    click(page, 'save-alert');
    expect((await answerAll({ ...ANSWERS, 'PATCH alerts/a1': ALERT }))[0]).toContain('PATCH alerts/a1 {"name":"Thin pipeline"');
  });
});

describe('an alert on a report', () => {
  const REPORT = { id: 'r1', name: 'Win rate by region', name_ar: 'معدل الربح بحسب المنطقة', definition: { view: 'deals', rows: [{ member: 'deals.region' }], columns: [], values: [{ key: 'rate', measure: 'deals.win_rate' }], period: null } };
  const VALUES = { values: [{ key: 'rate', measure: 'deals.win_rate', title: 'Win rate', title_ar: 'معدل الربح', unit: 'ratio', version: 1 }] };
  const found = { report: { id: 'r1', name: REPORT.name, name_ar: REPORT.name_ar, version: 3 }, title: 'Win rate', title_ar: 'معدل الربح', unit: 'ratio', count: 2, rows: [{ value: '0.1', splits: [{ member: 'deals.region', value: 'gulf', value_ar: null }] }, { value: '0.15', splits: [{ member: 'deals.region', value: 'europe', value_ar: null }] }] };
  const OF_REPORT: Alert = { ...ALERT, name: 'Low regions', question: { report_id: 'r1', value: 'rate', rows: 'any' }, condition: { kind: 'below', threshold: '0.2' }, value: '0.1', query: null, found };
  afterEach(() => localStorage.clear());

  it('is made for any row by the same form, which offers what is unusual only where a period tells days apart', async () => {
    await signedIn('en', MAY);
    const saved = TestBed.inject(AlertOpener).open({ alert: null, seed: { report_id: 'r1', value: 'rate' } });
    while (!document.querySelector('crm-alert-form')) await new Promise((resolve) => setTimeout(resolve, 10));
    await answerAll({ 'reports/r1': REPORT, 'POST analytics/report': VALUES });
    await answerAll({ 'reports/r1': REPORT, 'POST analytics/report': VALUES });
    await new Promise((resolve) => setTimeout(resolve, 10));
    TestBed.tick();
    const page = document.querySelector<HTMLElement>('crm-alert-form') ?? document.body;
    expect(page.textContent).toContain('Win rate by region');
    expect([page.querySelector('[data-test=anomaly]'), page.querySelector('crm-measure-picker')]).toEqual([null, null]);
    page.querySelector<HTMLInputElement>('[data-test=rows-any]')?.dispatchEvent(new Event('change'));
    type(page, 'threshold', '20');
    TestBed.tick();
    click(page, 'save-alert');
    expect(await answerAll({ 'POST alerts': OF_REPORT })).toEqual(['POST alerts {"name":"Win rate: below 20%","question":{"report_id":"r1","value":"rate","rows":"any"},"condition":{"kind":"below","threshold":"0.2"}}']);
    expect(await saved).toEqual(OF_REPORT);
  });

  it('stands in the list and in the notification with the rows that crossed, in Arabic, and leads to the report', async () => {
    await signedIn('ar', MAY);
    const fixture = TestBed.createComponent(AlertsComponent);
    fixture.detectChanges();
    await answerAll({ ...ANSWERS, alerts: { items: [OF_REPORT], next_cursor: null } });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    for (const words of ['معدل الربح بحسب المنطقة', 'أي صف', 'الخليج', 'أوروبا']) expect(page.textContent).toContain(words);
    expect(page.querySelector('a[href="/reports/r1"]')).not.toBeNull();
    const told = { ...TOLD, params: { alert_id: 'a1', value: '0.1', condition: OF_REPORT.condition, found, query: null } };
    expect(TestBed.inject(AlertWords).sentence(told as unknown as Notification, new Map())).toMatch(/معدل الربح – معدل الربح بحسب المنطقة.*الخليج: .*10.*أوروبا: .*15/);
  });
});

describe('notifications', () => {
  afterEach(() => localStorage.clear());

  it('are told in words, marked as read one by one and all', async () => {
    await signedIn('en', MAY);
    TestBed.inject(DialogService).openAside(NotificationPanelComponent, { data: null, width: '480px', ariaLabelledBy: 'crm-notifications-title', autoFocus: 'h2' });
    await answered();
    const page = document.querySelector<HTMLElement>('crm-notification-panel') ?? document.body;
    expect(page.textContent).toContain('Win rate is 35%: below 40%.');
    expect(TestBed.inject(NotificationService).unread()).toBe(1);
    click(page, 'read');
    expect(await answerAll({ 'POST notifications/n1/read': TOLD })).toEqual(['POST notifications/n1/read {}']);
    TestBed.tick();
    expect([TestBed.inject(NotificationService).unread(), page.querySelector('[data-test=read]')]).toEqual([0, null]);
    click(page, 'read-all');
    expect(await answerAll({})).withContext('nothing is left to read').toEqual([]);
  });
});
