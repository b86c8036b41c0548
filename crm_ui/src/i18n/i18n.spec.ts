import ar from './ar';
import en from './en';

type Texts = { readonly [key: string]: string | Texts };

function flat(texts: Texts, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else flat(value, `${prefix}${key}.`).forEach((text, path) => found.set(path, text));
  }
  return found;
}

const places = (text: string): string[] => [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}|\{(\w+), plural/g)].map((match) => match[1] ?? match[2] ?? ''))].sort();

describe('texts', () => {
  const english = flat(en);
  const arabic = flat(ar);

  it('are the same keys in both languages', () => {
    expect([...arabic.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('are never empty', () => {
    for (const [key, text] of [...english, ...arabic]) expect(text.trim()).withContext(key).not.toBe('');
  });

  it('have the same places for values', () => {
    for (const [key, text] of english) expect(places(arabic.get(key) ?? '')).withContext(key).toEqual(places(text));
  });

  it('give Arabic all six plurals', () => {
    for (const [key, text] of arabic) {
      if (!text.includes(', plural,')) continue;
      for (const form of ['zero', 'one', 'two', 'few', 'many', 'other']) expect(text).withContext(key).toContain(`${form} {`);
    }
  });
});
