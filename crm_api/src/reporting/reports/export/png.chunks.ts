import { deflateSync, inflateSync } from 'node:zlib';

/** A chunk of a PNG (ISO/IEC 15948): its type and its data. */
export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Whether its check sum is right. */
  readonly sound: boolean;
}

// The table of ISO/IEC 15948, annex D; Node has the sum itself from version 22 on.
const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (sums[(sum ^ byte) & 0xff] ?? 0);
  return (sum ^ 0xffffffff) >>> 0;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** The chunks of a PNG; null for a file that is none. */
export function chunksOf(file: Buffer): Chunk[] | null {
  if (!file.subarray(0, 8).equals(signature)) return null;
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const data = file.subarray(at + 8, at + 8 + length);
    if (data.length < length || at + 12 + length > file.length) return null;
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data, sound: crc32(file.subarray(at + 4, at + 8 + length)) === file.readUInt32BE(at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** A PNG from chunks, with their check sums. */
export function pngOf(chunks: readonly Pick<Chunk, 'type' | 'data'>[]): Buffer {
  return Buffer.concat([signature, ...chunks.map(({ type, data }) => {
    const own = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(own));
    return Buffer.concat([length, own, sum]);
  })]);
}

/** International text under a keyword, packed. */
export const textChunk = (keyword: string, text: string): Pick<Chunk, 'type' | 'data'> => ({
  type: 'iTXt', data: Buffer.concat([Buffer.from(`${keyword}\0\u0001\0\0\0`, 'latin1'), deflateSync(Buffer.from(text, 'utf8'))]),
});

/** The text of a chunk that has that keyword; undefined for any other. */
export function chunkText({ type, data }: Chunk, keyword: string): string | undefined {
  const head = Buffer.from(`${keyword}\0\u0001\0\0\0`, 'latin1');
  return type === 'iTXt' && data.subarray(0, head.length).equals(head) ? inflateSync(data.subarray(head.length)).toString('utf8') : undefined;
}

/** A PNG with further chunks in front of its end. */
export function withChunks(file: Buffer, more: readonly Pick<Chunk, 'type' | 'data'>[]): Buffer {
  const chunks = chunksOf(file) ?? [];
  return pngOf([...chunks.slice(0, -1), ...more, ...chunks.slice(-1)]);
}
