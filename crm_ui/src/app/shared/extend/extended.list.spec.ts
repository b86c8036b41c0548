import { TestBed } from '@angular/core/testing';
import { queryFromParams } from '@core/api/list.query';
import { answerAll, EDITOR, signedIn } from '@testing/record.setup';
import { AccountListComponent } from '../../features/accounts/account-list.component';
import type { Account } from '../record/record.model';
import { CustomField, CustomType } from './custom.model';
import { ExtendedList, extendedList } from './extended.list';

const READER = { ...EDITOR, custom_fields: { read: 'all' }, tags: { read: 'all' }, segments: { read: 'all' } };
const field = (key: string, type: CustomType, choices: CustomField['choices'] = []): CustomField => ({
  id: key, created_at: '', updated_at: '', entity: 'accounts', key, label: `The ${key}`, label_ar: `ال${key}`, type, choices, required: false, unique: false, min: null, max: null, pattern: null, position: 1, archived: false,
});
const CHOICES = [{ value: 'a', label: 'First', label_ar: 'الأولى' }, { value: 'b', label: 'Second', label_ar: 'الثانية' }];
const FIELDS = [field('code', 'text'), field('note', 'long_text'), field('seats', 'integer'), field('ratio', 'decimal'), field('acv', 'money'), field('live', 'date'), field('met', 'datetime'), field('vip', 'boolean'), field('tier', 'choice', CHOICES), field('wishes', 'multi_choice', CHOICES), field('site', 'url')];
const ANSWERS = { 'custom-fields': { items: FIELDS, next_cursor: null }, tags: { items: [{ id: 't1', name: 'Key', color: '#123456' }], next_cursor: null } };
const ROW = {
  custom: { code: '007', note: 'x'.repeat(900), seats: 1234, ratio: '0.125', acv: '12.50', live: '2026-03-31', met: '2026-03-31T12:05:00.000Z', vip: false, tier: 'a', wishes: ['a', 'b'], site: 'https://x.example' }, tags: [{ id: 't1', name: 'Key', color: null }],
} as unknown as Account;

async function made(): Promise<ExtendedList<Account>> {
  const list = TestBed.runInInjectionContext(() => extendedList<Account>('accounts'));
  await answerAll(ANSWERS);
  return list;
}

describe('what custom fields and tags add to a list', () => {
  afterEach(() => localStorage.clear());

  it('is columns with values by type, an order where the API has one, and filters', async () => {
    await signedIn('ar', READER);
    const columns = (await made()).columns();
    expect(columns.map((column) => column.text?.(ROW).slice(0, 30))).toEqual(['007', 'x'.repeat(30), '1,234', '0.125', jasmine.stringMatching('12.50'), jasmine.stringMatching('مارس'), jasmine.stringMatching('مارس'), 'لا', 'الأولى', 'الأولى، الثانية', 'https://x.example', undefined] as unknown as string[]);
    expect(columns.every((column) => column.text?.({ custom: null, tags: null } as Account) !== '')).toBeTrue();
    expect(columns[1]?.text?.(ROW).length).toBe(300);
    expect(columns.at(-1)?.chips?.(ROW).map(({ name }) => name)).toEqual(['Key']);
    expect(columns.at(-1)?.chips?.({ custom: null, tags: null } as Account)).toEqual([]);
    expect(columns.find(({ key }) => key === 'custom.site')?.href?.(ROW)).toBe('https://x.example');
    expect(columns.filter(({ sort }) => sort === undefined).map(({ key }) => key)).toEqual(['custom.note', 'custom.wishes', 'tags']);
    expect(columns.map(({ filter }) => filter?.kind)).toEqual(['text', 'text', 'number', 'number', 'number', 'date', 'timestamp', 'select', 'many', 'many', 'text', 'many']);
    expect(columns.find(({ key }) => key === 'custom.tier')?.filter?.options?.[0]).toEqual({ value: 'a', label: 'الأولى' });
    expect(columns.at(-1)?.filter?.options).toEqual([{ value: 't1', label: 'Key' }]);
  });

  it('is the words of conditions', async () => {
    await signedIn('en', READER);
    const { words, nameOf } = await made();
    const say = words((name, value) => `${name}:${value}`);
    expect(['custom.code', 'tags', 'region'].map(nameOf)).toEqual(['The code', 'Tags', null]);
    expect([say('custom.code', '007'), say('custom.vip', 'false'), say('custom.tier', 'b'), say('custom.wishes', 'a'), say('custom.acv', '5'), say('custom.seats', '5000'), say('custom.live', '2026-03-31'), say('tags', 't1'), say('tags', 'gone'), say('region', 'Gulf')])
      .toEqual(['007', 'No', 'Second', 'First', '$5', '5,000', null, 'Key', '…', 'region:Gulf']);
  });

  it('is nothing while the features are off or the reader may not see them', async () => {
    await signedIn('en', READER, { crm_feature_custom_fields: false, crm_feature_tags: false });
    expect((await made()).columns()).toEqual([]);
    TestBed.resetTestingModule();
    await signedIn('en', EDITOR);
    expect((await made()).columns()).toEqual([]);
  });

  it('stands in the chips above the list, with its words', async () => {
    await signedIn('en', READER);
    const params = { 'filter[custom.tier][in]': 'a,b', 'filter[custom.live][gte]': '2026-03-31', 'filter[custom.code]': '007', 'filter[tags][in]': 't1' };
    const fixture = TestBed.createComponent(AccountListComponent);
    fixture.detectChanges();
    await answerAll(ANSWERS);
    void fixture.componentInstance['store'].show(queryFromParams(params));
    const asked = await answerAll(ANSWERS);
    fixture.detectChanges();
    expect(asked.some((line) => line.startsWith('GET accounts?') && line.includes('filter[custom.tier][in]=a,b'))).toBeTrue();
    const chips = [...(fixture.nativeElement as HTMLElement).querySelectorAll('crm-filter-chips li')].map((chip) => chip.textContent?.replace(/\s+/g, ' ').trim());
    expect(chips).toEqual(['The tier First, Second', 'The live from Mar 31, 2026', 'The code 007', 'Tags Key']);
  });
});
