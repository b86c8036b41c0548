import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { keyFileOf, readMasterKeys, type SecretSettings } from '../../../kernel/secrets/secret.keys.js';
import type { ExportFormat } from './export.types.js';

/** What is signed of a file. */
export interface Manifest {
  readonly v: 1;
  readonly format: ExportFormat | 'journal';
  /** SHA-256 of the content in canonical text. */
  readonly hash: string;
  readonly rows: number;
  /** Rows to a mark, and the marks; absent where the file keeps its content beside what it shows. */
  readonly block?: number;
  readonly marks?: string;
  /** Of PDF and PNG: SHA-256 of all bytes of the file but the seal itself. */
  readonly bytes?: string;
  /** Public key in base64url; it counts only where it is known to be the installation's. */
  readonly key: string;
}

/** Signs files for an installation. */
export interface Sealer {
  readonly key: string;
  seal(manifest: Omit<Manifest, 'v' | 'key'>): string;
}

/** A seal as it was read. */
export interface ReadSeal {
  readonly manifest: Manifest;
  /** Whether its signature fits its own key. */
  readonly genuine: boolean;
}

// RFC 8410: what stands in front of the 32 bytes of an Ed25519 key.
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicHead = Buffer.from('302a300506032b6570032100', 'hex');
const purpose = 'crm report export seal 1';

/** The signing key that belongs to a master key: worked out (HKDF, RFC 5869), so that there is nothing more to keep and nothing in the database. */
function keyPair(master: Buffer): { readonly secret: KeyObject; readonly key: string } {
  const seed = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, 32));
  const secret = createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: 'der', type: 'pkcs8' });
  return { secret, key: createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(publicHead.length).toString('base64url') };
}

/** Seals with the master key in force of the installation. @throws ConfigError where the keys cannot be used. */
export function sealerOf(settings: SecretSettings): Sealer {
  const [master] = readMasterKeys(settings);
  const { secret, key } = keyPair(master?.bytes ?? Buffer.alloc(0));
  return { key, seal: (manifest) => {
    const body = Buffer.from(JSON.stringify({ v: 1, ...manifest, key } satisfies Manifest), 'utf8');
    return `crm1.${body.toString('base64url')}.${sign(null, body, secret).toString('base64url')}`;
  } };
}

/** Public keys of an installation, those of its earlier master keys included; none where the folder has no keys. Makes no key. */
export function knownKeys(settings: SecretSettings): string[] {
  if (settings.secretsKey === null && !existsSync(keyFileOf(settings))) return [];
  return readMasterKeys(settings).map(({ bytes }) => keyPair(bytes).key);
}

/** Reads a seal; null for what is none. */
export function readSeal(text: string): ReadSeal | null {
  const match = /^crm1\.([\w-]+)\.([\w-]+)$/.exec(text.trim());
  if (!match) return null;
  const body = Buffer.from(match[1] ?? '', 'base64url');
  try {
    const manifest = JSON.parse(body.toString('utf8')) as Manifest;
    if (manifest.v !== 1 || typeof manifest.hash !== 'string' || typeof manifest.key !== 'string') return null;
    const raw = Buffer.from(manifest.key, 'base64url');
    if (raw.length !== 32) return null;
    const key = createPublicKey({ key: Buffer.concat([publicHead, raw]), format: 'der', type: 'spki' });
    return { manifest, genuine: verify(null, body, key, Buffer.from(match[2] ?? '', 'base64url')) };
  } catch {
    return null; // Not JSON: nothing that this product has written.
  }
}

/** SHA-256 in hex. */
export const sha256 = (...parts: readonly Buffer[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
