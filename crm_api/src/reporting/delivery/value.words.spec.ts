import { readFileSync } from 'node:fs';
import type { Report } from './delivery.types.js';
import { reportFiles } from './report.files.js';
import { reportMail } from './report.mail.js';
import { knownValues, valueText } from './value.words.js';

const wordsOfScreens = (language: 'en' | 'ar'): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  (JSON.parse(readFileSync(new URL(`../../../../crm_ui/src/i18n/${language}/values.json`, import.meta.url), 'utf8')) as { values: Record<string, Record<string, string>> }).values;

const report: Report = {
  title: 'الصباح', of: 'dashboard', locale: 'ar', currency: 'USD', period: 'كل الوقت', watermark: null, consistent: true, link: 'https://crm.test',
  parts: [{
    id: 'regions', title: 'حسب المنطقة', definition: '', filters: '', cut: false, columns: [{ member: 'deals.region', title: 'المنطقة', kind: 'text' }, { member: 'deals.won_amount', title: 'الإيراد', kind: 'money' }],
    rows: [['EMEA', '3.00'], ['North Africa', '2.00'], ['Our own valley', '1.00'], [null, '0.50']],
  }],
};

describe('values in words', () => {
  it('are those of the screens, in both languages', () => {
    const column = (index: 0 | 1): unknown => Object.fromEntries(Object.entries(knownValues).map(([kind, values]) => [kind, Object.fromEntries(Object.entries(values).map(([key, pair]) => [key, pair[index]]))]));
    expect(column(0)).toEqual(wordsOfScreens('en'));
    expect(column(1)).toEqual(wordsOfScreens('ar'));
  });

  it('stand where people read, and files keep what the books have', async () => {
    const { html, text } = reportMail(report, { zone: 'UTC', foot: [] });
    for (const shown of [html, text]) {
      expect(shown).toContain('أوروبا والشرق الأوسط وأفريقيا');
      expect(shown).toContain('شمال أفريقيا');
      expect(shown).withContext('a region of the business itself').toContain('Our own valley');
      expect(shown).not.toMatch(/EMEA|North Africa/);
    }
    const [csv] = await reportFiles(report, ['csv']);
    expect(csv?.content.toString('utf8')).toMatch(/EMEA,3\.00\r\nNorth Africa,2\.00\r\nOur own valley,1\.00/);
    expect([valueText('deals.name', 'EMEA', 'ar'), valueText('region', 'toString', 'ar'), valueText('leads.channel', 'Referral', 'ar'), valueText('deals.region', 'emea', 'en')]).toEqual(['EMEA', 'toString', 'توصية', 'EMEA']);
  });
});
