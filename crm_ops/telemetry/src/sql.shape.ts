// Long enough to name the table of a list with everything computed in it, short enough that a bulk insert does not fill a collector.
const longest = 4_000;
// A statement of megabytes is an insert with its values; its beginning says enough.
const looked = 8_000;

// Names in double quotes or backticks; text in single quotes, also where the cut left it open; Postgres' dollar quotes; placeholders; numbers.
const rest = String.raw`|\$([a-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)|\$\d+|(?<![\w.])-?\d[\w.]*`;
const names = String.raw`"(?:[^"]|"")*"|\x60[^\x60]*\x60`;
const escaped = String.raw`'(?:[^'\\]|''|\\[\s\S])*(?:'|$)`;
// To read a backslash as the other system does would take a value for a name: in Postgres it escapes in E'…' only.
const values = {
  postgresql: new RegExp(String.raw`${names}|\bE${escaped}|(?:\b[BXN])?'(?:[^']|'')*(?:'|$)${rest}`, 'gi'),
  clickhouse: new RegExp(`${names}|${escaped}${rest}`, 'gi'),
};

/** A statement without any value: text, numbers and binary data become `?`, lists of them one `(?)`, comments go. */
export function sqlShape(sql: string, system: keyof typeof values = 'postgresql'): string {
  const shape = sql.slice(0, looked)
    .replace(values[system], (found) => (/^["`]/.test(found) ? found : '?'))
    .replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, '(?)')
    .replace(/\(\?\)(?:\s*,\s*\(\?\))+/g, '(?)')
    .replace(/\s+/g, ' ').trim();
  return shape.length > longest ? `${shape.slice(0, longest)}…` : shape;
}

const operations: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete', 'begin', 'commit', 'rollback', 'savepoint', 'release', 'set', 'with', 'truncate', 'call', 'copy']);

/** The verb of a statement in lower case, `other` where it is not one of the usual: few words, so that it can be a label. */
export function sqlOperation(sql: string): string {
  const word = /^[\s(]*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase() ?? '';
  return operations.has(word) ? word : 'other';
}
