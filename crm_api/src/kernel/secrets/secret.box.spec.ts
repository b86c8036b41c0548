import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decryptSecret, encryptSecret, rotateMasterKey, rotateSecret } from './secret.box.js';
import { keyFileOf, readMasterKeys, type SecretSettings } from './secret.keys.js';

describe('secrets', () => {
  let dataDir: string;
  beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'crm-secrets-')); });
  afterEach(() => { rmSync(dataDir, { recursive: true, force: true }); });

  const filed = (): SecretSettings => ({ dataDir, secretsKey: null });
  const given = (...keys: Buffer[]): SecretSettings => ({ dataDir, secretsKey: keys.map((key) => key.toString('base64')).join(',') });

  it('are opened as they were sealed, each time sealed differently', () => {
    const settings = given(randomBytes(32));
    for (const plain of ['', 'whsec_abc', 'سر 🔑', 'x'.repeat(5000)]) {
      const sealed = encryptSecret(settings, plain, 'webhook:1');
      expect(sealed).toMatch(/^crm1\.[0-9a-f]{8}\.[\w-]+\.[\w-]+$/);
      if (plain !== '') expect(sealed).not.toContain(plain);
      expect(sealed).not.toBe(encryptSecret(settings, plain, 'webhook:1'));
      expect(decryptSecret(settings, sealed, 'webhook:1')).toBe(plain);
    }
  });

  it('do not open when changed, moved to another row or without their key', () => {
    const settings = given(randomBytes(32));
    const sealed = encryptSecret(settings, 'secret', 'webhook:1');
    expect(() => decryptSecret(settings, sealed, 'webhook:2')).toThrowError(/belongs to something else/);
    const changed = [...sealed.split('.').slice(0, 3), `${sealed.split('.')[3]?.startsWith('A') === true ? 'B' : 'A'}${(sealed.split('.')[3] ?? '').slice(1)}`].join('.');
    expect(() => decryptSecret(settings, changed, 'webhook:1')).toThrowError(/cannot be opened/);
    expect(() => decryptSecret(given(randomBytes(32)), sealed, 'webhook:1')).toThrowError(/master key .* is missing/);
    expect(() => decryptSecret(settings, 'plain', 'webhook:1')).toThrowError(/unknown form/);
  });

  it('move to a new key without being opened, and open with either key meanwhile', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const sealed = encryptSecret(given(old), 'secret', 'totp:1');
    const both = given(fresh, old);
    expect(decryptSecret(both, sealed, 'totp:1')).toBe('secret');
    const moved = rotateSecret(both, sealed, 'totp:1') ?? '';
    expect(moved.split('.')[3]).toBe(sealed.split('.')[3]);
    expect(decryptSecret(given(fresh), moved, 'totp:1')).toBe('secret');
    expect(rotateSecret(both, moved, 'totp:1')).toBeNull();
  });

  it('keep their keys in a file for the owner only, made once and grown by rotation, also under another process', () => {
    const settings = filed();
    const sealed = encryptSecret(settings, 'secret', 'a');
    expect(statSync(keyFileOf(settings)).mode & 0o777).toBe(0o600);
    const elsewhere = filed();
    expect(decryptSecret(elsewhere, sealed, 'a')).toBe('secret');
    const id = rotateMasterKey(settings);
    const later = encryptSecret(settings, 'later', 'a');
    expect(later.split('.')[1]).toBe(id);
    expect(readMasterKeys(settings).length).toBe(2);
    expect(decryptSecret(elsewhere, later, 'a')).toBe('later');
    expect(readFileSync(keyFileOf(settings), 'utf8').trim().split('\n').length).toBe(2);
    chmodSync(keyFileOf(settings), 0o644);
    expect(() => readMasterKeys(settings)).toThrowError(/chmod 600/);
    expect(existsSync(`${keyFileOf(settings)}.${process.pid}.next`)).toBeFalse();
  });

  it('refuse keys that are none and say how to make one', () => {
    for (const secretsKey of ['', 'short', `${randomBytes(32).toString('base64')},nonsense`]) {
      expect(() => readMasterKeys({ dataDir, secretsKey })).toThrowError(/openssl rand -base64 32/);
    }
    expect(() => rotateMasterKey(given(randomBytes(32)))).toThrowError(/CRM_SECRETS_KEY/);
    expect(readMasterKeys({ dataDir, secretsKey: randomBytes(32).toString('hex') }).length).toBe(1);
  });
});
