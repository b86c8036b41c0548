import { ApplicationRef } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { ReportAnswer, ReportDefinition, shapes } from '@core/reports/report.model';
import { testProviders, useLanguage } from '@testing/setup';
import { ReportCell, ReportViewComponent } from './report-view.component';
import { answerOf, definitionOf, MadeSplit, QUARTERS, REGIONS, SPLITS } from './testing/report.fixture';

type Shape = (typeof shapes)[number];
const VALUES = [['won', 'money'], ['deals', 'count'], ['rate', 'number']] as const;
const numbers = (row: number, column: number): string => `${(row + 1) * 10 + column}.25`;
const [rows, columns] = [SPLITS.rows.slice(0, 1), SPLITS.columns];

/** By shape: what it is made of, where its marks are, how many, and which cell the second mark opens. */
const CASES: Readonly<Partial<Record<Shape, { readonly splits: Partial<ReportDefinition>; readonly answer: () => ReportAnswer; readonly marks: string; readonly count: number; readonly opens: ReportCell; readonly says: RegExp }>>> = {
  kpi: { splits: {}, answer: () => answerOf([], [], VALUES, numbers, () => '8'), marks: 'crm-kpi-tile button.value', count: 3, opens: { row: 0, column: 0, value: 'deals' }, says: /10/ },
  bar: { splits: { rows }, answer: () => answerOf([REGIONS], [], VALUES, numbers), marks: 'path.bar', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Europe, \$30\.25/ },
  hbar: { splits: { rows, columns }, answer: () => answerOf([REGIONS], [QUARTERS], VALUES.slice(0, 1), numbers), marks: 'path.bar', count: 4, opens: { row: 1, column: 2, value: 'won' }, says: /Gulf, Q2 2026, \$22\.25/ },
  stacked: { splits: { rows, columns }, answer: () => answerOf([REGIONS], [QUARTERS], VALUES.slice(0, 1), numbers), marks: 'path.bar', count: 4, opens: { row: 1, column: 2, value: 'won' }, says: /Gulf, Q2 2026, \$22\.25/ },
  line: { splits: { rows: columns }, answer: () => answerOf([QUARTERS], [], VALUES.slice(0, 1), numbers), marks: '.steps button', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Q2 2026, \$30\.25/ },
  area: { splits: { rows: columns, columns: rows }, answer: () => answerOf([QUARTERS], [REGIONS], VALUES.slice(0, 1), numbers), marks: '.steps button', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Gulf.+\$31\.25.+Europe.+\$32\.25/ },
  combo: { splits: { rows: columns }, answer: () => answerOf([QUARTERS], [], VALUES, numbers), marks: '.steps button', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /\$30\.25.+30/ },
  funnel: { splits: { rows }, answer: () => answerOf([REGIONS], [], VALUES.slice(0, 1), numbers), marks: 'crm-ranking button', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Europe.*step before.*\$30\.25/ },
  waterfall: { splits: { rows }, answer: () => answerOf([REGIONS], [], VALUES.slice(0, 1), numbers), marks: 'crm-waterfall button', count: 4, opens: { row: 2, column: 0, value: 'won' }, says: /Europe.*\+\$30\.25/ },
  scatter: { splits: { rows }, answer: () => answerOf([REGIONS], [], VALUES, numbers), marks: 'g.circle circle', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Europe, Value won: \$30\.25, Value deals: 30/ },
  heatmap: { splits: { rows, columns }, answer: () => answerOf([REGIONS], [QUARTERS], VALUES.slice(0, 1), numbers), marks: 'td button', count: 4, opens: { row: 1, column: 2, value: 'won' }, says: /Gulf, Q2 2026: \$22\.25/ },
  cohort: { splits: { rows: columns, columns: [{ member: 'deals.since' }] }, answer: () => answerOf([QUARTERS], [{ member: 'deals.since', values: [0, 1] }], VALUES.slice(0, 1), (row, column) => (row === 2 && column === 2 ? null : numbers(row, column))), marks: 'td button', count: 3, opens: { row: 1, column: 2, value: 'won' }, says: /Q1 2026, 1: \$22\.25/ },
  map: { splits: { rows }, answer: () => answerOf([{ ...REGIONS, values: ['Gulf', 'Mars'] }], [], VALUES.slice(0, 1), numbers, () => '10'), marks: '.tile', count: 2, opens: { row: 2, column: 0, value: 'won' }, says: /Mars: \$30\.25/ },
};

describe('the pictures of a report', () => {
  let fixture: ComponentFixture<ReportViewComponent>;
  let page: HTMLElement;
  const opened: ReportCell[] = [];

  async function show(definition: ReportDefinition, answer: ReportAnswer, language: 'en' | 'ar' = 'en'): Promise<void> {
    TestBed.configureTestingModule({ providers: testProviders() });
    await useLanguage(language);
    fixture = TestBed.createComponent(ReportViewComponent);
    // ngx-charts hangs its tooltips into the application's root, which a test bed does not have.
    TestBed.inject(ApplicationRef).components.push(fixture.componentRef);
    fixture.componentRef.setInput('definition', definition);
    fixture.componentRef.setInput('answer', answer);
    opened.length = 0;
    fixture.componentInstance.opened.subscribe((cell) => opened.push(cell));
    page = fixture.nativeElement as HTMLElement;
    page.style.cssText = 'display: block; inline-size: 800px';
    document.body.append(page);
  }
  async function marks(selector: string, count: number): Promise<Element[]> {
    for (let turn = 0; turn < 120; turn += 1) {
      await fixture.whenStable();
      const found = [...page.querySelectorAll(selector)];
      if (found.length >= count && (found[0]?.tagName === 'BUTTON' || found[0]?.hasAttribute('tabindex'))) return found;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return [...page.querySelectorAll(selector)];
  }
  afterEach(() => page.remove());

  for (const shape of shapes.filter((one) => one !== 'table' && one !== 'pivot')) {
    it(`draw ${shape}: each mark tells its exact number and opens its records, and a table has the same`, async () => {
      const { splits, answer, marks: selector, count, opens, says } = CASES[shape] as NonNullable<(typeof CASES)[Shape]>;
      await show(definitionOf({ ...splits, show: { shape } }), answer());
      const found = await marks(selector, count);
      expect(found.length).toBe(count);
      const second = found[1] as HTMLElement;
      expect((second.getAttribute('aria-label') ?? second.textContent).replace(/[\u2068\u2069]|\s+/g, ' ')).toMatch(says);
      if (shape === 'scatter' || second.matches('path')) second.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      else second.click();
      await fixture.whenStable();
      expect(opened).toEqual([opens]);
      if (shape !== 'kpi') expect(page.querySelector('table')?.textContent).toMatch(/\d/);
    });
  }

  it('walk a grid of colours and a scatter by the line of reading', async () => {
    await show(definitionOf({ rows, columns, show: { shape: 'heatmap' } }), answerOf([REGIONS], [QUARTERS], VALUES.slice(0, 1), numbers), 'ar');
    const cells = (await marks('td button', 4)) as HTMLElement[];
    cells[0]?.focus();
    cells[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    expect(document.activeElement).toBe(cells[1] ?? null);
    page.remove();
    TestBed.resetTestingModule();
    await show(definitionOf({ rows, show: { shape: 'scatter' } }), answerOf([REGIONS], [], VALUES, numbers), 'ar');
    const circles = (await marks('g.circle circle', 2)) as unknown as HTMLElement[];
    circles[0]?.focus();
    circles[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    expect(document.activeElement).toBe(circles[1] ?? null);
    // The tooltip follows the focus a moment later; waiting for it also leaves no timer of ngx-charts behind.
    const tip = (): string => [...document.querySelectorAll('.ngx-charts-tooltip-content')].map((one) => one.textContent).join(' ');
    for (let turn = 0; turn < 200 && !tip().includes('30.25'); turn += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(tip()).toContain('30.25');
    (document.activeElement as HTMLElement | null)?.blur();
  });

  it('name regions in both languages', async () => {
    await show(definitionOf({ rows, show: { shape: 'map' } }), answerOf([REGIONS], [], VALUES.slice(0, 1), numbers));
    await marks('.tile', 2);
    for (let turn = 0; turn < 60 && !page.textContent?.includes('الخليج'); turn += 1) await new Promise((resolve) => requestAnimationFrame(resolve)).then(() => fixture.whenStable());
    expect(page.querySelector('.tile')?.textContent).toMatch(/Gulf.*الخليج/);
  });

  it('say what they need, and how many points they leave out', async () => {
    await show(definitionOf({ rows, show: { shape: 'combo' } }), answerOf([REGIONS], [], VALUES.slice(0, 1), numbers));
    for (let turn = 0; turn < 60 && !page.querySelector('.missing'); turn += 1) await new Promise((resolve) => requestAnimationFrame(resolve)).then(() => fixture.whenStable());
    expect(page.querySelector('.missing')?.textContent).toContain('two values');
    const reps: MadeSplit = { member: 'deals.rep', values: Array.from({ length: 45 }, (_, index) => `Rep ${index}`) };
    fixture.componentRef.setInput('definition', definitionOf({ rows: [{ member: 'deals.rep' }], show: { shape: 'funnel' } }));
    fixture.componentRef.setInput('answer', answerOf([reps], [], VALUES.slice(0, 1), numbers));
    await fixture.whenStable();
    expect(page.querySelector('.notice')?.textContent).toContain('12 of 45 points');
  });
});
