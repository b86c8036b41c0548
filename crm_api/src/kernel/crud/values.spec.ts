import Joi from 'joi';
import { sharedData } from '../../testing/shared.data.js';
import { startApi, type Caller, type Json, type TestApi } from '../../testing/api.testing.js';
import { field, type Field } from './fields.js';
import { inputSchema, isDate, strictBody, toE164, toInstant } from './values.js';

const check = (one: Field, value: unknown, siblings: object = {}): unknown => {
  const result = Joi.object({ x: inputSchema(one), country_code: Joi.any() }).prefs(strictBody).validate({ x: value, ...siblings });
  return result.error ? result.error.details.map((detail) => detail.type) : (result.value as { x: unknown }).x;
};

describe('values', () => {
  it('take money as text or number, exactly or not at all', () => {
    const money = field.money('A value.');
    expect(check(money, '10')).toBe('10');
    expect(check(money, 10.25)).toBe('10.25');
    expect(check(money, '-9999999999999999.99')).toBe('-9999999999999999.99');
    for (const wrong of ['1,000', '1e3', '10.255', 10.255, 1e21, ' 1', 'NaN', '10000000000000000000', '0x10', '+1', '.5']) expect(check(money, wrong)).withContext(String(wrong)).toEqual(['crm.money']);
    for (const wrong of [true, {}, [1]]) expect(check(money, wrong)).toEqual(['alternatives.types']);
    expect(check(field.money('A value.', { min: 0 }), -1)).toEqual(['number.min']);
    expect(check(money, null)).toBeNull();
  });

  it('take only days and instants that exist and can be stored', () => {
    expect(isDate('2024-02-29')).toBeTrue();
    for (const wrong of ['2023-02-29', '2026-13-01', '2026-04-31', '26-01-01', '1899-12-31', '2300-01-01', '0000-00-00', '2026-1-1']) expect(isDate(wrong)).withContext(wrong).toBeFalse();
    expect(toInstant('2026-03-31T14:05:00+04:00')).toBe('2026-03-31T10:05:00.000Z');
    expect(toInstant('2026-03-31 14:05Z')).toBe('2026-03-31T14:05:00.000Z');
    expect(toInstant('2026-03-31T14:05:00.123456+0400')).toBe('2026-03-31T10:05:00.123Z');
    expect(toInstant('2026-03-31')).toBe('2026-03-31T00:00:00.000Z');
    for (const wrong of ['2026-03-31T14:05:00', '2026-02-30T00:00:00Z', '2026-03-31T24:00:00Z', '2026-03-31T14:60:00Z', 'now', '']) expect(toInstant(wrong)).withContext(wrong).toBeNull();
  });

  it('take codes of ISO 4217 and 3166', () => {
    expect([check(field.currency('A value.'), 'AED'), check(field.currency('A value.'), 'aed'), check(field.currency('A value.'), 'ZZZ')]).toEqual(['AED', ['crm.currency'], ['crm.currency']]);
    expect([check(field.country('A value.'), 'EG'), check(field.country('A value.'), 'ZZ'), check(field.country('A value.'), 'eg')]).toEqual(['EG', ['crm.country'], ['crm.country']]);
  });

  it('bring phone numbers into E.164, national ones beside a country', () => {
    expect(check(field.phone('A value.'), '+1 (415) 555-2671')).toBe('+14155552671');
    expect(check(field.phone('A value.'), '0501234567', { country_code: 'AE' })).toBe('+971501234567');
    expect(check(field.phone('A value.'), '0501234567')).toEqual(['crm.phone']);
    const data = sharedData('validation/phone.examples.mobile.json');
    if (data === null) return pending('shared/data/validation is missing: the 245 mobile numbers were not checked');
    const examples = JSON.parse(data) as Record<string, string>;
    for (const [region, number] of Object.entries(examples)) expect(toE164(number, region)).withContext(`${region} ${number}`).toMatch(/^\+[1-9]\d{1,14}$/);
    expect(Object.keys(examples).length).toBe(245);
  });

  it('refuse text that Postgres or JSON could not give back', () => {
    const text = field.text('A value.', { required: true, max: 5 });
    expect([check(text, 'a\u0000'), check(text, '\ud800'), check(text, '  '), check(text, ''), check(text, '123456')]).toEqual([['crm.text'], ['crm.text'], ['crm.blank'], ['string.empty'], ['string.max']]);
    expect(check(field.text('A value.'), '')).toBe('');
  });
});

describe('naughty strings', () => {
  let api: TestApi;
  let admin: Caller;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.as('admin');
  }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('are stored and given back unharmed, and break no search', async () => {
    const data = sharedData('validation/naughty_strings.json');
    if (data === null) return pending('shared/data/validation is missing: the naughty strings were not tried');
    const strings = (JSON.parse(data) as string[]).filter((text) => text.trim() !== '' && text.length <= 200);
    expect(strings.length).toBeGreaterThan(450);
    for (const text of strings) {
      const made = await admin.post('/contacts', { full_name: text });
      if (text.includes('\u0000') || Buffer.from(text, 'utf8').toString('utf8') !== text) {
        expect(made.status).withContext(JSON.stringify(text)).toBe(422);
        continue;
      }
      expect(made.status).withContext(`${JSON.stringify(text)} ${made.text}`).toBe(201);
      expect(made.body['full_name']).toBe(text);
      const found = await admin.get<{ items: Json[] }>(`/contacts?limit=200&q=${encodeURIComponent(text)}`);
      expect(found.status).withContext(`${JSON.stringify(text)} ${found.text.slice(0, 200)}`).toBe(200);
      expect(found.body.items.find((one) => one.id === made.body.id)?.['full_name']).withContext(JSON.stringify(text)).toBe(text);
    }
  }, 120_000);
});
