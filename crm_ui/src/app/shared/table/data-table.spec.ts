import { Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { BreakpointObserver } from '@angular/cdk/layout';
import { BehaviorSubject } from 'rxjs';
import { Page, PageOptions } from '@core/api/api.client';
import { EMPTY_QUERY, ListQuery } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { testProviders, useLanguage } from '@testing/setup';
import { CellDirective } from './cell.directive';
import { DataTableComponent } from './data-table.component';
import { TableColumn } from './table.model';

interface Row { readonly id: string; readonly name: string; readonly amount: number }
const ROWS: readonly Row[] = Array.from({ length: 120 }, (_, index) => ({ id: `r${index}`, name: `Deal ${index}`, amount: index }));

@Component({
  imports: [DataTableComponent, CellDirective],
  template: `<div style="inline-size: 900px; --crm-table-height: 400px"><crm-data-table label="Deals" [columns]="columns" [store]="store" [rowLink]="link" (queryChange)="asked.set($event)"><ng-template crmCell="name" [crmCellOf]="store.items()" let-row><b>{{ row.name }}</b></ng-template><p slot="empty">None yet</p></crm-data-table></div>`,
})
class HostComponent {
  rows: readonly Row[] = ROWS;
  readonly asked = signal<ListQuery | null>(null);
  readonly link = (row: Row): string => `/sell/deals/${row.id}`;
  readonly columns: readonly TableColumn<Row>[] = [
    { key: 'name', label: 'nav.deals', sort: 'name', card: 'title', filter: { field: 'name', kind: 'text' } },
    { key: 'amount', label: 'chart.value', align: 'end', sort: 'amount', text: (row) => `n${row.amount}`, card: 'aside', filter: { field: 'amount', kind: 'number' } },
    { key: 'status', label: 'chart.category', text: () => 's', filter: { field: 'status', kind: 'select', options: [{ value: 'won', label: 'Won' }] } },
    { key: 'closed', label: 'home.period', text: () => 'c', filter: { field: 'closed_at', kind: 'timestamp' } },
  ];
  readonly store = new ListStore<Row>((_query: ListQuery, { cursor, limit = 50 }: PageOptions): Promise<Page<Row>> => {
    const start = Number(cursor ?? 0);
    return Promise.resolve({ items: this.rows.slice(start, start + limit), next_cursor: start + limit < this.rows.length ? String(start + limit) : null, total: this.rows.length });
  });
}

describe('data table', () => {
  let fixture: ComponentFixture<HostComponent>;
  let page: HTMLElement;
  const phone = new BehaviorSubject({ matches: false, breakpoints: {} });
  const all = (selector: string): HTMLElement[] => [...page.querySelectorAll<HTMLElement>(selector)];

  beforeEach(async () => {
    localStorage.clear();
    phone.next({ matches: false, breakpoints: {} });
    TestBed.configureTestingModule({ providers: testProviders({ provide: BreakpointObserver, useValue: { observe: () => phone } }) });
    await useLanguage('en');
    fixture = TestBed.createComponent(HostComponent);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.componentInstance.store.reload();
    await drawn();
  });

  afterEach(() => page.remove());

  /** The virtual list measures after a frame; waits for rows or the deadline. */
  async function drawn(): Promise<void> {
    await fixture.whenStable();
    for (let turn = 0; turn < 60 && fixture.componentInstance.rows.length > 0 && all('.item, .card').length === 0; turn += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await fixture.whenStable();
    }
  }

  it('draws rows, templates and the count of how many', () => {
    expect(all('.item').length).toBeGreaterThan(10);
    expect(all('.item').length).toBeLessThan(60);
    expect(all('.item b')[0]?.textContent).toBe('Deal 0');
    expect(page.textContent).toMatch(/\d+ of 120/);
    expect(page.querySelector('[role=grid]')?.getAttribute('aria-rowcount')).toBe('120');
  });

  it('sorts up, down and not', async () => {
    const sort = async (): Promise<string> => {
      all('[role=columnheader] button')[0]?.click();
      const query = fixture.componentInstance.asked() ?? EMPTY_QUERY;
      await fixture.componentInstance.store.show(query);
      await fixture.whenStable();
      return `${query.sort}:${page.querySelector('[role=columnheader]')?.getAttribute('aria-sort')}`;
    };
    expect(await sort()).toBe('name:ascending');
    expect(await sort()).toBe('-name:descending');
    expect(await sort()).toBe(':none');
  });

  it('filters in place', async () => {
    all('.tools .crm-button')[0]?.click();
    await fixture.whenStable();
    const change = (selector: string, value: string, type = 'change'): ListQuery | null => {
      const control = page.querySelector(selector) as HTMLInputElement;
      control.value = value;
      control.dispatchEvent(new Event(type));
      return fixture.componentInstance.asked();
    };
    expect(change('.filters select', 'won')?.filters).toEqual([{ field: 'status', operator: 'eq', value: 'won' }]);
    expect(change('.filters input[type=number]', '5')?.filters).toEqual([{ field: 'amount', operator: 'gte', value: '5' }]);
    const dates = all('.filters input[type=date]') as HTMLInputElement[];
    const last = dates[1] as HTMLInputElement;
    last.value = '2026-03-31';
    last.dispatchEvent(new Event('change'));
    const query = fixture.componentInstance.asked() as ListQuery;
    expect(query.filters).toEqual([{ field: 'closed_at', operator: 'lt', value: '2026-04-01' }]);
    await fixture.componentInstance.store.show(query);
    await fixture.whenStable();
    expect((all('.filters input[type=date]')[1] as HTMLInputElement).value).toBe('2026-03-31');
    expect(page.querySelector('.badge')?.textContent).toBe('1');
    all('.tools .crm-button--ghost')[0]?.click();
    expect(fixture.componentInstance.asked()?.filters).toEqual([]);
  });

  it('searches and filters text after a pause', () => {
    jasmine.clock().install();
    try {
      const search = page.querySelector('.find input') as HTMLInputElement;
      search.value = ' acme ';
      search.dispatchEvent(new Event('input'));
      jasmine.clock().tick(300);
      expect(fixture.componentInstance.asked()?.q).toBe('acme');
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('is walked and opened by keyboard', async () => {
    const navigate = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    const press = async (key: string): Promise<string | null | undefined> => {
      const row = (document.activeElement?.matches('.item') ? document.activeElement : page.querySelector('.item[tabindex="0"]')) as HTMLElement;
      row.focus();
      row.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await fixture.whenStable();
      return (document.activeElement as HTMLElement).dataset['index'];
    };
    expect(await press('ArrowDown')).toBe('1');
    expect(await press('PageDown')).toBe('11');
    expect(await press('ArrowUp')).toBe('10');
    expect(await press('Home')).toBe('0');
    await press('Enter');
    expect(navigate).toHaveBeenCalledWith('/sell/deals/r0');
  });

  it('opens by click, but not when a control was meant', () => {
    const navigate = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    all('.item b')[2]?.click();
    expect(navigate).toHaveBeenCalledWith('/sell/deals/r2');
  });

  it('changes the height of rows and remembers it', async () => {
    const density = all('.tools .crm-icon-button')[0] as HTMLButtonElement;
    density.click();
    await fixture.whenStable();
    expect(localStorage.getItem('crm.density')).toBe('compact');
    expect((page.querySelector('.grid') as HTMLElement).style.getPropertyValue('--row')).toBe('28px');
    density.click();
  });

  it('shows cards on a phone, and more of them on demand', async () => {
    phone.next({ matches: true, breakpoints: {} });
    await fixture.whenStable();
    const before = fixture.componentInstance.store.items().length;
    expect(all('.card').length).toBe(before);
    expect(all('.card .title b')[0]?.textContent).toBe('Deal 0');
    all('.more')[0]?.click();
    await drawn();
    await fixture.whenStable();
    expect(all('.card').length).toBeGreaterThan(before);
    all('.tools .crm-button')[0]?.click();
    await fixture.whenStable();
    expect(all('.filter-sheet crm-column-filter').length).toBe(4);
  });

  it('tells nothing found from nothing there, and an error with a way on', async () => {
    fixture.componentInstance.rows = [];
    await fixture.componentInstance.store.show(EMPTY_QUERY);
    await fixture.whenStable();
    expect(page.textContent).toContain('None yet');
    await fixture.componentInstance.store.show({ ...EMPTY_QUERY, q: 'zzz' });
    await fixture.whenStable();
    expect(page.textContent).toContain('Nothing matches');
    fixture.componentInstance.store.problem.set({ status: 503, code: 'unavailable', title: '', detail: '', errors: [] });
    await fixture.whenStable();
    expect(page.querySelector('crm-problem')?.textContent).toContain('Not available right now');
  });
});
