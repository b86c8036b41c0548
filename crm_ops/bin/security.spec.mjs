import fs from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const text = fs.readFileSync(path.join(root, 'crm_docs/security.md'), 'utf8');
/** Each `file` › "test" of a text. */
const named = (part) => [...part.matchAll(/`([\w./]+\.spec\.(?:ts|mjs))` › "([^"]+)"/g)].map(([, file, test]) => ({ file, test }));
const rows = text.split('\n').filter((line) => /^\| /.test(line));

describe('the security document', () => {
  it('names only specs and tests that exist', () => {
    expect(named(text).length).toBeGreaterThan(40);
    // Whatever looks like a spec must be readable by this check: one that is not would be checked by nobody.
    expect(named(text).length).toBe([...text.replaceAll('`crm_ops/bin/security.spec.mjs` fails', '').matchAll(/\.spec\.(?:ts|mjs)/g)].length);
    for (const { file, test } of named(text)) {
      const full = path.join(root, file);
      expect(fs.existsSync(full)).withContext(file).toBeTrue();
      if (!fs.existsSync(full)) continue;
      const titles = [...fs.readFileSync(full, 'utf8').matchAll(/\bit\((?:'((?:[^'\\]|\\.)*)'|`([^`]*)`)/g)].map(([, plain, template]) => (plain ?? template).replaceAll("\\'", "'"));
      expect(titles.includes(test)).withContext(`${file} has no test "${test}"`).toBeTrue();
    }
  });

  it('names only code that exists', () => {
    for (const [, place] of text.matchAll(/`((?:crm_\w+)\/[\w./]+)`/g)) expect(fs.existsSync(path.join(root, place))).withContext(place).toBeTrue();
  });

  it('has an answer for every kind of threat and each of the ten risks', () => {
    for (const letter of 'STRIDE') {
      const own = rows.filter((row) => row.startsWith(`| ${letter} |`));
      expect(own.length).withContext(letter).toBeGreaterThan(0);
      for (const row of own) expect(named(row).length).withContext(row.slice(0, 60)).toBeGreaterThan(0);
    }
    for (let number = 1; number <= 10; number += 1) {
      const row = rows.filter((one) => one.startsWith(`| API${number} |`));
      expect(row.length).withContext(`API${number}`).toBe(1);
      expect(named(row[0] ?? '').length).withContext(`API${number}`).toBeGreaterThan(0);
    }
  });
});
