import { Problem } from '@core/api/problem';
import { activityTone } from './activities.component';
import { changesOf, FormField, inWords, missingOf, plainValue, valuesFrom } from './form.model';
import { countryName, dayOf, isRecent, localName, namePair, placeOf, plainNumber } from './names';
import { StoryEntry } from './record.model';
import { isEcho, nameInSummary, storyWords, StoryReader } from './story.words';

const KNOWN = new Set(['record.story.moved', 'record.story.lost', 'record.story.deals.created', 'record.story.deals.updated', 'record.story.any.import_created', 'record.story.subscriptions.new', 'record.story.perMonth', 'record.fields.close_date', 'record.comma']);
const reader: StoryReader = { text: (key) => (KNOWN.has(key) ? `[${key}]` : key), stageName: ({ name }) => `${name}!`, nameOf: ({ name }) => name, money: (value, currency) => `${String(value)} ${currency ?? ''}` };
const entry = (kind: string, data: Record<string, unknown> = {}, more: Partial<StoryEntry> = {}): StoryEntry => ({ id: kind, occurred_at: '2026-01-01T00:00:00Z', entity: 'deals', entity_id: 'd', kind, summary: `deal ${kind}: Big order`, data, actor: null, ...more });

describe('words of a story', () => {
  it('tell a move with both stages, and its end', () => {
    const words = storyWords(entry('stage_changed', { from: { id: '1', name: 'Engaging' }, to: { id: '2', name: 'Lost', kind: 'lost' } }), reader);
    expect(words).toEqual(jasmine.objectContaining({ title: '[record.story.lost]', from: 'Engaging!', to: 'Lost!', icon: 'circle-x', tone: 'lost' }));
    expect(storyWords(entry('stage_changed', { from: null, to: { id: '2', name: 'B', kind: 'open' } }), reader)).toEqual(jasmine.objectContaining({ title: '[record.story.moved]', from: null, to: 'B!' }));
  });

  it('name the changed fields, leaving out what follows by itself', () => {
    expect(storyWords(entry('updated', { fields: ['close_date', 'closed_at', 'own_field'] }), reader).detail).toBe('[record.fields.close_date][record.comma]own field');
    expect(storyWords(entry('created'), reader)).toEqual(jasmine.objectContaining({ title: '[record.story.deals.created]', name: 'Big order', icon: 'plus' }));
    expect(storyWords(entry('import.created'), reader).title).toBe('[record.story.any.import_created]');
  });

  it('tell subscriptions by their money', () => {
    const words = storyWords(entry('new', { mrr_before: '0.00', mrr_after: '10.00' }, { entity: 'subscriptions', summary: 'Core Platform: new to 10.00 AED a month' }), reader);
    expect([words.from, words.to, words.name, words.detail]).toEqual(['0.00 AED', '10.00 AED', 'Core Platform', '[record.story.perMonth]']);
  });

  it('keep what the server wrote for a kind that nobody knows', () => {
    expect(storyWords(entry('strange'), reader)).toEqual(jasmine.objectContaining({ title: 'deal strange: Big order', icon: 'activity', name: null }));
    expect(nameInSummary(entry('x', {}, { summary: 'Created by import' }))).toBeNull();
  });

  it('leave out the echo of a move', () => {
    const [move, echo, own] = [entry('stage_changed'), entry('updated', { fields: ['stage_id', 'status'] }), entry('updated', { fields: ['name'] })];
    expect([isEcho(echo, [move, echo]), isEcho(own, [move, own]), isEcho(echo, [echo])]).toEqual([true, false, false]);
  });
});

describe('names and numbers', () => {
  it('put the name in the language of the reader first', () => {
    expect(namePair('ar', 'River', 'النهر')).toEqual({ first: 'النهر', second: 'River' });
    expect(namePair('en', 'River', 'النهر')).toEqual({ first: 'River', second: 'النهر' });
    expect(namePair('ar', 'River', ' ')).toEqual({ first: 'River', second: null });
    expect(localName('ar', { name: 'Won', name_ar: 'رابحة' })).toBe('رابحة');
  });

  it('name countries and places', () => {
    expect([countryName('eg', 'ar'), countryName('EG', 'en'), countryName('1', 'en')]).toEqual(['مصر', 'Egypt', '1']);
    expect(placeOf('Toronto', null, ', ')).toBe('\u2068Toronto\u2069');
    expect(dayOf(new Date(2026, 0, 5))).toBe('2026-01-05');
  });

  it('read what people type', () => {
    expect([plainNumber('١٢٬٥٠٠٫٧٥'), plainNumber(' 12,500.5 '), plainNumber('۱۲'), plainNumber('12x'), plainNumber('  ')]).toEqual(['12500.75', '12500.5', '12', '12x', null]);
  });

  it('know what is near and what is late', () => {
    const now = Date.parse('2026-01-10T00:00:00Z');
    expect([isRecent('2026-01-05T00:00:00Z', now), isRecent('2025-01-05T00:00:00Z', now), isRecent(null, now)]).toEqual([true, false, false]);
    expect([activityTone({ status: 'planned', due_at: '2026-01-01T00:00:00Z' }, now), activityTone({ status: 'planned', due_at: null }, now), activityTone({ status: 'done', due_at: null }, now), activityTone({ status: 'cancelled', due_at: null }, now)]).toEqual(['risk', 'accent', 'won', 'neutral']);
  });
});

describe('form values', () => {
  const FIELDS: FormField[] = [
    { name: 'name', label: 'Name', kind: 'text', required: true }, { name: 'account_id', label: 'Account', kind: 'reference' },
    { name: 'expected_value', label: 'Value', kind: 'money' }, { name: 'employee_count', label: 'n', kind: 'number' }, { name: 'sms_opt_in', label: 's', kind: 'check' },
  ];

  it('come from a record and go back as changes only', () => {
    const before = valuesFrom(FIELDS, { name: 'A', account: { id: '1', name: 'One' }, expected_value: '5.00', employee_count: 3, sms_opt_in: false });
    expect(before).toEqual({ name: 'A', account_id: { id: '1', name: 'One' }, expected_value: '5.00', employee_count: '3', sms_opt_in: false });
    expect(changesOf(FIELDS, before, before)).toEqual({});
    expect(changesOf(FIELDS, before, { ...before, name: ' B ', account_id: null, employee_count: '٤', sms_opt_in: true })).toEqual({ name: 'B', account_id: null, employee_count: 4, sms_opt_in: true });
    expect(valuesFrom(FIELDS, null, { name: 'N' })['name']).toBe('N');
  });

  it('miss what is needed, and send what is no number as it was typed', () => {
    expect([...missingOf(FIELDS, { name: ' ' })]).toEqual(['name']);
    expect(plainValue('number', '12x')).toBe('12x');
    expect(plainValue('url', 'example.com')).toBe('https://example.com');
    expect(plainValue('url', 'http://example.com')).toBe('http://example.com');
  });

  it('have their problems in the language of the reader', () => {
    const problem: Problem = { status: 422, code: 'validation_failed', title: '', detail: '', errors: [{ path: 'fingerprint', code: 'unique', message: 'm' }, { path: 'x', code: 'odd', message: 'own' }] };
    expect(inWords(problem, (key) => (key === 'record.errors.unique' ? 'Taken' : key)).errors.map(({ path, message }) => [path, message])).toEqual([['legal_name', 'Taken'], ['x', 'own']]);
  });
});
