/** A number of 32 bits from a text: FNV-1a (Fowler, Noll, Vo), finished by the mix of MurmurHash3, so that texts that differ in their last letter differ in every bit. */
export function hashOf(text: string, basis = 0x811c9dc5): number {
  let hash = basis | 0;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Where a stream of random numbers stands: the four words of sfc32. */
export type StreamState = Int32Array;

/** The beginning of the stream of a seed and name, the same for the same; each name has a stream of its own. */
export function begin(seed: number, name: string): StreamState {
  const state = Int32Array.of(seed, hashOf(name), hashOf(name, seed ^ 0x9e3779b9), 1);
  // The first numbers of seeds that are near each other are near each other.
  fill(state, new Uint32Array(12));
  return state;
}

/** Fills a list with the next numbers of a stream, uniform of 32 bits: sfc32 of PractRand (Doty-Humphrey). Many at a time, since a call for each takes longer than the number. */
export function fill(state: StreamState, numbers: Uint32Array): void {
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let counter = state[3] as number;
  for (let index = 0; index < numbers.length; index += 1) {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    numbers[index] = sum;
  }
  state.set([a, b, c, counter]);
}

/** The numbers of a stream one by one. */
export function stream(seed: number, name: string): () => number {
  const state = begin(seed, name);
  const block = new Uint32Array(256);
  let at = block.length;
  return () => {
    if (at === block.length) {
      fill(state, block);
      at = 0;
    }
    at += 1;
    return block[at - 1] as number;
  };
}
