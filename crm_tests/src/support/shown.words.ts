import { readFileSync } from 'node:fs';

type Tree = { readonly [key: string]: string | Tree };
const root = new URL('../../../crm_ui/src/i18n/', import.meta.url);
const read = (language: string, file: string): Tree => JSON.parse(readFileSync(new URL(`${language}/${file}.json`, root), 'utf8')) as Tree;
const kinds: Readonly<Record<string, string>> = { channel: 'source', lead_source: 'source' };
const texts = new Map<string, Tree>();

/** A text of the screens by its path, or null. */
function text(language: string, file: string, ...path: string[]): string | null {
  const tree = texts.get(`${language} ${file}`) ?? read(language, file);
  texts.set(`${language} ${file}`, tree);
  let at: string | Tree | undefined = tree;
  for (const step of path) at = typeof at === 'object' ? at[step] : undefined;
  return typeof at === 'string' ? at : null;
}

/** What a group of a report is called on the screen: the words of a value that the product knows, a quarter by its first day, and the total of all, which has no split. */
export function words(member: string, value: string | null, language: 'en' | 'ar'): string {
  if (member === '') return text(language, 'report', 'report', 'total') ?? '';
  if (value === null || value === '') return text(language, 'home', 'home', 'charts', 'none') ?? '';
  if (member.endsWith('.quarter')) {
    const [year = '', month = ''] = value.split('-');
    const quarter = Math.ceil(Number(month) / 3);
    return language === 'ar' ? `الربع ${quarter} ${year}` : `Q${quarter} ${year}`;
  }
  const plain = value.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return text(language, 'values', 'values', kinds[member] ?? member, plain) ?? text(language, 'home', 'home', 'values', member, plain) ?? text(language, 'shared', 'status', plain) ?? value;
}
