import { pgArrayToJson } from './array.text.js';

describe('pgArrayToJson', () => {
  const cases: [string, string, string][] = [
    ['{}', 'text', '[]'],
    ['{a,b c,"d,e","f\\"g\\\\h","",NULL,"NULL"}', 'text', '["a","b c","d,e","f\\"g\\\\h","",null,"NULL"]'],
    ['{سلام,"🎈 x"}', 'citext', '["سلام","🎈 x"]'],
    ['{1,-2,NULL}', 'integer', '[1,-2,null]'],
    ['{1.50,NaN}', 'numeric(18,2)', '[1.50,"NaN"]'],
    ['{t,f}', 'boolean', '[true,false]'],
    ['{{1,2},{3,4}}', 'integer', '[[1,2],[3,4]]'],
    ['[0:1]={a,b}', 'text', '["a","b"]'],
    ['{(1,1),(0,0);NULL}', 'box', '["(1,1),(0,0)",null]'],
    ['{"{\\"a\\": 1}"}', 'jsonb', '[{"a": 1}]'],
  ];
  for (const [text, element, json] of cases) {
    it(`reads ${text}`, () => {
      expect(pgArrayToJson(text, element)).toBe(json);
      expect(() => JSON.parse(pgArrayToJson(text, element)) as unknown).not.toThrow();
    });
  }

  it('refuses what is no array', () => {
    for (const text of ['', 'abc', '{"a', '{a,b']) expect(() => pgArrayToJson(text, 'text')).withContext(text).toThrowError(/not the text of a Postgres array/);
  });
});
