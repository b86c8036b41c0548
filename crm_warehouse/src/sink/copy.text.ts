import { Transform } from 'node:stream';
import { pgArrayToJson } from '../mirror/array.text.js';

const SPECIAL = /[\\\t\n\r\b\f\v\0]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\0': '\\0' };

/** Text of a value in Postgres' COPY format, which is ClickHouse's TabSeparated; null is `\N`. */
export function copyText(value: string | null): string {
  if (value === null) return '\\N';
  return SPECIAL.test(value) ? value.replaceAll(/[\\\t\n\r\b\f\v\0]/g, (c) => ESCAPES[c] ?? c) : value;
}

function uncopy(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\(.)/gs, (_, c: string) => ({ t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', v: '\v' })[c] ?? c) : text;
}

/** Rewrites the array columns of a COPY stream (index → element type) to JSON text; all other bytes pass as they are. */
export function arraysToJson(arrays: ReadonlyMap<number, string>): Transform {
  let rest: Buffer = Buffer.alloc(0);
  const line = (bytes: Buffer): string => {
    // latin1 maps each byte to one character, so that cells other than arrays keep their bytes.
    const cells = bytes.toString('latin1').split('\t');
    for (const [index, element] of arrays) {
      const cell = cells[index];
      if (cell === undefined || cell === '\\N') continue;
      const text = Buffer.from(cell, 'latin1').toString('utf8');
      cells[index] = Buffer.from(copyText(pgArrayToJson(uncopy(text), element)), 'utf8').toString('latin1');
    }
    return cells.join('\t');
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const lines: string[] = [];
        let from = 0;
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
          lines.push(line(bytes.subarray(from, at)), '\n');
          from = at + 1;
        }
        rest = bytes.subarray(from);
        done(null, Buffer.from(lines.join(''), 'latin1'));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(null, rest.length === 0 ? undefined : Buffer.from(line(rest), 'latin1'));
    },
  });
}
