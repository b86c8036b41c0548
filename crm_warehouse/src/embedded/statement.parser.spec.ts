import { parseInsertHead, parseStatement } from './statement.parser.js';

describe('parseStatement', () => {
  it('tells what kind of statement it is', () => {
    const kinds = ['SELECT 1', ' (select 1) union all select 2', 'WITH 1 AS x SELECT x', 'SHOW TABLES', 'describe t', 'INSERT INTO t SELECT 1', 'kill query where 1', 'SET a = 1', 'USE x', 'DROP TABLE t'];
    expect(kinds.map((sql) => parseStatement(sql).kind)).toEqual(['select', 'select', 'select', 'show', 'show', 'insert', 'kill', 'session', 'session', 'other']);
  });

  it('finds the FORMAT clause and not a column named format', () => {
    expect(parseStatement('SELECT 1 FORMAT JSON').format?.name).toBe('JSON');
    expect(parseStatement('SELECT 1 format CSV SETTINGS max_threads = 1').format?.name).toBe('CSV');
    expect(parseStatement('SELECT format FROM t ORDER BY format DESC').format).toBeUndefined();
    expect(parseStatement('SELECT a AS format FROM t').format).toBeUndefined();
    expect(parseStatement("SELECT 'FORMAT JSON'").format).toBeUndefined();
    expect(parseStatement('SELECT * FROM (SELECT 1 FORMAT JSON) x').format).toBeUndefined();
  });

  it('takes one statement, with or without semicolon, and refuses none and several', () => {
    expect(parseStatement('SELECT 1; -- done').text).toBe('SELECT 1');
    expect(() => parseStatement('SELECT 1; DROP TABLE t')).toThrowError(/Multi-statements/);
    expect(() => parseStatement(' -- nothing')).toThrowError(/Empty query/);
    expect(parseStatement("SELECT ';'").text).toBe("SELECT ';'");
  });

  it('lists placeholders once', () => {
    expect(parseStatement("SELECT {a:UInt8}, {b: Array(String)}, {a:UInt8}, {'k': 1}").placeholders).toEqual(['a', 'b']);
  });

  it('refuses what leaves the data folder', () => {
    for (const sql of ["SELECT * FROM file('/etc/passwd')", "SELECT * FROM url ('http://x')", "CREATE TABLE t (a Int8) ENGINE = S3('x')", "SELECT 1 INTO OUTFILE 'x'", "INSERT INTO t FROM INFILE 'x' FORMAT CSV", "INSERT INTO FUNCTION remote('x') SELECT 1", "SELECT * FROM executable('x', 'CSV', 'a Int8')"]) {
      expect(() => parseStatement(sql)).withContext(sql).toThrow(jasmine.objectContaining({ code: 497 }));
    }
    expect(parseStatement('SELECT url, file FROM t WHERE url = 1').kind).toBe('select');
  });
});

describe('parseInsertHead', () => {
  it('finds where the data begins', () => {
    const sql = 'INSERT INTO t (a, `b`) FORMAT TSV\n1\t2\n';
    const head = parseInsertHead(sql);
    expect(head?.format).toBe('TSV');
    expect(head?.before).toBe('INSERT INTO t (a, `b`) ');
    expect(sql.slice(head?.dataStart)).toBe('1\t2\n');
  });

  it('parts the settings from what stands before FROM INFILE', () => {
    const head = parseInsertHead('INSERT INTO t SETTINGS a = 1 FORMAT JSONEachRow {"a":1}');
    expect(head?.before).toBe('INSERT INTO t ');
    expect(head?.settings).toBe('SETTINGS a = 1 ');
  });

  it('reads VALUES, and leaves INSERT … SELECT to the engine', () => {
    expect(parseInsertHead("INSERT INTO t VALUES (1, 'FORMAT x')")?.format).toBe('Values');
    expect(parseInsertHead('INSERT INTO t SELECT 1 FORMAT Null')).toBeUndefined();
    expect(parseInsertHead('INSERT INTO t SELECT a FROM b')).toBeUndefined();
    expect(parseInsertHead('SELECT 1 FORMAT JSON')).toBeUndefined();
  });

  it('finds input() and the format of its data', () => {
    const sql = "INSERT INTO t SELECT a + 1 FROM input('a Int8') FORMAT CSV\n1\n";
    const head = parseInsertHead(sql);
    expect(sql.slice(head?.input?.start, head?.input?.end)).toBe('input(');
    expect(head?.format).toBe('CSV');
  });
});
