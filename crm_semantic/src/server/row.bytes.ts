/** Rows as the warehouse wrote them, each an array in JSON with a line feed, some at a time. */
export interface RowBytes {
  readonly bytes: Uint8Array;
  /** How many rows end in it. */
  readonly rows: number;
}

const lineFeed = 0x0a;
const arrayBegins = 0x5b;

/** Counts rows while they pass, without looking into them: text has its line feeds escaped, so that each one in the bytes ends a row. What is no row is what the warehouse says when it breaks off. */
export async function* countedRows(stream: AsyncIterable<Uint8Array>): AsyncGenerator<RowBytes> {
  let begins = true;
  for await (const bytes of stream) {
    let rows = 0;
    for (let at = 0; at < bytes.length;) {
      if (begins && bytes[at] !== arrayBegins) throw new Error(Buffer.from(bytes.subarray(at)).toString('utf8').trim());
      const end = bytes.indexOf(lineFeed, at);
      begins = end >= 0;
      if (begins) rows += 1;
      at = begins ? end + 1 : bytes.length;
    }
    yield { bytes, rows };
  }
}
