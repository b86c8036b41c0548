import { TestBed } from '@angular/core/testing';
import { answerAll, EDITOR, signedIn } from '@testing/record.setup';
import { changesOf, valuesFrom } from '../record/form.model';
import { CustomFactsComponent } from './custom-facts.component';
import { choicesOfLines, CustomField, flatRecord, formFieldsOf, linesOfChoices, nestedChanges } from './custom.model';
import { RecordTagsComponent } from './record-tags.component';
import { segmentFilter, SegmentPickerComponent } from './segment-picker.component';

const made = { created_at: '', updated_at: '', entity: 'accounts', choices: [], required: false, unique: false, min: null, max: null, pattern: null, position: 1, archived: false } as const;
const FIELDS: CustomField[] = [
  { ...made, id: '1', key: 'tier', label: 'Tier', label_ar: 'الفئة', type: 'choice', choices: [{ value: 'a', label: 'First', label_ar: 'الأولى' }] },
  { ...made, id: '2', key: 'agreed', label: 'Agreed', label_ar: 'موافق', type: 'boolean' },
  { ...made, id: '3', key: 'wishes', label: 'Wishes', label_ar: 'الرغبات', type: 'multi_choice', choices: ['x', 'y'].map((value) => ({ value, label: value.toUpperCase(), label_ar: `«${value}»` })) },
  { ...made, id: '4', key: 'seats', label: 'Seats', label_ar: 'المقاعد', type: 'integer', required: true },
  { ...made, id: '5', key: 'met', label: 'Met', label_ar: 'اللقاء', type: 'datetime' },
];
const READER = { ...EDITOR, custom_fields: { read: 'all' }, tags: { read: 'all' }, segments: { read: 'all', write: 'own' } };

describe('custom fields', () => {
  afterEach(() => localStorage.clear());

  it('become fields of the form, whose changes are what the API takes', () => {
    const fields = formFieldsOf(FIELDS, 'ar');
    expect(fields.map(({ name, label, kind }) => [name, label, kind])).toEqual([['custom.tier', 'الفئة', 'select'], ['custom.agreed', 'موافق', 'yesno'], ['custom.wishes', 'الرغبات', 'choices'], ['custom.seats', 'المقاعد', 'number'], ['custom.met', 'اللقاء', 'datetime']]);
    const before = valuesFrom(fields, flatRecord({ custom: { tier: 'a', agreed: false, wishes: ['x', 'y'], met: '2026-03-31T12:05:00.000Z' } }));
    expect(before['custom.agreed']).toBe('false');
    expect(changesOf(fields, before, before)).toEqual({});
    const changes = changesOf(fields, before, { ...before, 'custom.tier': null, 'custom.agreed': 'true', 'custom.wishes': 'y', 'custom.seats': '7', city: 'x' });
    expect(nestedChanges({ city: 'Amman', ...changes })).toEqual({ city: 'Amman', custom: { tier: null, agreed: true, wishes: ['y'], seats: 7 } });
    expect(nestedChanges({ city: 'Amman' })).toEqual({ city: 'Amman' });
    expect(nestedChanges(changesOf(fields, {}, { 'custom.met': '2026-03-31T12:05' }))).toEqual({ custom: { met: new Date('2026-03-31T12:05').toISOString() } });
  });

  it('have choices that are written a line each', () => {
    const choices = choicesOfLines('a | First | الأولى\n\n b \nc | Third');
    expect(choices).toEqual([{ value: 'a', label: 'First', label_ar: 'الأولى' }, { value: 'b', label: 'b', label_ar: 'b' }, { value: 'c', label: 'Third', label_ar: 'Third' }]);
    expect(choicesOfLines(linesOfChoices(choices))).toEqual(choices);
  });

  it('are shown with their words, and not at all where there are none', async () => {
    await signedIn('ar', READER);
    const fixture = TestBed.createComponent(CustomFactsComponent);
    fixture.componentRef.setInput('entity', 'accounts');
    fixture.componentRef.setInput('values', { tier: 'a', agreed: false, wishes: ['x', 'y'] });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    expect(page.querySelector('section')).toBeNull();
    const asked = await answerAll({ 'custom-fields': { items: FIELDS, next_cursor: null } });
    fixture.detectChanges();
    expect(asked).toContain('GET custom-fields?entity=accounts');
    for (const words of ['الفئة', 'الأولى', 'لا', '«x»', '«y»', '–']) expect(page.textContent).withContext(words).toContain(words);
    expect(page.textContent).not.toMatch(/extend\.|record\./);
    fixture.componentRef.setInput('values', null);
    fixture.detectChanges();
    expect(page.querySelector('section')).toBeNull();
  });
});

describe('tags of a record', () => {
  afterEach(() => localStorage.clear());

  it('come off and go on at once, and go back where that is refused', async () => {
    await signedIn('en', READER);
    const fixture = TestBed.createComponent(RecordTagsComponent);
    fixture.componentRef.setInput('path', 'accounts/a1');
    fixture.componentRef.setInput('tags', [{ id: 't1', name: 'Key', color: '#123456' }]);
    fixture.componentRef.setInput('editable', true);
    fixture.detectChanges();
    await answerAll({ tags: { items: [{ id: 't1', name: 'Key', color: null }, { id: 't2', name: 'New', color: null }], next_cursor: null } });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    const names = (): string[] => [...page.querySelectorAll('bdi')].map((one) => one.textContent ?? '');
    page.querySelector<HTMLButtonElement>('button[aria-label="Remove tag Key"]')?.click();
    fixture.detectChanges();
    expect(names()).toEqual([]);
    const asked = await answerAll({ 'DELETE accounts/a1/tags/t1': new Error('No') });
    fixture.detectChanges();
    expect(asked).toContain('DELETE accounts/a1/tags/t1');
    expect(names()).toEqual(['Key']);
    fixture.componentRef.setInput('editable', false);
    fixture.detectChanges();
    expect(page.querySelector('button')).toBeNull();
  });
});

describe('the picker of segments', () => {
  afterEach(() => localStorage.clear());

  it('offers the saved lists, and to save one that has conditions', async () => {
    await signedIn('en', READER);
    const fixture = TestBed.createComponent(SegmentPickerComponent);
    fixture.componentRef.setInput('entity', 'accounts');
    fixture.componentRef.setInput('query', { q: '', sort: '', filters: [] });
    const chosen: unknown[] = [];
    fixture.componentInstance.queryChange.subscribe((query) => chosen.push(query));
    fixture.detectChanges();
    await answerAll({ segments: { items: [{ id: 's1', entity: 'accounts', name: 'Gulf', visibility: 'all', owner: null, mine: false }], next_cursor: null } });
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    expect([...page.querySelectorAll('option')].map((one) => one.textContent)).toEqual(['All records', 'Gulf']);
    expect(page.querySelector('[data-test=save-segment]')).toBeNull();
    const select = page.querySelector('select') as HTMLSelectElement;
    select.value = 's1';
    select.dispatchEvent(new Event('change'));
    expect(chosen).toEqual([{ q: '', sort: '', filters: [], segment: 's1' }]);
    fixture.componentRef.setInput('query', { q: '', sort: '', filters: [{ field: 'region', operator: 'eq', value: 'Gulf' }] });
    fixture.detectChanges();
    expect(page.querySelector('[data-test=save-segment]')).not.toBeNull();
    expect(segmentFilter({ filters: [{ field: 'x', operator: 'gte', value: '1' }, { field: 'x', operator: 'lt', value: '2' }] })).toEqual({ x: { gte: '1', lt: '2' } });
  });
});
