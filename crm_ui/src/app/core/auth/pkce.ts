/** What a sign-in by code needs to prove that the code is its own (RFC 7636). */
export interface Proof {
  readonly verifier: string;
  readonly challenge: string;
  readonly state: string;
}

/** Text that nobody can guess: `bytes` random bytes, base64url. */
export function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** A fresh proof. */
export function newProof(): Proof {
  const verifier = randomText(32);
  return { verifier, challenge: base64url(sha256(new TextEncoder().encode(verifier))), state: randomText(16) };
}

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const primes = Array.from({ length: 320 }, (_, n) => n).filter((n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0)).slice(0, 64);
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;

/** SHA-256 (FIPS 180-4). Written out because browsers lend theirs only to pages over TLS or on the same machine, and a demo is also shown across an office by plain HTTP. */
export function sha256(data: Uint8Array): Uint8Array {
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const hash = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const padded = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, data.length * 8);
  const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by));
  for (let start = 0; start < padded.length; start += 64) {
    const words = Array.from({ length: 64 }, (_, at) => (at < 16 ? view.getInt32(start + at * 4) : 0));
    for (let at = 16; at < 64; at += 1) {
      const [w2 = 0, w7 = 0, w15 = 0, w16 = 0] = [words[at - 2], words[at - 7], words[at - 15], words[at - 16]];
      words[at] = ((turn(w2, 17) ^ turn(w2, 19) ^ (w2 >>> 10)) + w7 + (turn(w15, 7) ^ turn(w15, 18) ^ (w15 >>> 3)) + w16) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
    for (let at = 0; at < 64; at += 1) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (constants[at] ?? 0) + (words[at] ?? 0)) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => (hash[at] = ((hash[at] ?? 0) + value) | 0));
  }
  const result = new DataView(new ArrayBuffer(32));
  hash.forEach((value, at) => result.setInt32(at * 4, value));
  return new Uint8Array(result.buffer);
}
