import { LiveAnnouncer } from '@angular/cdk/a11y';
import { TestRequest } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { Language } from '@core/i18n/locale.service';
import { signedIn } from './record.setup';
import { backend, settle } from './setup';
import { REPORTS_ROUTES } from '../app/features/reports/reports.routes';

const member = (name: string, title: string, ar: string, more: object): object => ({ name, title, shortTitle: title, description: `What ${title} means`, ...more, meta: { title_ar: ar, description_ar: ar, ...(more as { meta?: object }).meta } });
const money = { type: 'number', meta: { unit: 'money' } };

/** Two subjects as the semantic layer tells of them. */
export const META = {
  cubes: [
    {
      name: 'deals', title: 'Deals', meta: { title_ar: 'الصفقات' }, segments: [],
      measures: [member('deals.won_amount', 'Won revenue', 'الإيراد المربوح', money), member('deals.won_count', 'Won deals', 'الصفقات الرابحة', { type: 'count', meta: { unit: 'count' } }), member('deals.sales_cycle', 'Sales cycle', 'دورة البيع', { type: 'number', meta: { unit: 'days' } }), member('deals.reporting_currency', 'Currency', 'العملة', { type: 'string', meta: { unit: 'text' } })],
      dimensions: [
        member('deals.id', 'Id', 'المعرف', { type: 'string' }), member('deals.region', 'Region', 'المنطقة', { type: 'string' }), member('deals.owner', 'Owner', 'المسؤول', { type: 'string' }), member('deals.owner_id', 'Owner id', 'معرف', { type: 'string' }), member('deals.stage', 'Stage', 'المرحلة', { type: 'string' }), member('deals.stage_ar', 'Stage', 'المرحلة', { type: 'string' }), member('deals.stage_position', 'Stage order', 'الترتيب', { type: 'number' }),
        member('deals.probability', 'Probability', 'الاحتمال', { type: 'number' }), member('deals.closed_at', 'Closed', 'الإغلاق', { type: 'time' }), member('deals.created_at', 'Created', 'الإنشاء', { type: 'time' }),
      ],
    },
    { name: 'tickets', title: 'Tickets', meta: { title_ar: 'التذاكر' }, segments: [], measures: [member('tickets.count', 'Tickets', 'التذاكر', { type: 'count', meta: { unit: 'count' } })], dimensions: [member('tickets.as_of', 'As of', 'كما في', { type: 'time', meta: { asked: 'instant' } }), member('tickets.priority', 'Priority', 'الأولوية', { type: 'string', meta: { choices: [{ value: 'high', label: 'High', label_ar: 'عالية' }, { value: 'low', label: 'Low', label_ar: 'منخفضة' }] } })] },
  ],
};

const ALL = { read: 'all', write: 'all', delete: 'all' };
export const MAY = { reports: ALL, roles: { read: 'all' } };
const root = (): ReportAnswer['rows'][number] => ({ level: 0, parent: null, value: null, value_ar: null, others: false, point: {} });

/** An answer of one row below the total. */
export const answerTo = ({ values, rows }: ReportDefinition): ReportAnswer => ({
  watermark: { lsn: '0/1', committed_at: '2026-01-02T10:00:00Z', lag_ms: 5 }, consistent: true, proof: null, currency: 'USD', range: null, compared: null,
  values: values.map((value) => ({ key: value.key, measure: 'measure' in value ? value.measure : null, title: value.key, title_ar: value.key, unit: 'money', version: 2 })),
  rows: rows.length > 0 ? [root(), { ...root(), level: 1, parent: 0, value: 'MENA', point: { 'deals.region': 'MENA' } }] : [root()], columns: [root()],
  cells: Object.fromEntries(values.map(({ key }) => [key, ['1', '1']])), before: null, cut: [{ what: 'having', kept: 1, of: 9 }, { what: 'columns', kept: 50, of: null }], query: { measures: ['deals.won_amount'], dimensions: ['deals.region'] },
});

/** What is drawn of the page. */
export let page: HTMLElement;
export let harness: RouterTestingHarness;
export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const find = (selector: string): HTMLElement | null => page.querySelector<HTMLElement>(selector) ?? document.querySelector<HTMLElement>(`.cdk-overlay-container ${selector}`);
export const one = (selector: string): HTMLElement => {
  const found = find(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
};
/** Lets the page draw, and the address be written, which is compressed outside of its time. */
export async function drawn(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await settle();
    await wait(4);
    TestBed.tick();
  }
}
export async function press(selector: string): Promise<void> {
  (await until(() => find(selector)).catch(() => one(selector))).click();
  await drawn();
}
export async function type(selector: string, value: string, event = 'input'): Promise<void> {
  const box = (await until(() => find(selector))) as HTMLInputElement;
  box.value = value;
  box.dispatchEvent(new Event(event, { bubbles: true }));
  await drawn();
}
export async function key(target: Element | null, name: string, keys: KeyboardEventInit = {}): Promise<void> {
  target?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...keys }));
  await drawn();
}
/** Waits for what comes in its own time, such as an address that is read or a part that is loaded. */
export async function until<T>(look: () => T): Promise<NonNullable<T>> {
  for (let turn = 0; turn < 300; turn += 1) {
    const found = look();
    if (found) return found;
    await wait(10);
    TestBed.tick();
  }
  throw new Error(`it did not come: ${String(look)}`);
}
/** The question that is open. */
export const asked = (): Promise<TestRequest> => until(() => backend().match('/crm/v1/analytics/report').filter(({ cancelled }) => !cancelled)[0]);
export const chips = (well: string): string[] => [...page.querySelectorAll(`[data-well=${well}] [data-chip] bdi:first-child`)].map((chip) => chip.textContent?.replace(/[\u2068\u2069]/g, '') ?? '');
/** Answers the question of the page once it rests; what was asked. */
export async function answered(): Promise<ReportDefinition> {
  const request = await asked();
  const definition = request.request.body as ReportDefinition;
  request.flush(answerTo(definition));
  await drawn();
  return definition;
}

/** Opens a page of reports by its address, signed in, with the catalogue read. */
export async function opened(address: string, language: Language = 'en', permissions: Record<string, Record<string, string>> = MAY): Promise<void> {
  await signedIn(language, permissions);
  TestBed.inject(Router).resetConfig([{ path: 'reports', children: REPORTS_ROUTES }]);
  // Outside of an application nobody listens to the way back.
  TestBed.inject(Router).setUpLocationChangeListener();
  spyOn(TestBed.inject(LiveAnnouncer), 'announce').and.resolveTo();
  harness = await RouterTestingHarness.create(address);
  page = harness.fixture.nativeElement as HTMLElement;
  await drawn();
  for (const request of backend().match('/crm/v1/analytics/meta')) request.flush(META);
  await drawn();
}

/** What was said aloud. */
export const said = (): string => (TestBed.inject(LiveAnnouncer).announce as jasmine.Spy).calls.allArgs().map(([text]) => String(text).replace(/[\u2068\u2069]/g, '')).join(' | ');
/** A field of the catalogue. */
export const field = (member: string): string => `[data-field="${member}"]`;
/** Opens the menu of a chip and does one of its acts. */
export async function menu(chip: string, act: string): Promise<void> {
  await press(chip);
  await press(`[data-do=${act}]`);
}
/** A chip of a well, counted from one. */
export const first = (well: string, index = 1): string => `[data-well=${well}] li:nth-child(${String(index)}) [data-chip]`;
