import { Type } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { answerAll, Answers, signedIn } from '@testing/record.setup';
import { DuplicateListComponent } from './duplicate-list.component';
import { DuplicateReviewComponent } from './duplicate-review.component';
import { MergeListComponent } from './merge-list.component';
import { ProposalListComponent } from './proposal-list.component';

const PAIR = {
  id: 'p1', entity: 'contacts', similarity: 0.98, status: 'open', decided_at: null, created_at: '2026-11-29T10:00:00Z',
  reasons: [{ field: 'mobile', agreement: 'same', similarity: 1 }, { field: 'full_name', agreement: 'similar', similarity: 0.93 }, { field: 'email', agreement: 'different', similarity: 0 }],
  left: { id: 'l', full_name: 'Sara Haddad', email: null, email_opt_in: false, city: 'Dubai', mobile: '+9715', created_at: '2026-01-01' },
  right: { id: 'r', full_name: 'Sarah Hadad', email: 's@x.example', email_opt_in: true, city: null, mobile: '+9715', created_at: '2026-01-02' },
};
const MERGE = { id: 'm1', entity: 'contacts', survivor_id: 'l', loser_id: 'r', survivor: { name: 'Sara', name_ar: 'سارة' }, loser: { name: 'Sarah', name_ar: null }, merged_by: null, fields: [], moved: { crm_deals: 2, crm_activities: 1 }, created_at: '2026-11-29T10:00:00Z', undone_at: null };
const PROPOSAL = { id: 'n1', entity: 'accounts', entity_id: 'a', record: { name: 'Petra', name_ar: null }, provider: 'file', field: 'industry', current: 'Retail', proposed: 'Energy', status: 'open', created_at: '' };
const SEARCH = { id: 's1', entity: 'contacts', status: 'done', threshold: 0.85, compared: 1991, candidates: 3, created_at: '', finished_at: '2026-11-29T10:00:00Z', error: null };
const ANSWERS: Answers = {
  duplicates: { items: [PAIR], next_cursor: null }, 'duplicates/p1': PAIR, 'duplicates/searches': { items: [SEARCH], next_cursor: null }, merges: { items: [MERGE], next_cursor: null },
  'merges/fields': { items: [{ fields: ['full_name'], read_only: false }, { fields: ['email', 'email_opt_in'], read_only: false }, { fields: ['city'], read_only: false }, { fields: ['mobile'], read_only: false }], next_cursor: null },
  'enrichment/proposals': { items: [PROPOSAL], next_cursor: null },
};
const ALL = { read: 'all', write: 'all', delete: 'all' };

describe('duplicates', () => {
  let fixture: ComponentFixture<unknown>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const press = (selector: string): void => page().querySelector<HTMLElement>(selector)?.click();
  const refresh = async (answers: Answers = ANSWERS): Promise<string[]> => {
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return [...asked, ...await answerAll(answers)];
  };
  async function open<T>(component: Type<T>, inputs: Record<string, unknown> = {}, answers = ANSWERS): Promise<string[]> {
    fixture = TestBed.createComponent(component);
    for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    return refresh(answers);
  }
  beforeEach(() => signedIn('en', { contacts: ALL, accounts: ALL }));
  afterEach(() => {
    fixture.destroy();
    localStorage.clear();
  });

  it('are listed with their probability and reasons, beside the last search', async () => {
    const asked = await open(DuplicateListComponent);
    expect(asked).toContain('GET duplicates?entity=contacts&status=open&limit=50');
    for (const words of ['Sara Haddad', 'Sarah Hadad', '98%', 'Mobile', '1,991 pairs compared.', '3 new pairs found.']) expect(page().textContent).withContext(words).toContain(words);
    expect(page().textContent).withContext('what the person may not read').not.toContain('Leads');
    press('[data-test=search]');
    expect((await refresh({ ...ANSWERS, 'POST duplicates/searches': { ...SEARCH, id: 's2', status: 'queued' } }))[0]).toBe('POST duplicates/searches {"entity":"contacts","threshold":0.85}');
  });

  it('are merged as they are shown, after a question, and offer the way back', async () => {
    spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    spyOn(TestBed.inject(NoticeService), 'undoable').and.resolveTo(true);
    const say = spyOn(TestBed.inject(NoticeService), 'say');
    const go = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    await open(DuplicateReviewComponent, { id: 'p1' });
    expect(page().querySelector<HTMLInputElement>('[data-test=keep-right]')?.checked).withContext('the fuller one').toBeTrue();
    press('[data-test=keep-left]');
    fixture.detectChanges();
    press('[data-group=full_name] label:last-of-type input');
    fixture.detectChanges();
    expect(page().textContent).toContain('takes 2 values');
    press('[data-test=merge]');
    const asked = await refresh({ ...ANSWERS, 'POST duplicates/p1/merge': MERGE, 'POST merges/m1/undo': { ...MERGE, kept_fields: ['city'], kept_rows: 0 } });
    expect(asked[0]).toBe('POST duplicates/p1/merge {"survivor_id":"l","fields":{"full_name":"loser","email":"loser","email_opt_in":"loser","city":"survivor"}}');
    expect(asked).toContain('POST merges/m1/undo {}');
    expect(say.calls.mostRecent().args[0]).toContain('1 value or row');
    expect(go.calls.allArgs().map(([path]) => path)).toEqual(['/admin/duplicates?entity=contacts', '/admin/duplicates']);
  });

  it('are set aside and taken up again', async () => {
    const go = spyOn(TestBed.inject(Router), 'navigateByUrl').and.resolveTo(true);
    spyOn(TestBed.inject(NoticeService), 'undoable').and.resolveTo(false);
    await open(DuplicateReviewComponent, { id: 'p1' });
    press('[data-test=dismiss]');
    expect((await refresh({ ...ANSWERS, duplicates: { items: [PAIR, { ...PAIR, id: 'p2' }], next_cursor: null } }))[0]).toBe('POST duplicates/p1/dismiss {}');
    expect(go).toHaveBeenCalledOnceWith('/admin/duplicates/p2');
    fixture.destroy();
    await open(DuplicateReviewComponent, { id: 'p1' }, { ...ANSWERS, 'duplicates/p1': { ...PAIR, status: 'rejected' } });
    press('[data-test=reopen]');
    expect((await refresh())[0]).toBe('POST duplicates/p1/reopen {}');
  });

  it('have nothing to compare once a side is gone', async () => {
    await open(DuplicateReviewComponent, { id: 'p1' }, { ...ANSWERS, 'duplicates/p1': { ...PAIR, status: 'merged', right: null } });
    expect(page().querySelector('.gone')).not.toBeNull();
    expect(page().querySelector('[data-test=merge]')).toBeNull();
  });

  it('leave merges that can be taken back', async () => {
    await open(MergeListComponent, { entity: 'contacts' });
    for (const words of ['Sara', 'Sarah', '3']) expect(page().textContent).toContain(words);
    const say = spyOn(TestBed.inject(NoticeService), 'say');
    press('[data-test=undo-merge]');
    expect((await refresh({ ...ANSWERS, 'POST merges/m1/undo': { ...MERGE, kept_fields: [], kept_rows: 0 } }))[0]).toBe('POST merges/m1/undo {}');
    expect(say).toHaveBeenCalledOnceWith('The merge is undone. Everything is as it was.');
  });

  it('stand beside proposals, which a person takes or sets aside', async () => {
    await open(ProposalListComponent, { entity: 'accounts' });
    for (const words of ['Petra', 'Industry', 'Retail', 'Energy', 'file']) expect(page().textContent).withContext(words).toContain(words);
    press('crm-data-table .do button');
    expect((await refresh())[0]).toBe('POST enrichment/proposals/n1/accept {}');
    expect(page().textContent).not.toContain('Petra');
  });
});
