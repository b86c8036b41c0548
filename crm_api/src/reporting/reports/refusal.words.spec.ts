import { readdirSync, readFileSync } from 'node:fs';
import { refusals, refused } from './engine/report.errors.js';

type Words = Readonly<Record<string, unknown>>;
const words = (language: 'en' | 'ar', file: string, key: string): Words => (JSON.parse(readFileSync(new URL(`../../../../crm_ui/src/i18n/${language}/${file}.json`, import.meta.url), 'utf8')) as Record<string, Words>)[key] ?? {};
const namesIn = (text: string): string[] => [...text.matchAll(/\{+(\w+)\}+/g)].map(([, name = '']) => name).sort();

// What the parts of reports throw stands in files of its own: their sources say which codes there are.
const sources = ['./', './engine/', './export/', './export/journal/', './saved/', '../alerts/', '../delivery/'].flatMap((folder) => {
  const own = new URL(`../../../src/reporting/reports/${folder}`, import.meta.url);
  return readdirSync(own).filter((name) => name.endsWith('.errors.ts')).map((name) => readFileSync(new URL(name, own), 'utf8'));
});
const codes = (pattern: RegExp): string[] => [...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, code = '']) => code)))];

describe('refusals of reports', () => {
  for (const language of ['en', 'ar'] as const) {
    it(`have words in ${language} for each code, which name what the refusal names`, () => {
      const own = words(language, 'refusals', 'refusals');
      for (const [code, text] of Object.entries(refusals)) expect([code, namesIn(String(own[code]))]).toEqual([code, namesIn(text)]);
      const fields = codes(/path[^}]*?code: '(\w+)'/g);
      expect(fields.length).toBeGreaterThan(10);
      for (const code of fields) expect(typeof own[code]).withContext(code).toBe('string');
      // What is one of two, and what the kernel makes of a name.
      const whole = [...codes(/new CrmError\(\d+, '(\w+)'/g), 'too_many_reports', 'too_many_folders', 'report_not_found', 'report_folder_not_found'];
      expect(whole.length).toBeGreaterThan(8);
      const problems = words(language, 'shared', 'problems');
      for (const code of whole) {
        const { title, cure } = (problems[code] ?? {}) as { title?: string; cure?: string };
        expect([typeof title, typeof cure]).withContext(code).toEqual(['string', 'string']);
      }
    });
  }

  it('carry what they name, so that others can tell it in their words', () => {
    const { message, errors } = refused('values.0.calculation', 'report_units_unfit', { op: '+', left: 'money', right: 'days' });
    expect(errors?.[0]?.params).toEqual({ op: '+', left: 'money', right: 'days' });
    expect(message).toContain('A value in money and one in days cannot be joined by "+"');
  });
});
