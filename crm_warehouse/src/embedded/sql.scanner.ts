/** One lexical token of ClickHouse SQL; `start` and `end` are offsets into the scanned text. */
export interface Token {
  readonly kind: 'word' | 'string' | 'quoted' | 'number' | 'punct';
  /** Source text of the token, quotes included. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\w.]*/y;
const SPACE = /\s+/y;
const HEREDOC = /\$[\w]*\$/y;

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

function endOfQuoted(sql: string, at: number, quote: string): number {
  let i = at + 1;
  while (i < sql.length) {
    const c = sql[i];
    if (c === '\\') i += 2;
    else if (c === quote && sql[i + 1] === quote) i += 2;
    else if (c === quote) return i + 1;
    else i += 1;
  }
  return sql.length;
}

function endOfBlockComment(sql: string, at: number): number {
  // ClickHouse nests block comments, unlike C.
  let depth = 1;
  let i = at + 2;
  while (i < sql.length && depth > 0) {
    if (sql.startsWith('/*', i)) {
      depth += 1;
      i += 2;
    } else if (sql.startsWith('*/', i)) {
      depth -= 1;
      i += 2;
    } else i += 1;
  }
  return i;
}

/** Offset after white space and comments that begin at `at`. */
export function skipBlank(sql: string, at: number): number {
  let i = at;
  for (;;) {
    const space = match(SPACE, sql, i);
    if (space !== undefined) i += space.length;
    else if (sql.startsWith('--', i) || sql.startsWith('#!', i) || sql.startsWith('# ', i)) {
      const eol = sql.indexOf('\n', i);
      i = eol < 0 ? sql.length : eol + 1;
    } else if (sql.startsWith('/*', i)) i = endOfBlockComment(sql, i);
    else return i;
  }
}

/** Tokens of ClickHouse SQL without comments; lazy, so that the head of a large INSERT costs nothing more than its head. */
export function* scanSql(sql: string, from = 0): Generator<Token, void, undefined> {
  let i = from;
  for (;;) {
    i = skipBlank(sql, i);
    const c = sql[i];
    if (c === undefined) return;
    const start = i;
    let kind: Token['kind'] = 'punct';
    if (c === "'") {
      kind = 'string';
      i = endOfQuoted(sql, i, c);
    } else if (c === '"' || c === '`') {
      kind = 'quoted';
      i = endOfQuoted(sql, i, c);
    } else {
      const heredoc = c === '$' ? match(HEREDOC, sql, i) : undefined;
      const word = match(WORD, sql, i);
      const number = word === undefined ? match(NUMBER, sql, i) : undefined;
      if (heredoc !== undefined) {
        kind = 'string';
        const close = sql.indexOf(heredoc, i + heredoc.length);
        i = close < 0 ? sql.length : close + heredoc.length;
      } else if (word !== undefined) {
        kind = 'word';
        i += word.length;
      } else if (number !== undefined) {
        kind = 'number';
        i += number.length;
      } else i += 1;
    }
    yield { kind, text: sql.slice(start, i), start, end: i };
  }
}

/** A ClickHouse string literal of any text. */
export function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A ClickHouse identifier in backticks, whatever characters it has. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
