import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ConfigError } from '../../config.js';
import { addMasterKey, readMasterKeys, type MasterKey, type SecretSettings } from './secret.keys.js';

// One file read a process; the settings object is frozen and lives as long as the process.
const known = new WeakMap<SecretSettings, MasterKey[]>();
const version = 'crm1';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals a secret for the database: AES-256-GCM under a data key of its own, which is sealed by the master key in force. `context` says what the secret
 * belongs to (`webhook:<id>`); the text opens only with the same context, so that a sealed secret copied to another row is worthless.
 * The result is ASCII: `crm1.<key id>.<sealed data key>.<sealed text>`.
 */
export function encryptSecret(settings: SecretSettings, plain: string, context: string): string {
  const master = inForce(settings);
  const dataKey = randomBytes(32);
  return [version, master.id, seal(master.bytes, dataKey, context), seal(dataKey, Buffer.from(plain, 'utf8'), context)].join('.');
}

/**
 * Opens what `encryptSecret` sealed.
 * @throws ConfigError where its master key is gone or the text was changed or belongs to another context.
 */
export function decryptSecret(settings: SecretSettings, sealed: string, context: string): string {
  const { master, dataKey, text } = parts(settings, sealed);
  return attempt(() => open(open(master.bytes, dataKey, context), text, context).toString('utf8'));
}

/** The same secret with its data key under the master key in force, or null where it is so already; the secret itself is not opened. */
export function rotateSecret(settings: SecretSettings, sealed: string, context: string): string | null {
  const master = inForce(settings);
  const old = parts(settings, sealed);
  if (old.master.id === master.id) return null;
  return [version, master.id, seal(master.bytes, attempt(() => open(old.master.bytes, old.dataKey, context)), context), old.text].join('.');
}

/** Makes a new master key in the key file and uses it from now on; follow with `rotateSecret` over all that is stored. Other processes know it after a restart or at the first secret that names it. */
export function rotateMasterKey(settings: SecretSettings): string {
  const keys = addMasterKey(settings);
  known.set(settings, keys);
  return keys[0]?.id ?? '';
}

function keysOf(settings: SecretSettings): MasterKey[] {
  const keys = known.get(settings) ?? readMasterKeys(settings);
  known.set(settings, keys);
  return keys;
}

function inForce(settings: SecretSettings): MasterKey {
  const [first] = keysOf(settings);
  if (!first) throw new ConfigError('There is no master key for secrets; set CRM_SECRETS_KEY.');
  return first;
}

function parts(settings: SecretSettings, sealed: string): { master: MasterKey; dataKey: string; text: string } {
  const [given, id, dataKey, text, ...rest] = sealed.split('.');
  if (given !== version || id === undefined || dataKey === undefined || text === undefined || rest.length > 0) throw new ConfigError('A stored secret has an unknown form; it was not written by this product.');
  let master = keysOf(settings).find((one) => one.id === id);
  if (!master) {
    // Another process may have rotated since this one read the keys.
    known.delete(settings);
    master = keysOf(settings).find((one) => one.id === id);
  }
  if (!master) throw new ConfigError(`The master key ${id} of a stored secret is missing; put it back behind the newest in CRM_SECRETS_KEY or the key file.`);
  return { master, dataKey, text };
}

function seal(key: Buffer, plain: Buffer, context: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

function open(key: Buffer, sealed: string, context: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new ConfigError('A stored secret cannot be opened: it was changed, or it belongs to something else.', { cause });
  }
}

/** Keys for one purpose, derived from the master keys (HKDF), the one in force first: all processes of an installation have the same. */
export function derivedKeys(settings: SecretSettings, purpose: string): string[] {
  return keysOf(settings).map((key) => Buffer.from(hkdfSync('sha256', key.bytes, Buffer.alloc(0), purpose, 32)).toString('base64url'));
}
