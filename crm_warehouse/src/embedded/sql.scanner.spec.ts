import { quoteName, quoteString, scanSql } from './sql.scanner.js';

const texts = (sql: string): string[] => [...scanSql(sql)].map((token) => token.text);

describe('scanSql', () => {
  it('keeps strings, quoted names and heredocs whole', () => {
    expect(texts(`SELECT 'it''s; \\' x', "a""b", \`c;d\`, $t$ ; ' $t$`)).toEqual(['SELECT', `'it''s; \\' x'`, ',', '"a""b"', ',', '`c;d`', ',', `$t$ ; ' $t$`]);
  });

  it('leaves out comments, nested ones included', () => {
    expect(texts("SELECT 1 -- ; 'x\n /* a /* b */ ; */ + 2 # c")).toEqual(['SELECT', '1', '+', '2']);
  });

  it('ends at an open string or comment instead of running on', () => {
    expect(texts("SELECT 'abc")).toEqual(['SELECT', "'abc"]);
    expect(texts('SELECT /* abc')).toEqual(['SELECT']);
    expect(texts('SELECT $x$ abc')).toEqual(['SELECT', '$x$ abc']);
  });

  it('reads words of any script and numbers with exponents', () => {
    expect(texts('مرحبا 1.5e3 x_1')).toEqual(['مرحبا', '1.5e3', 'x_1']);
  });

  it('quotes whatever a name or a text holds', () => {
    expect(quoteName('a`b\\')).toBe('`a\\`b\\\\`');
    expect(quoteString("a'b\\")).toBe("'a\\'b\\\\'");
  });
});
