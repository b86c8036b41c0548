import { Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Page } from '@core/api/api.client';
import { ListQuery } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { EDITOR, signedIn } from '@testing/record.setup';
import { CheckMenuComponent } from './check-menu.component';
import { ColumnChoiceService } from './column-choice.service';
import { DataTableComponent } from './data-table.component';
import { TableColumn } from './table.model';

interface Row { readonly id: string; readonly name: string }

@Component({
  imports: [DataTableComponent],
  template: `<div style="inline-size: 900px; --crm-table-height: 300px"><crm-data-table label="Deals" list="deals" [columns]="columns" [extras]="extras" [store]="store" (queryChange)="ask($event)" /></div>`,
})
class HostComponent {
  readonly asked = signal<ListQuery | null>(null);
  readonly columns: readonly TableColumn<Row>[] = [
    { key: 'name', label: 'nav.deals', card: 'title', text: (row) => row.name },
    { key: 'status', label: 'chart.category', text: () => 's', filter: { field: 'status', kind: 'select', options: [{ value: 'won', label: 'Won' }] } },
  ];
  readonly extras: readonly TableColumn<Row>[] = [
    { key: 'custom.seats', label: 'x', name: 'Seats', text: () => '7', sort: 'custom.seats', filter: { field: 'custom.seats', kind: 'number', whole: true } },
    { key: 'custom.code', label: 'x', name: 'Code', text: () => 'AB', href: () => 'tel:1', filter: { field: 'custom.code', kind: 'text', exact: true } },
    { key: 'tags', label: 'extend.tags.title', chips: () => ['A', 'B', 'C'].map((name) => ({ name, color: null })), filter: { field: 'tags', kind: 'many', options: ['x', 'y'].map((value) => ({ value, label: value.toUpperCase() })) } },
  ];
  readonly store = new ListStore<Row>((): Promise<Page<Row>> => Promise.resolve({ items: [{ id: 'r1', name: 'One' }], next_cursor: null, total: 1 }));

  ask(query: ListQuery): void {
    this.asked.set(query);
    void this.store.show(query);
  }
}

describe('columns of a list', () => {
  let fixture: ComponentFixture<HostComponent>;
  let page: HTMLElement;
  const all = <T extends HTMLElement>(selector: string, from: ParentNode = page): T[] => [...from.querySelectorAll<T>(selector)];
  const heads = (): (string | undefined)[] => all('.head [role=columnheader]').map((head) => head.textContent?.trim());
  const filters = (): ListQuery['filters'] | undefined => fixture.componentInstance.asked()?.filters;

  beforeEach(async () => {
    await signedIn('en', EDITOR);
    await begin();
  });
  afterEach(() => {
    page.remove();
    localStorage.clear();
  });

  async function begin(): Promise<void> {
    fixture = TestBed.createComponent(HostComponent);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.componentInstance.store.reload();
    await fixture.whenStable();
  }
  async function press(selector: string): Promise<void> {
    page.querySelector<HTMLElement>(selector)?.click();
    await fixture.whenStable();
  }
  /** Ticks or clears a box of the menu that is open. */
  async function tick(key: string): Promise<void> {
    document.querySelector<HTMLInputElement>(`.panel input[data-key="${key}"]`)?.click();
    await fixture.whenStable();
  }
  async function close(): Promise<void> {
    document.querySelector('.panel input')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await fixture.whenStable();
  }
  async function change(selector: string, value: string): Promise<void> {
    const control = page.querySelector(selector) as HTMLInputElement;
    control.value = value;
    control.dispatchEvent(new Event('change'));
    await fixture.whenStable();
  }

  it('are chosen, remembered for the person and the list, and brought back', async () => {
    expect(heads()).toEqual(['Deals', 'Category']);
    await press('[data-test=columns] button');
    expect(all<HTMLInputElement>('.panel input', document).map(({ checked, disabled }) => [checked, disabled])).toEqual([[true, true], [true, false], [false, false], [false, false], [false, false]]);
    const seen = spyOn(Element.prototype, 'scrollIntoView');
    await tick('custom.seats');
    await tick('tags');
    await tick('status');
    expect(seen.calls.all().map(({ object }) => (object as HTMLElement).dataset['column'])).toEqual(['custom.seats', 'tags']);
    expect(heads()).toEqual(['Deals', 'Seats', 'Tags']);
    expect(page.querySelector('.grid')?.getAttribute('style')).toContain('360px');
    await close();
    expect(document.querySelector('.panel')).toBeNull();
    expect(JSON.parse(localStorage.getItem('crm.columns.v1.u1.deals') ?? '')).toEqual({ hidden: ['status'], added: ['custom.seats', 'tags'] });
    expect(TestBed.inject(ColumnChoiceService).of('accounts')).toEqual({ hidden: [], added: [] });
    page.remove();
    await begin();
    expect(heads()).toEqual(['Deals', 'Seats', 'Tags']);
    await press('[data-test=columns] button');
    document.querySelector<HTMLElement>('[data-test=reset-columns]')?.click();
    await fixture.whenStable();
    expect(heads()).toEqual(['Deals', 'Category']);
    expect(localStorage.getItem('crm.columns.v1.u1.deals')).toBeNull();
  });

  it('are the usual ones where what was kept cannot be read or is gone', async () => {
    const choice = TestBed.inject(ColumnChoiceService);
    for (const [list, kept] of [['a', '{'], ['b', '7'], ['c', '{"hidden":"x","added":[1]}']]) {
      localStorage.setItem(`crm.columns.v1.u1.${list}`, kept as string);
      expect(choice.of(list as string)).withContext(kept as string).toEqual({ hidden: [], added: [] });
    }
    choice.show('deals', 'custom.gone', { usual: false, shown: true });
    choice.show('deals', 'name', { usual: true, shown: false });
    await fixture.whenStable();
    expect(heads()).toEqual(['Deals', 'Category']);
  });

  it('sort by what the API sorts by', async () => {
    TestBed.inject(ColumnChoiceService).show('deals', 'custom.seats', { usual: false, shown: true });
    await fixture.whenStable();
    await press('.head [role=columnheader] button');
    expect(fixture.componentInstance.asked()?.sort).toBe('custom.seats');
  });

  it('are walked by arrows and closed by Escape, which gives the focus back', async () => {
    const button = page.querySelector<HTMLElement>('[data-test=columns] button');
    button?.focus();
    button?.click();
    await fixture.whenStable();
    const arrow = (key: string): void => { document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); };
    document.querySelector<HTMLElement>('.panel input:not(:disabled)')?.focus();
    arrow('ArrowDown');
    expect((document.activeElement as HTMLElement).dataset['key']).toBe('custom.seats');
    arrow('ArrowUp');
    arrow('ArrowUp');
    expect((document.activeElement as HTMLElement).dataset['key']).toBe('tags');
    await close();
    expect(document.activeElement).toBe(button);
  });

  it('filter though they are not shown: picked, set, and let go', async () => {
    await press('.tools > .crm-button');
    expect(all('crm-further-filters crm-column-filter').length).toBe(0);
    await press('[data-test=further-filters] button');
    await tick('custom.seats');
    await close();
    expect(all('crm-further-filters .one').map((one) => one.textContent?.trim())).toEqual(['Seats']);
    await change('crm-further-filters input[type=number]', '1.5');
    expect(filters()).toEqual([{ field: 'custom.seats', operator: 'gte', value: '2' }]);
    await press('[data-test=further-filters] button');
    await tick('custom.seats');
    await close();
    expect(filters()).toEqual([]);
    expect(all('crm-further-filters .one').length).toBe(0);
  });

  it('filter by several values, and by text in two ways', async () => {
    const choice = TestBed.inject(ColumnChoiceService);
    for (const key of ['tags', 'custom.code']) choice.show('deals', key, { usual: false, shown: true });
    await fixture.whenStable();
    await press('.tools > .crm-button');
    await press('.filters crm-check-menu button');
    await tick('x');
    await tick('y');
    expect(filters()).toEqual([{ field: 'tags', operator: 'in', value: 'x,y' }]);
    await tick('x');
    await close();
    expect(filters()).toEqual([{ field: 'tags', operator: 'in', value: 'y' }]);
    expect(page.querySelector('.filters crm-check-menu button')?.getAttribute('aria-label')).toBe('Filter Tags: Y');
    const store = fixture.componentInstance.store;
    await store.show({ ...store.query(), filters: [{ field: 'custom.code', operator: 'contains', value: 'AB' }] });
    await fixture.whenStable();
    await change('.filters select.how', 'eq');
    expect(filters()).toEqual([{ field: 'custom.code', operator: 'eq', value: 'AB' }]);
    expect(page.querySelector<HTMLInputElement>('.filters input[type=search]')?.value).toBe('AB');
  });

  it('are not offered where a list has no name', async () => {
    const bare = TestBed.createComponent(DataTableComponent<Row>);
    for (const [key, value] of Object.entries({ columns: fixture.componentInstance.columns, store: fixture.componentInstance.store, label: 'x' })) bare.componentRef.setInput(key, value);
    await bare.whenStable();
    expect((bare.nativeElement as HTMLElement).querySelector('crm-column-menu')).toBeNull();
  });
});

describe('a menu of check boxes', () => {
  it('can be searched where it is long', async () => {
    await signedIn('en');
    const fixture = TestBed.createComponent(CheckMenuComponent);
    fixture.componentRef.setInput('label', 'Pick');
    fixture.componentRef.setInput('groups', [{ title: null, items: Array.from({ length: 20 }, (_, index) => ({ key: `k${index}`, label: `Field ${index}`, checked: false })) }]);
    await fixture.whenStable();
    (fixture.nativeElement as HTMLElement).querySelector('button')?.click();
    await fixture.whenStable();
    const word = document.querySelector('.panel .find') as HTMLInputElement;
    const look = async (text: string): Promise<number> => {
      word.value = text;
      word.dispatchEvent(new Event('input'));
      await fixture.whenStable();
      return document.querySelectorAll('.panel input[type=checkbox]').length;
    };
    expect(await look('field 1')).toBe(11);
    expect(await look('zzz')).toBe(0);
    expect(document.querySelector('.panel')?.textContent).toContain('Nothing found');
    localStorage.clear();
  });
});
