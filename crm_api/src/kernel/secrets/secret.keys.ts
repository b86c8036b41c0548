import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../config.js';

/** What the keys are read from: part of `ApiConfig`. */
export interface SecretSettings {
  readonly dataDir: string;
  /** Keys from the environment, the first one in force; null: the key file of the data directory. */
  readonly secretsKey: string | null;
}

/** A key that seals the data keys of secrets. */
export interface MasterKey {
  /** Eight hex digits of its hash: names the key in what it sealed, tells nothing about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

const keyBytes = 32;
const cure = 'It must be 32 bytes in base64 or hex (`openssl rand -base64 32`); several are separated by commas, the newest first.';

/** Where the keys are kept when the environment names none. */
export const keyFileOf = (settings: SecretSettings): string => join(settings.dataDir, 'secrets.key');

/**
 * The master keys, the one in force first; a first start makes one in `<data dir>/secrets.key` (mode 0600).
 * @throws ConfigError where a key is malformed or the file is open to others.
 */
export function readMasterKeys(settings: SecretSettings): MasterKey[] {
  if (settings.secretsKey !== null) return parseKeys(settings.secretsKey.split(','), 'CRM_SECRETS_KEY');
  const file = keyFileOf(settings);
  return parseKeys(fileText(file).split('\n').filter((line) => line.trim() !== ''), file);
}

/**
 * Puts a new key in force; the older ones stay for what they sealed. Only for keys kept in the file.
 * @throws ConfigError where the environment holds the keys: a new one is put in front there.
 */
export function addMasterKey(settings: SecretSettings): MasterKey[] {
  if (settings.secretsKey !== null) throw new ConfigError(`The keys come from CRM_SECRETS_KEY; put the new one in front there. ${cure}`);
  const file = keyFileOf(settings);
  const before = fileText(file);
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, `${randomBytes(keyBytes).toString('base64')}\n${before}`, { mode: 0o600 });
  renameSync(next, file);
  return readMasterKeys(settings);
}

function fileText(file: string): string {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw new ConfigError(`${file} can be read by other users; run chmod 600 on it, and rotate the keys if others may have seen it.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  mkdirSync(join(file, '..'), { recursive: true });
  // Written whole beside it and linked: of two processes that start together one wins and both read its key.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function parseKeys(texts: readonly string[], source: string): MasterKey[] {
  const keys = texts.map((text) => {
    const trimmed = text.trim();
    const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
    if (bytes.length !== keyBytes) throw new ConfigError(`A key in ${source} is malformed. ${cure}`);
    return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
  });
  if (keys.length === 0) throw new ConfigError(`${source} holds no key. ${cure}`);
  return keys;
}
