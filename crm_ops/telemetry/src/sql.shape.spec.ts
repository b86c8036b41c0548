import { sqlOperation, sqlShape } from './sql.shape.js';

describe('the shape of a statement', () => {
  it('has names and no value, however it is written', () => {
    expect(sqlShape(`SELECT "full name", t.id FROM crm_core.crm_contacts t WHERE email = 'a@b.test' AND n > -12.5e3 AND x IN ($1, $2,$3) -- about a@b.test`))
      .toBe('SELECT "full name", t.id FROM crm_core.crm_contacts t WHERE email = ? AND n > ? AND x IN (?)');
    expect(sqlShape(`INSERT INTO t (a) VALUES (1, 'x'), (2, 'it''s'),\n (3, E'\\'y') /* secret */`)).toBe('INSERT INTO t (a) VALUES (?)');
    expect(sqlShape(`SELECT $$Layla$$, $tag$ Layla's $tag$, B'101', \`odd 7\` FROM crm_x1`)).toBe('SELECT ?, ?, ?, `odd 7` FROM crm_x1');
  });

  it('shows no value where a long statement is cut in the middle of a text', () => {
    const shape = sqlShape(`INSERT INTO t VALUES ('${'secret '.repeat(5_000)}')`);
    expect(shape).toBe('INSERT INTO t VALUES (?');
    expect(sqlShape(`SELECT ${Array.from({ length: 2_000 }, (_, n) => `column_${n}`).join(', ')}`).length).toBeLessThan(4_010);
  });

  it('reads a backslash as the server does that is asked', () => {
    expect(sqlShape(String.raw`SELECT '\', 'secret'`)).toBe('SELECT ?, ?');
    expect(sqlShape(String.raw`SELECT '\', secret', E'\' secret'`, 'clickhouse')).not.toContain('secret');
    expect(sqlShape(String.raw`SELECT E'\' secret', 'more'`)).toBe('SELECT ?, ?');
  });

  it('counts by few verbs', () => {
    expect(['select 1', '  (SELECT 1)', 'BEGIN;', 'ALTER TABLE x', '', 'insert into t'].map(sqlOperation)).toEqual(['select', 'select', 'begin', 'other', 'other', 'insert']);
  });
});
