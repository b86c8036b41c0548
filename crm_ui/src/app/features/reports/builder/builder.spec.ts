import { Location } from '@angular/common';
import { TestBed } from '@angular/core/testing';
import { By } from '@angular/platform-browser';
import { ReportCell } from '../view/report-view.component';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { backend } from '@testing/setup';
import { answered, asked, chips, drawn, field, first, harness, key, META, one, opened, page, press, said, type, until, wait } from '@testing/report.setup';
import { decode, encode } from '../definition/definition.code';
import { EMPTY } from '../definition/definition.model';
import { ReportViewComponent } from '../view/report-view.component';
import { catalogue, folded, nearest } from './catalogue.model';
import { concerns } from './wells.component';

const inAddress = async (): Promise<unknown> => decode(new URLSearchParams(TestBed.inject(Location).path().split('?')[1]).get('d') ?? '');
/** Drags from the middle of one thing to that of another, as a mouse does. */
async function drag(from: string, to: string): Promise<void> {
  const middle = (selector: string): [number, number] => { const { left, top, width, height } = one(selector).getBoundingClientRect(); return [left + width / 2, top + height / 2]; };
  const mouse = (target: EventTarget, kind: string, [clientX, clientY]: readonly number[]): void => { target.dispatchEvent(new MouseEvent(kind, { clientX, clientY, screenX: clientX, screenY: clientY, button: 0, buttons: 1, detail: 1, bubbles: true, cancelable: true, view: window })); };
  // In a small window all that takes part has to be in sight.
  one('crm-report-preview').style.display = 'none';
  one('.layout').scrollIntoView();
  one(from).scrollIntoView({ block: 'nearest' });
  const [start, end] = [middle(from), middle(to)];
  mouse(one(from), 'mousedown', start);
  mouse(document, 'mousemove', [start[0] + 8, start[1] + 8]);
  await drawn();
  mouse(document, 'mousemove', end);
  mouse(document, 'mousemove', [end[0] + 1, end[1]]);
  await drawn();
  mouse(document, 'mouseup', end);
  await wait(250);
  await drawn();
}
const view = (): ReportViewComponent => harness.fixture.debugElement.query(By.directive(ReportViewComponent)).componentInstance as ReportViewComponent;

describe('the report builder', () => {
  it('finds fields by words of either language, without companions, and puts each into its place by one click', async () => {
    await opened('/reports/new');
    await type('[data-test=find-field]', 'الايراد');
    expect([...page.querySelectorAll('[data-field]')].map((each) => each.getAttribute('data-field'))).toEqual(['deals.won_amount']);
    await press(field('deals.won_amount'));
    expect((await answered()).values).toEqual([{ key: 'won_amount', measure: 'deals.won_amount' }]);
    await type('[data-test=find-field]', '');
    expect([...page.querySelectorAll('[data-field]')].map((each) => each.getAttribute('data-field'))).toEqual(['deals.won_amount', 'deals.won_count', 'deals.sales_cycle', 'deals.region', 'deals.owner', 'deals.stage', 'deals.probability', 'deals.closed_at', 'deals.created_at']);
    await press(field('deals.region'));
    await press('[data-menu="deals.closed_at"]');
    await press('[data-add=columns]');
    const definition = await answered();
    expect([definition.rows, definition.columns]).toEqual([[{ member: 'deals.region' }], [{ member: 'deals.closed_at', grain: 'month' }]]);
    expect(chips('columns')).toEqual(['Closed by month']);
    expect(said()).toContain('Region: added to Rows | Closed: added to Columns');
    expect(await inAddress()).toEqual({ ...definition, show: { shape: 'pivot' } });
  });

  it('takes fields by mouse: from the catalogue, within a well, to another, and out again; numbers do not stand in rows', async () => {
    await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }, { member: 'deals.owner' }], values: [{ key: 'n', measure: 'deals.won_count' }], show: { shape: 'pivot' } })}`);
    await answered();
    await drag(field('deals.stage'), '[data-well=columns] li');
    expect(chips('columns')).toEqual(['Stage']);
    await drag(first('rows'), first('rows', 2));
    expect(chips('rows')).toEqual(['Owner', 'Region']);
    await drag(first('rows', 2), first('columns'));
    expect([chips('rows'), chips('columns').length]).toEqual([['Owner'], 2]);
    await drag(field('deals.won_amount'), first('rows'));
    expect(chips('rows')).toEqual(['Owner']);
    await drag(first('rows'), '[data-view=deals]');
    expect(chips('rows')).toEqual([]);
    expect(said()).toContain('Owner: removed');
    await answered();
  });

  it('takes the nearest by Enter, a time in the steps that are named, and puts it where the keys say', async () => {
    await opened('/reports/new');
    await key(document.body, '/');
    await until(() => document.activeElement === one('[data-test=find-field]'));
    const enter = async (words: string, keys: KeyboardEventInit = {}): Promise<void> => {
      await type('[data-test=find-field]', words);
      await key(one('[data-test=find-field]'), 'Enter', keys);
    };
    await enter('sales');
    await enter('region');
    expect([chips('values'), chips('rows')]).toEqual([['Sales cycle'], ['Region']]);
    await enter('closed by quarter');
    expect(chips('columns')).withContext('a time goes across').toEqual(['Closed by quarter']);
    await enter('المرحلة', { shiftKey: true });
    await enter('الإنشاء السنة');
    expect([chips('columns'), chips('rows')]).toEqual([['Closed by quarter', 'Stage'], ['Region', 'Created by year']]);
    await enter('won revenue', { shiftKey: true });
    expect([chips('columns').length, said()]).withContext('a number does not stand there').toEqual([2, jasmine.stringContaining('Won revenue cannot be added to Columns')]);
    await answered();
  });

  it('prefers what the words name to what they are only said about', () => {
    const meaning = (title: string, description: string, kind: 'measure' | 'dimension'): unknown => ({ kind, title, titleAr: '', description, descriptionAr: '', unit: 'count', type: 'string', view: { name: 'v', title: 'V', titleAr: '' } });
    const views = catalogue(new Map([['v.a', meaning('Deals', 'of a region', 'measure')], ['v.b', meaning('Region of origin', '', 'dimension')], ['v.c', meaning('Region', '', 'dimension')]]) as never, 'region', false);
    expect([nearest(views, 'region', ''), nearest(views, ' ', '')].map((one) => one?.member)).toEqual(['v.c', undefined]);
  });

  it('asks before another subject begins a new report, which undo takes back', async () => {
    await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', values: [{ key: 'n', measure: 'deals.won_count' }] })}`);
    await answered();
    await press('[data-view=tickets]');
    await press(field('tickets.count'));
    expect(one('[role=alertdialog]').textContent).toContain('Begin a report about Tickets?');
    await press('crm-confirm .crm-button--primary');
    expect([(await answered()).view, chips('values')]).toEqual(['tickets', ['Tickets']]);
    await press('[data-test=undo]');
    expect(chips('values')).toEqual(['Won deals']);
    await answered();
  });

  for (const [language, forward] of [['en', 'ArrowRight'], ['ar', 'ArrowLeft']] as const) {
    it(`moves fields by keyboard along the line of reading (${language}) and keeps the focus on them`, async () => {
      await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }, { member: 'deals.owner' }], values: [{ key: 'n', measure: 'deals.won_count' }], show: { shape: 'pivot' } })}`, language);
      await answered();
      const [region, owner] = chips('rows');
      one(first('rows')).focus();
      await key(document.activeElement, 'ArrowDown', { altKey: true });
      expect(chips('rows')).toEqual([owner ?? '', region ?? '']);
      expect(document.activeElement?.textContent).toContain(region);
      await key(document.activeElement, forward, { altKey: true });
      expect([chips('rows'), chips('columns')]).toEqual([[owner ?? ''], [region ?? '']]);
      expect(document.activeElement?.closest('[data-well]')?.getAttribute('data-well')).toBe('columns');
      await key(document.activeElement, 'Delete');
      expect(chips('columns')).toEqual([]);
      expect((document.activeElement as HTMLElement).dataset['target']).toBe('columns');
      expect(said()).toContain(region ?? '-');
      await answered();
    });
  }

  it('undoes and redoes by keys, a hundred steps and more, and by the way back of the browser', async () => {
    await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }], values: [{ key: 'n', measure: 'deals.won_count' }, { key: 'won', measure: 'deals.won_amount' }], show: { shape: 'pivot' } })}`);
    await answered();
    for (let step = 0; step < 60; step += 1) for (const side of ['rows', 'columns']) one(`[data-test=totals-${side}]`).click();
    await press('[data-test=totals-rows]');
    expect((one('[data-test=totals-rows]') as HTMLInputElement).checked).toBeFalse();
    for (let step = 0; step < 121; step += 1) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }));
    await drawn();
    expect((one('[data-test=totals-rows]') as HTMLInputElement).checked).toBeTrue();
    await key(document.body, 'z', { metaKey: true, shiftKey: true });
    expect((one('[data-test=totals-rows]') as HTMLInputElement).checked).toBeFalse();
    await key(one('[data-test=find-field]'), 'z', { ctrlKey: true });
    expect((one('[data-test=totals-rows]') as HTMLInputElement).checked).withContext('in a text the key is that of the text').toBeFalse();
    await answered();
    const before = TestBed.inject(Location).path();
    await type('[data-test=sort]', 'desc won', 'change');
    await until(() => TestBed.inject(Location).path() !== before);
    TestBed.inject(Location).back();
    await until(() => (one('[data-test=sort]') as HTMLSelectElement).value === '');
    TestBed.inject(Location).forward();
    await until(() => (one('[data-test=sort]') as HTMLSelectElement).value === 'desc won');
    expect([(one('[data-test=undo]') as HTMLButtonElement).disabled, (await answered()).sort]).toEqual([false, { by: 'won', order: 'desc' }]);
  });

  it('asks once the report rests, cancels the older question, keeps the picture, and says what is cut and wrong', async () => {
    await opened('/reports/new');
    await type('[data-test=find-field]', 'won');
    await press(field('deals.won_amount'));
    await press(field('deals.won_count'));
    const { values } = await answered();
    expect(values.length).withContext('two fields, one question').toBe(2);
    expect(page.textContent).toContain('1 of 9 rows meet the conditions on values');
    expect(page.textContent).toContain('Shown are the first 50 columns; there are more');
    expect(page.querySelector('crm-answer-foot')?.textContent).toContain('Fresh as of');
    await press('[data-well=values] li:nth-child(2) [data-remove]');
    const older = await asked();
    await press('[data-test=undo]');
    await press('[data-test=undo]');
    expect(older.cancelled).toBeTrue();
    expect(page.querySelector('.picture.stale crm-report-view')).withContext('the old picture stays').not.toBeNull();
    (await asked()).flush({ code: 'validation_failed', title: 'No', detail: 'No', errors: [{ path: 'values.0.measure', code: 'forbidden', message: 'You may not see Won revenue.' }] }, { status: 422, statusText: 'x' });
    await drawn();
    expect(one('[data-well=values] [role=alert]').textContent).toContain('You may not see Won revenue.');
    expect(page.querySelector('crm-report-view')).not.toBeNull();
    one('[data-shape=table]').click();
    await wait(170);
    backend().expectNone('/crm/v1/analytics/report');
  });

  it('offers the shapes that the fields make, by arrows too, and tells what the others lack', async () => {
    await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }], values: [{ key: 'n', measure: 'deals.won_count' }], show: { shape: 'pivot' } })}`);
    await answered();
    expect(one('[data-shape=line]').getAttribute('aria-disabled')).toBe('true');
    await press('[data-shape=line]');
    expect(said()).toContain('Lines is not possible: needs a time as the first field in rows');
    await key(one('[data-shape=pivot]'), 'ArrowRight');
    expect(document.activeElement?.getAttribute('data-shape')).withContext('a number needs a report without rows').toBe('bar');
    expect(view().definition().show.shape).toBe('bar');
  });

  it('explains a number down to its records, of a calculation a part of it, and looks into a row', async () => {
    await opened(`/reports/new?d=${await encode({ ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }], values: [{ key: 'n', measure: 'deals.won_count' }, { key: 'won', measure: 'deals.won_amount' }, { key: 'mean', title: 'Mean', calculation: { op: '/', args: [{ value: 'won' }, { value: 'n' }] } }], show: { shape: 'pivot' } })}`);
    await answered();
    const open = spyOn(TestBed.inject(NumberPanelService), 'open').and.resolveTo();
    const cell = (value: string): ReportCell => ({ row: 1, column: 0, value });
    view().opened.emit(cell('won'));
    await drawn();
    expect(open).toHaveBeenCalledOnceWith({ query: { measures: ['deals.won_amount'], dimensions: ['deals.region'] }, measure: 'deals.won_amount', point: { 'deals.region': 'MENA' }, title: 'Won revenue' });
    view().opened.emit(cell('mean'));
    await drawn();
    expect(one('crm-pick').textContent?.replace(/[\u2068\u2069]/g, '')).toContain('[Won revenue] ÷ [Won deals]');
    await press('[data-option="deals.won_count"]');
    expect(open.calls.mostRecent().args[0].measure).toBe('deals.won_count');
    view().drilled.emit(cell('won'));
    await drawn();
    await press('[data-option="deals.owner"]');
    expect([chips('rows'), chips('filters')]).toEqual([['Owner'], ['Region is MENA']]);
    expect((await answered()).filters).toEqual([{ member: 'deals.region', operator: 'equals', values: ['MENA'] }]);
  });

  it('says that a link is damaged, and begins empty', async () => {
    await opened('/reports/new?d=xyz');
    await wait(20);
    expect(document.body.textContent).toContain('This link is damaged');
    expect(page.textContent).toContain('What do you want to know?');
  });

  it('is closed to who may not read reports, and says so', async () => {
    await opened('/reports/new', 'ar', { deals: { read: 'all' } });
    expect(page.textContent).toContain('لا يشمل دورك التقارير');
  });
});

describe('a problem', () => {
  it('stands at the field that its path names', () => {
    const definition = { ...EMPTY, view: 'deals', rows: [{ member: 'deals.region' }], filters: [{ any: [{ member: 'deals.stage', operator: 'set' }] }], having: [{ value: 'n', operator: 'gt', number: '1' }] } as const;
    const at = (path: string): string[] => (['rows', 'values', 'filters'] as const).flatMap((well) => [0, 1].filter((index) => concerns(path, definition, { well, index })).map((index) => `${well} ${String(index)}`));
    expect(['rows[0].member', '/filters/0/values', 'values.1.calculation', 'having[0].value', 'deals.region', 'deals.stage', 'rows', 'deals.other'].map((path) => at(path).join())).toEqual(['rows 0', 'filters 0', 'values 1', 'filters 1', 'rows 0', 'filters 0', '', '']);
  });
});

describe('the catalogue', () => {
  it('folds what people do not type', () => {
    expect(folded('الإيرَادُ أفْواجٌ ٢٠٢٦ مرحلـة Café')).toBe(folded('الايراد افواج 2026 مرحله cafe'));
  });

  it('puts what must be given with every question among the properties', () => {
    const meanings = new Map(META.cubes.flatMap((cube) => [...cube.measures, ...cube.dimensions].map((member) => {
      const { name, title, type: kind, meta } = member as { name: string; title: string; type: string; meta: { title_ar: string; unit?: string; asked?: 'instant' } };
      return [name, { title, titleAr: meta.title_ar, description: '', descriptionAr: '', formula: '', formulaAr: '', kind: meta.unit ? 'measure' as const : 'dimension' as const, type: kind, unit: meta.unit ?? '', view: { name: cube.name, title: cube.title, titleAr: '' }, ...(meta.asked ? { asked: meta.asked } : {}) }] as const;
    })));
    expect(catalogue(meanings, 'tickets', false, 'tickets').flatMap(({ groups }) => groups.flatMap(({ entries }) => entries.map(({ member, kind }) => `${member} ${kind}`)))).toEqual(['tickets.count measure', 'tickets.as_of asked', 'tickets.priority split']);
  });
});
