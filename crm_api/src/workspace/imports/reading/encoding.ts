import iconv from 'iconv-lite';
import { ImportFileError } from '../import.errors.js';

/** Encodings a person can choose where the file is not Unicode. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1256', 'iso-8859-1', 'iso-8859-6'] as const;

/** The encoding that a byte order mark names. */
export function encodingOfMark(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

const wrong = 'The file is not valid UTF-8, so letters would be lost. Save it as “CSV UTF-8”, or choose its encoding (for Arabic from Windows: windows-1256; for Western Europe: windows-1252).';

/** Turns pieces of bytes into text; a byte that the encoding does not know is an error, never a replacement character. */
export async function* decode(chunks: AsyncIterable<Buffer>, chosen?: string): AsyncGenerator<string> {
  let decoder: { write(part: Buffer): string; end(): string } | undefined;
  for await (const chunk of chunks) {
    decoder ??= createDecoder(encodingOfMark(chunk) ?? chosen ?? 'utf-8');
    const text = decoder.write(chunk);
    if (text !== '') yield text;
  }
  const rest = decoder?.end() ?? '';
  if (rest !== '') yield rest;
}

function createDecoder(encoding: string): { write(part: Buffer): string; end(): string } {
  if (!iconv.encodingExists(encoding)) {
    throw new ImportFileError('encoding_unknown', `The encoding ${encoding} is not known. Choose one of: ${encodings.join(', ')}.`);
  }
  if (encoding !== 'utf-8') {
    const stream = iconv.getDecoder(encoding, { stripBOM: true });
    return { write: (part) => stream.write(part), end: () => stream.end() ?? '' };
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const guard = (work: () => string): string => {
    try {
      return work();
    } catch (cause) {
      throw new ImportFileError('encoding_invalid', wrong, { cause });
    }
  };
  return { write: (part) => guard(() => utf8.decode(part, { stream: true })), end: () => guard(() => utf8.decode()) };
}
