import { ComponentFixture, TestBed } from '@angular/core/testing';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { testProviders, useLanguage } from '@testing/setup';
import { ReportCell, ReportSort, ReportViewComponent } from './report-view.component';
import { answerOf, definitionOf, largeAnswer, QUARTERS, REGIONS, SOURCES, SPLITS } from './testing/report.fixture';

describe('the table of a report', () => {
  let fixture: ComponentFixture<ReportViewComponent>;
  let page: HTMLElement;
  const opened: ReportCell[] = [];
  const sorted: ReportSort[] = [];
  const drilled: ReportCell[] = [];
  const grid = (): HTMLElement => page.querySelector('[role=grid]') as HTMLElement;
  const at = (line: number, column: number): HTMLElement => page.querySelector(`[data-line="${line}"][data-column="${column}"], [data-line="${line}"] [data-column="${column}"]`) as HTMLElement;
  const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

  async function show(definition: ReportDefinition, answer: ReportAnswer, language: 'en' | 'ar' = 'en'): Promise<void> {
    TestBed.configureTestingModule({ providers: testProviders() });
    await useLanguage(language);
    fixture = TestBed.createComponent(ReportViewComponent);
    for (const [name, value] of Object.entries({ definition, answer, title: 'Won', titles: { 'deals.region': 'Region' } })) fixture.componentRef.setInput(name, value);
    for (const list of [opened, sorted, drilled]) list.length = 0;
    fixture.componentInstance.opened.subscribe((cell) => opened.push(cell));
    fixture.componentInstance.sorted.subscribe((sort) => sorted.push(sort));
    fixture.componentInstance.drilled.subscribe((cell) => drilled.push(cell));
    page = fixture.nativeElement as HTMLElement;
    page.style.cssText = 'display: block; inline-size: 900px; --crm-report-height: 400px';
    document.body.append(page);
    await settled();
  }
  async function settled(): Promise<void> {
    await fixture.whenStable();
    await frame();
    await fixture.whenStable();
  }
  async function press(key: string, more: KeyboardEventInit = {}): Promise<string> {
    grid().focus();
    grid().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    await settled();
    return document.getElementById(grid().getAttribute('aria-activedescendant') ?? '')?.textContent?.trim() ?? '';
  }
  afterEach(() => page.remove());

  const values = [{ key: 'won', measure: 'deals.won_amount' }, { key: 'deals', measure: 'deals.won_count' }];
  const sums = (): ReportAnswer => answerOf([REGIONS, SOURCES], [QUARTERS], [['won', 'money'], ['deals', 'count']], (row, column, key) => (row === 3 && column === 1 ? null : key === 'won' ? `${row}${column}.50` : `${row}${column}`));

  it('keeps 100,000 cells to what is in sight while it is scrolled both ways, and uses its elements again', async () => {
    const answer = largeAnswer();
    expect(answer.rows.length * answer.columns.length).toBe(100_000);
    await show(definitionOf({ rows: [{ member: 'deals.account' }], columns: [{ member: 'deals.product' }] }), answer);
    const cells = (): number => page.querySelectorAll('[role=gridcell]').length;
    const first = cells();
    expect(first).toBeGreaterThan(100);
    expect(grid().getAttribute('aria-rowcount')).toBe('1002');
    const line = page.querySelector('.body .line');
    for (const [top, left] of [[1440, 0], [20_000, 7000], [40_000, 20_000]]) {
      grid().scrollTo(left ?? 0, top ?? 0);
      await settled();
      expect(cells()).withContext(`${top}`).toBeLessThan(first * 1.6);
      // What is drawn covers the sight.
      const { left: x, top: y } = grid().getBoundingClientRect();
      const seen = document.elementFromPoint(x + 600, y + 200)?.closest<HTMLElement>('[role=gridcell]');
      expect(seen?.textContent).withContext(`${top}`).toMatch(/\$[\d,]+\.25|–/);
    }
    expect(document.contains(line)).toBeTrue();
    expect(grid().hasAttribute('aria-activedescendant')).withContext('the active cell is out of sight').toBeFalse();
    expect(at(998, 98).textContent).toBe('$999,099.25');
    // Names and header stay where they are; the total of all stays below.
    const { left, top, bottom } = grid().getBoundingClientRect();
    expect(Math.round(at(998, -1).getBoundingClientRect().left - left)).toBe(1);
    expect(Math.round((page.querySelector('.head') as HTMLElement).getBoundingClientRect().top - top)).toBe(1);
    expect(bottom - (page.querySelector('.foot') as HTMLElement).getBoundingClientRect().bottom).toBeLessThan(20);
    // One frame of small scrolling changes nothing in the document.
    const changes = new MutationObserver(() => undefined);
    grid().scrollTo(9000, 33_012);
    await settled();
    changes.observe(page, { childList: true, subtree: true, characterData: true });
    grid().scrollTo(9008, 33_030);
    await settled();
    expect(changes.takeRecords().length).toBe(0);
  }, 20_000);

  it('is walked by keyboard, opens records, folds groups, asks for an order, and looks into a row', async () => {
    await show(definitionOf({ ...SPLITS, values }), sums());
    expect([...page.querySelectorAll('.split')].map((one) => one.textContent.trim())).toEqual(['Region', 'Source']);
    expect(await press('ArrowDown')).toBe('–');
    await press('Enter');
    expect(opened).withContext('nothing has no records').toEqual([]);
    expect(await press('ArrowRight')).toBe('–');
    expect(await press('ArrowRight')).toBe('$32.50');
    await press('Enter');
    expect(opened).toEqual([{ row: 3, column: 2, value: 'won' }]);
    await press('Enter', { shiftKey: true });
    expect(drilled).toEqual([{ row: 3, column: 2, value: 'won' }]);
    expect(await press('Home')).toBe('Gulf');
    await press('Enter');
    expect(at(0, -2).getAttribute('aria-expanded')).toBe('false');
    expect(at(0, 0).textContent).toBe('$11.50');
    expect(await press('End', { ctrlKey: true })).toBe('0');
    at(-1, 4).click();
    await settled();
    expect(sorted).toEqual([{ by: 'won', order: 'desc' }]);
    at(-1, 0).click();
    await settled();
    // The library that orders comes when first needed.
    for (let turn = 0; turn < 300 && at(0, -2).textContent.trim() !== 'Europe'; turn += 1) await settled();
    expect(at(-1, 0).getAttribute('aria-sort')).toBe('descending');
    expect(at(0, -2).textContent.trim()).withContext('ordered here').toBe('Europe');
    expect(sorted.length).toBe(1);
  });

  it('copies what is selected with all digits', async () => {
    await show(definitionOf({ ...SPLITS, values }), sums());
    await press('ArrowRight', { shiftKey: true });
    await press('ArrowDown', { shiftKey: true });
    expect(page.querySelectorAll('[aria-selected=true]').length).toBe(4);
    const clipboardData = new DataTransfer();
    grid().dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
    expect(clipboardData.getData('text/plain')).toBe('21.50\t21\n\t');
    await press('a', { ctrlKey: true });
    const all = new DataTransfer();
    grid().dispatchEvent(new ClipboardEvent('copy', { clipboardData: all, bubbles: true, cancelable: true }));
    expect(all.getData('text/plain').split('\n').slice(0, 3)).toEqual(['\t\tQ1 2026\tQ1 2026\tQ2 2026\tQ2 2026\tTotal\tTotal', 'Region\tSource\tValue won\tValue deals\tValue won\tValue deals\tValue won\tValue deals', 'Gulf\tWebsite\t21.50\t21\t22.50\t22\t20.50\t20']);
  });

  it('stands mirrored in Arabic, on a phone with the names in one column, and says what is cut', async () => {
    await show(definitionOf({ ...SPLITS, values }), { ...sums(), cut: [{ what: 'rows', kept: 4, of: 9 }] }, 'ar');
    page.dir = 'rtl';
    page.style.inlineSize = '360px';
    await settled();
    await settled();
    const { right } = grid().getBoundingClientRect();
    expect(Math.round(right - at(0, -1).getBoundingClientRect().right)).toBe(1);
    expect(at(0, 0).getBoundingClientRect().right).toBeLessThanOrEqual(at(0, -1).getBoundingClientRect().left + 1);
    expect(at(0, -1).querySelector('small')?.textContent).toBe('الخليج');
    expect(page.querySelector('.notice')?.textContent).toContain('4 من 9');
    await press('Home');
    for (let turn = 0; turn < 6; turn += 1) await press('ArrowLeft');
    expect(grid().scrollLeft).toBeLessThan(0);
    expect(at(0, 5).getBoundingClientRect().left).toBeGreaterThanOrEqual(grid().getBoundingClientRect().left - 1);
  });

  it('says that there is nothing', async () => {
    await show(definitionOf({}), answerOf([], [], [['won', 'money']], () => null));
    expect(page.textContent).toContain('No figures');
  });
});
