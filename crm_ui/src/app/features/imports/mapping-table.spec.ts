import { ComponentFixture, TestBed } from '@angular/core/testing';
import { answerAll, EDITOR, signedIn } from '@testing/record.setup';
import { CatalogueEntity, CatalogueField, ImportMapping, Preview, SavedMapping } from './import.model';
import { MappingTableComponent } from './mapping-table.component';
import { ProblemGroupsComponent } from './problem-groups.component';
import { WizardFile } from './wizard.store';

const field = (key: string, en: string, ar: string, more: Partial<CatalogueField> = {}): CatalogueField => ({ key, label: { en, ar }, type: 'text', required: false, ...more });
const NAME = field('legal_name', 'Legal name', 'الاسم القانوني', { required: true });
const TAGS = field('tags', 'Tags', 'الوسوم', { type: 'tags', reference: 'tags', can_create: true });
const TIER = field('custom.tier', 'Tier', 'الفئة', { type: 'choice', custom: true, required_for_new: true });
const ENTITY: CatalogueEntity = { entity: 'accounts', label: { en: 'Accounts', ar: 'الحسابات' }, fields: [NAME, TAGS, TIER] };
const MAPPING: ImportMapping = { columns: { Company: 'legal_name', Level: 'custom.tier' } };
const OLD: SavedMapping = {
  id: 'm1', name: 'Old', entity: 'accounts', created_at: '', updated_at: '', mapping: { columns: { Company: 'legal_name', Level: 'custom.old' }, constants: { 'custom.lost': 'x' } },
  outdated: [{ field: 'custom.old', code: 'mapping_field_archived', label: { en: 'Old tier', ar: 'فئة قديمة' } }, { field: 'custom.lost', code: 'mapping_unknown_field', label: null }],
};

describe('the mapping of columns', () => {
  afterEach(() => localStorage.clear());

  const fileOf = (mapping: ImportMapping): WizardFile => ({
    key: 1, file: new File([''], 'a.csv'), state: 'ready', entity: 'accounts', mapping, job: null, uploaded: 0, problem: null,
    preview: { columns: ['Company', 'Level'].map((name) => ({ name, samples: ['x'], field: null })) } as unknown as Preview,
  });
  async function open(language: 'en' | 'ar', mapping: ImportMapping, entity = ENTITY): Promise<{ fixture: ComponentFixture<MappingTableComponent>; page: HTMLElement; sent: ImportMapping[] }> {
    await signedIn(language, EDITOR);
    const fixture = TestBed.createComponent(MappingTableComponent);
    const sent: ImportMapping[] = [];
    fixture.componentRef.setInput('file', fileOf(mapping));
    fixture.componentRef.setInput('entity', entity);
    fixture.componentInstance.changed.subscribe((one) => sent.push(one));
    fixture.detectChanges();
    await answerAll({ 'imports/mappings': { items: [OLD] } });
    fixture.detectChanges();
    return { fixture, page: fixture.nativeElement as HTMLElement, sent };
  }
  const groups = (page: HTMLElement): unknown[] => [...(page.querySelector('tbody select')?.querySelectorAll('optgroup') ?? [])].map((one) => [one.label, [...one.querySelectorAll('option')].map((option) => option.textContent)]);
  const chosen = (page: HTMLElement): string[] => [...page.querySelectorAll<HTMLSelectElement>('tbody select')].map((one) => one.value);

  it('shows custom fields as a group of their own, in both languages, and keeps what is chosen', async () => {
    const english = await open('en', MAPPING);
    expect(groups(english.page)).toEqual([['Fields', ['Legal name *', 'Tags']], ['Custom fields', ['Tier *']]]);
    expect(chosen(english.page)).toEqual(['legal_name', 'custom.tier']);
    TestBed.resetTestingModule();
    const arabic = await open('ar', MAPPING);
    expect(groups(arabic.page)).toEqual([['الحقول', ['الاسم القانوني *', 'الوسوم']], ['الحقول المخصصة', ['الفئة *']]]);
    expect(arabic.page.textContent).not.toMatch(/imports\./);
    TestBed.resetTestingModule();
    const plain = await open('en', { columns: { Company: 'legal_name' } }, { ...ENTITY, fields: [NAME] });
    expect([groups(plain.page), chosen(plain.page)]).toEqual([[], ['legal_name', '']]);
  });

  it('says what new records need without standing in the way, and how tags are met that nobody made', async () => {
    const { page } = await open('en', { columns: { Company: 'legal_name', Level: 'tags' } });
    expect(page.querySelector('[data-test=needed]')?.textContent).toContain('New records also need: Tier');
    const policies = [...page.querySelectorAll<HTMLOptionElement>('fieldset option')].map((one) => one.value);
    expect(policies).toEqual(['error', 'create', 'empty']);
    TestBed.resetTestingModule();
    expect((await open('en', MAPPING)).page.querySelector('[data-test=needed]')).toBeNull();
  });

  it('says which fields of a saved mapping are gone, and leaves them out at a word', async () => {
    const { fixture, page, sent } = await open('ar', MAPPING);
    expect(page.querySelector('[data-test=gone]')).toBeNull();
    const picker = page.querySelector<HTMLSelectElement>('.tools select')!;
    picker.value = 'm1';
    picker.dispatchEvent(new Event('change'));
    expect(sent).toEqual([OLD.mapping]);
    fixture.componentRef.setInput('file', fileOf(sent[0]!));
    fixture.detectChanges();
    const told = page.querySelector('[data-test=gone]')?.textContent ?? '';
    for (const words of ['فئة قديمة', 'مؤرشف', 'custom.lost', 'لم يعد هذا الحقل موجوداً']) expect(told).withContext(words).toContain(words);
    expect(chosen(page)).toEqual(['legal_name', 'custom.old']);
    expect(page.querySelectorAll<HTMLSelectElement>('tbody select')[1]?.selectedOptions[0]?.textContent).toBe('فئة قديمة – غير متاح');
    page.querySelector<HTMLButtonElement>('[data-test=leave-out]')!.click();
    expect(sent[1]).toEqual({ columns: { Company: 'legal_name' }, constants: {} });
  });

  it('tells problems of custom fields with their bound and the ways out of unknown tags', async () => {
    await signedIn('ar', EDITOR);
    const fixture = TestBed.createComponent(ProblemGroupsComponent);
    const group = { value: 'x', suggestion: null, count: 1 };
    fixture.componentRef.setInput('entity', ENTITY);
    fixture.componentRef.setInput('fixable', true);
    fixture.componentRef.setInput('groups', [
      { ...group, field: 'custom.tier', code: 'too_small', message: '"custom.tier" must have at least 5 characters.' }, { ...group, field: 'custom.tier', code: 'pattern', message: '"custom.tier" must have the form [A-Z].' },
      { ...group, field: 'tags', code: 'reference_unknown', message: '', suggestion: 'Key' },
    ]);
    fixture.detectChanges();
    const page = fixture.nativeElement as HTMLElement;
    for (const words of ['الفئة', 'عن 5،', '[A-Z]', 'الوسوم', 'اقرأه «Key»', 'أنشئ الناقص']) expect(page.textContent).withContext(words).toContain(words);
  });
});
