import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { ListQuery } from '@core/api/list.query';
import { answerAll, signedIn } from '@testing/record.setup';
import { ActivitiesComponent } from './activities.component';
import { AccountForm } from './account.form';
import { ContactForm } from './contact.form';
import { DealForm } from './deal.form';
import { FilterChipsComponent } from './filter-chips.component';
import { RelatedContactsComponent, RelatedDealsComponent } from './related.component';
import { RecordRemoval } from './removal.service';
import { NoticeService } from '../dialog/notice.service';
import { StoryComponent } from './story.component';

@Component({
  imports: [ActivitiesComponent, FilterChipsComponent, RelatedContactsComponent, RelatedDealsComponent, StoryComponent],
  template: `
    <crm-filter-chips [query]="query()" [words]="words" (queryChange)="query.set($event)" />
    <crm-story path="accounts/a1" /><crm-activities [filters]="[]" />
    <crm-related-deals title="Deals" none="None" [filters]="[]" /><crm-related-contacts title="People" none="None" [filters]="[]" />
  `,
})
class HostComponent {
  readonly query = signal<ListQuery>({ q: '', sort: '', filters: [
    { field: 'closed_at', operator: 'gte', value: '2026-01-01' }, { field: 'closed_at', operator: 'lt', value: '2026-04-01' }, { field: 'status', operator: 'in', value: 'won,lost' }, { field: 'source', operator: 'null', value: 'true' },
    { field: 'expected_value', operator: 'lte', value: '5000' }, { field: 'name', operator: 'contains', value: 'x' }, { field: 'city', operator: 'ne', value: 'y' }, { field: 'website', operator: 'lt', value: '3' },
  ] });
  readonly words = (field: string, value: string): string | null => (field === 'status' ? value.toUpperCase() : null);
}

const ENTRY = { id: 'e1', occurred_at: '2026-01-01T00:00:00Z', entity: 'deals', entity_id: 'd1', kind: 'created', summary: 'deal created: Big order', data: {}, actor: { id: 'u1', name: 'Anna' } };
const FORM = (): HTMLFormElement => document.querySelector('crm-record-form form') as HTMLFormElement;
const type = (index: number, value: string): void => {
  const input = FORM().querySelectorAll<HTMLInputElement>('.fields input')[index];
  if (!input) throw new Error('no input');
  input.value = value;
  input.dispatchEvent(new Event('input'));
};

describe('parts of records', () => {
  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
    localStorage.clear();
  });

  it('tell conditions, stories, activities and relations', async () => {
    await signedIn('en');
    const fixture = TestBed.createComponent(HostComponent);
    fixture.detectChanges();
    await answerAll({
      'accounts/a1/timeline': { items: [ENTRY], next_cursor: null },
      activities: { items: [{ id: 'x', kind: 'call', subject: 'Ask', status: 'planned', direction: 'outbound', outcome: null, due_at: '2020-01-01T00:00:00Z', occurred_at: null, duration_minutes: 5, body: null, owner: null, contact: null, deal: null }], next_cursor: null, total: 1 },
      deals: { items: [{ id: 'd1', name: 'Big order', status: 'won', expected_value: '5', currency: 'USD', closed_at: '2026-01-01T00:00:00Z', stage: null }], next_cursor: null, total: 3 },
      contacts: { items: [{ id: 'c1', full_name: 'Mona', full_name_ar: null, email: 'm@x', mobile: null, phone: null, job_title: 'Boss' }], next_cursor: null, total: 1 },
    });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    const chips = [...page.querySelectorAll('crm-filter-chips li')].map((chip) => chip.textContent?.replace(/\s+/g, ' ').trim());
    expect(chips).toEqual(['Closed from Jan 1, 2026 to Mar 31, 2026', 'Status WON, LOST', 'Source without a value', 'Value at most 5,000', 'Name “x”', 'City not y', 'Website below 3']);
    expect(page.querySelector('crm-story')?.textContent).toContain('Deal created');
    expect(page.querySelector('crm-story a')?.getAttribute('href')).toBe('/sell/deals/d1');
    expect(page.querySelector('crm-activities')?.textContent).toContain('Overdue');
    expect(page.querySelector('crm-related-deals header a')).not.toBeNull();
    expect(page.querySelector('crm-related-contacts a[href="mailto:m@x"]')).not.toBeNull();
    page.querySelector<HTMLElement>('crm-filter-chips button')?.click();
    expect(fixture.componentInstance.query().filters.some(({ field }) => field === 'closed_at')).toBeFalse();
  });

  it('are created in a panel that says what is missing and what the server refuses', async () => {
    await signedIn('en');
    const done = TestBed.inject(AccountForm).create();
    await answerAll({});
    FORM().dispatchEvent(new Event('submit'));
    TestBed.tick();
    expect(FORM().textContent).toContain('Fill this in.');
    type(0, 'River');
    FORM().dispatchEvent(new Event('submit'));
    await answerAll({ 'POST accounts': new Error('taken') });
    TestBed.tick();
    expect(FORM().querySelector('crm-problem')).not.toBeNull();
    FORM().dispatchEvent(new Event('submit'));
    const asked = await answerAll({ 'POST accounts': { id: 'a9' } });
    expect(asked[0]).toBe('POST accounts {"lifecycle":"prospect","currency":"USD","legal_name":"River"}');
    expect(((await done) as { id: string }).id).toBe('a9');
  });

  it('are edited by their changes only', async () => {
    await signedIn('ar');
    const contact = TestBed.inject(ContactForm).edit({ id: 'c1', full_name: 'Mona', sms_opt_in: false } as never);
    await answerAll({});
    type(0, 'Mona B');
    FORM().dispatchEvent(new Event('submit'));
    expect(await answerAll({ 'PATCH contacts/c1': { id: 'c1' } })).toEqual(['PATCH contacts/c1 {"full_name":"Mona B"}']);
    await contact;
  });

  it('find another record by a part of its name', async () => {
    await signedIn('en');
    void TestBed.inject(DealForm).create({ account_id: { id: 'a1', name: 'River' } });
    await answerAll({});
    const box = FORM().querySelectorAll<HTMLInputElement>('crm-reference-picker input')[1];
    expect(FORM().querySelector<HTMLInputElement>('crm-reference-picker input')?.value).toBe('River');
    box?.dispatchEvent(new Event('focusin'));
    box?.dispatchEvent(new Event('focus'));
    const asked = await answerAll({ contacts: { items: [{ id: 'c1', full_name: 'Mona', full_name_ar: 'منى' }], next_cursor: null } });
    expect(asked.some((line) => line.includes('filter[account_id]=a1'))).toBeTrue();
    const option = document.querySelector<HTMLElement>('mat-option');
    expect(option?.textContent).toContain('منى');
    option?.click();
    TestBed.tick();
    expect(box?.value).toBe('Mona');
  });

  it('come back after being deleted', async () => {
    await signedIn('en');
    spyOn(TestBed.inject(NoticeService), 'undoable').and.resolveTo(true);
    const done = TestBed.inject(RecordRemoval).remove('deals', 'd1', 'Deleted');
    expect(await answerAll({ 'DELETE deals/d1': {} })).toEqual(['DELETE deals/d1', 'POST deals/d1/restore {}']);
    await done;
  });
});
