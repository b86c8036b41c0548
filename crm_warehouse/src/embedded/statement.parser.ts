import { WarehouseError } from './warehouse.errors.js';
import { scanSql, type Token } from './sql.scanner.js';

/** What the HTTP front needs to know of a statement; everything else is the engine's business. */
export interface Statement {
  /** `select` answers rows and can be spooled to a file; `show` answers rows too but only from memory. */
  readonly kind: 'select' | 'show' | 'insert' | 'kill' | 'session' | 'other';
  /** The statement without its closing semicolon. */
  readonly text: string;
  /** Place of the FORMAT clause, when there is one. */
  readonly format?: { readonly name: string; readonly start: number };
  /** Names of the `{name:Type}` placeholders. */
  readonly placeholders: readonly string[];
  /** Names of the settings that a SET changes; empty for USE, absent for all else. */
  readonly changes?: readonly string[];
}

/** Head of an INSERT whose rows follow as data. */
export interface InsertHead {
  readonly format: string;
  /** The statement up to, and without, its FORMAT or VALUES clause; splice point of `FROM INFILE`. */
  readonly before: string;
  /** The SETTINGS clause (empty when none), which must come after `FROM INFILE`. */
  readonly settings: string;
  /** Offset of the first byte of data in the text. */
  readonly dataStart: number;
  /** Offset of the name of `input(` and of what follows the bracket, for `INSERT … SELECT … FROM input('…') FORMAT X`. */
  readonly input?: { readonly start: number; readonly end: number };
  readonly placeholders: readonly string[];
}

const SHOWN = new Set(['SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', 'CHECK']);
const SELECTED = new Set(['SELECT', 'WITH', 'FROM', '(']);
// After these words "format" is a column; before those it cannot name a format either.
const NOT_BEFORE_FORMAT = new Set(['BY', ',', '.', 'AS', 'SELECT', 'AND', 'OR', 'NOT', '=', '(', 'DISTINCT', 'WHERE', 'ON', 'HAVING']);
const NOT_A_FORMAT = new Set(['ASC', 'DESC', 'NULLS', 'FROM', 'SETTINGS', 'END', 'THEN', 'LIMIT', 'WHERE', 'AS', 'IS', 'IN']);

// Everything that would leave the data folder: files of the machine, other servers, programs.
const OUTSIDE = /^(file|filecluster|url|urlcluster|s3\w*|gcs|hdfs\w*|azureblobstorage\w*|mysql|postgresql|mongodb|redis|sqlite|jdbc|odbc|remote|remotesecure|executable|executablepool|iceberg\w*|deltalake\w*|hudi\w*|paimon\w*|python|ytsaurus|arrowflight|nats|kafka|rabbitmq|dictionaryfile|s3queue|azurequeue|disk|library|filesystem)$/i;

// A reader could lift the first with "= DEFAULT", which the engine allows; the second is how KILL QUERY finds a query.
const KEPT = new Set(['readonly', 'log_comment']);

function upper(token: Token | undefined): string {
  return token === undefined ? '' : token.kind === 'word' || token.kind === 'punct' ? token.text.toUpperCase() : '';
}

/** Refuses what reaches outside the data folder: the embedded engine runs with the rights of its process. */
export function assertInside(tokens: readonly Token[]): void {
  tokens.forEach((token, i) => {
    const next = upper(tokens[i + 1]);
    if (token.kind === 'word' && next === '(' && OUTSIDE.test(token.text) && upper(tokens[i - 1]) !== '.') {
      throw new WarehouseError(497, 'ACCESS_DENIED', `${token.text}() reaches outside the data folder, which the embedded warehouse does not allow; set CRM_CLICKHOUSE_URL to a ClickHouse server for it`);
    }
    const word = upper(token);
    if ((word === 'INTO' && next === 'OUTFILE') || (word === 'FROM' && next === 'INFILE')) {
      throw new WarehouseError(497, 'ACCESS_DENIED', `${word} ${next} works with files of the client; send or read the data over HTTP instead`);
    }
  });
}

function placeholdersOf(tokens: readonly Token[]): string[] {
  const names = new Set<string>();
  tokens.forEach((token, i) => {
    const name = tokens[i + 1];
    if (token.text === '{' && name !== undefined && (name.kind === 'word' || name.kind === 'number') && tokens[i + 2]?.text === ':') names.add(name.text);
  });
  return [...names];
}

function formatClause(tokens: readonly Token[]): { name: string; start: number } | undefined {
  let depth = 0;
  let found: { name: string; start: number } | undefined;
  tokens.forEach((token, i) => {
    if (token.text === '(' || token.text === '[') depth += 1;
    if (token.text === ')' || token.text === ']') depth -= 1;
    const name = tokens[i + 1];
    if (depth !== 0 || upper(token) !== 'FORMAT' || name?.kind !== 'word' || NOT_A_FORMAT.has(upper(name))) return;
    if (NOT_BEFORE_FORMAT.has(upper(tokens[i - 1]))) return;
    const after = upper(tokens[i + 2]);
    if (tokens[i + 2] === undefined || after === 'SETTINGS' || after === ';') found = { name: name.text, start: token.start };
  });
  return found;
}

/** Reads one complete statement; throws SYNTAX_ERROR for none and for several. */
export function parseStatement(sql: string): Statement {
  const tokens = [...scanSql(sql)];
  const semicolon = tokens.findIndex((token) => token.text === ';');
  if (semicolon >= 0 && tokens.slice(semicolon).some((token) => token.text !== ';')) {
    throw new WarehouseError(62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed): send one statement a request');
  }
  const own = semicolon < 0 ? tokens : tokens.slice(0, semicolon);
  const first = own[0];
  if (first === undefined) throw new WarehouseError(62, 'SYNTAX_ERROR', 'Syntax error: Empty query');
  assertInside(own);
  const word = upper(first);
  const kind = SELECTED.has(word) ? 'select'
    : SHOWN.has(word) ? 'show'
    : word === 'INSERT' ? 'insert'
    : word === 'KILL' ? 'kill'
    : word === 'SET' || word === 'USE' ? 'session'
    : 'other';
  if (word === 'CREATE' && own.slice(1, 4).some((token) => /^temp(orary)?$/i.test(token.text))) {
    throw new WarehouseError(48, 'NOT_IMPLEMENTED', 'Temporary tables need a session, which the embedded warehouse does not keep; use WITH or an ordinary table');
  }
  const changes = kind !== 'session' ? undefined : own.filter((token, i) => i > 0 && token.kind === 'word' && own[i + 1]?.text === '=').map((token) => token.text);
  if (changes?.some((name) => KEPT.has(name.toLowerCase())) === true) {
    throw new WarehouseError(164, 'READONLY', `Cannot modify ${[...KEPT].join(' or ')}: the embedded warehouse sets them itself`);
  }
  const end = own[own.length - 1]?.end ?? 0;
  return { changes, kind, text: sql.slice(0, end), format: word === 'INSERT' ? undefined : formatClause(own), placeholders: placeholdersOf(own) };
}

/** Head of `INSERT … FORMAT X` or `INSERT … VALUES` in the beginning of a text; undefined for other statements, `INSERT … SELECT` included. */
export function parseInsertHead(sql: string): InsertHead | undefined {
  const tokens: Token[] = [];
  let depth = 0;
  let selects = false;
  for (const token of scanSql(sql)) {
    const last = tokens[tokens.length - 1];
    tokens.push(token);
    if (tokens.length === 1 && upper(token) !== 'INSERT') return undefined;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth !== 0) continue;
    const word = upper(token);
    if (word === 'SELECT' || word === 'WITH') selects = true;
    if (word === 'VALUES' && !selects && last !== undefined && upper(last) !== 'INTO') return insertHead(sql, tokens, 'Values', token, token.end, false);
    // The token before says that this one names the format: data begins right after it.
    if (last !== undefined && upper(last) === 'FORMAT' && token.kind === 'word') {
      return insertHead(sql, tokens, token.text, last, token.end, selects);
    }
  }
  return undefined;
}

function insertHead(sql: string, tokens: readonly Token[], format: string, clause: Token, end: number, selects: boolean): InsertHead | undefined {
  const own = tokens.filter((token) => token.start < clause.start);
  assertInside(own);
  const inputAt = own.findIndex((token, i) => token.text.toLowerCase() === 'input' && own[i + 1]?.text === '(');
  // "INSERT … SELECT … FORMAT X" without input() answers nothing and reads no data.
  if (selects && inputAt < 0) return undefined;
  const input = inputAt < 0 ? undefined : { start: own[inputAt]?.start ?? 0, end: own[inputAt + 1]?.end ?? 0 };
  const settings = selects ? undefined : own.find((token) => upper(token) === 'SETTINGS');
  const cut = settings?.start ?? clause.start;
  let dataStart = end;
  while (sql[dataStart] === ' ' || sql[dataStart] === '\t' || sql[dataStart] === '\r') dataStart += 1;
  if (sql[dataStart] === '\n') dataStart += 1;
  else dataStart = Math.min(dataStart, end + 1);
  return { format, before: sql.slice(0, cut), settings: sql.slice(cut, clause.start), dataStart, input, placeholders: placeholdersOf(own) };
}
