import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Knex } from 'knex';
import type { ApiConfig } from '../../config.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { decryptSecret, encryptSecret } from '../../kernel/secrets/secret.box.js';

/** Second factors: time-based codes (RFC 6238: SHA-1, six digits, 30 seconds, as all apps read them) and recovery codes. */
export interface FactorState {
  readonly enabled: boolean;
  readonly recovery_codes_left: number;
}

const stepSeconds = 30;
// One step to either side: clocks of phones are late, and codes are typed slowly.
const skew = 1;
const recoveryCount = 10;

interface FactorRow {
  user_id: string;
  secret_sealed: string;
  confirmed_at: Date | null;
  last_counter: string | null;
}

const contextOf = (userId: string): string => `totp:${userId}`;
const hashOf = (userId: string, code: string): Buffer => createHash('sha256').update(`${userId}:${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`).digest();

/** Enrols, checks and removes the second factor of a user. */
export class FactorService {
  constructor(private readonly db: Knex, private readonly config: ApiConfig) {}

  /** Whether a second factor is asked for, and how many recovery codes are left. */
  async state(userId: string): Promise<FactorState> {
    const row = await this.row(this.db, userId);
    const left = await this.db('crm_core.crm_recovery_codes').where({ user_id: userId }).whereNull('used_at').count<{ count: string }[]>('id');
    return { enabled: row?.confirmed_at != null, recovery_codes_left: Number(left[0]?.count ?? 0) };
  }

  /** A new secret that is not in force before it is confirmed; shown only now. @throws CrmError 409 where one is in force. */
  async enrol(userId: string, label: string): Promise<{ secret: string; uri: string }> {
    const secret = new Secret({ size: 20 });
    const { rows } = await this.db.raw<{ rows: unknown[] }>(`INSERT INTO crm_core.crm_second_factors AS f (user_id, secret_sealed) VALUES (?, ?)
      ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, last_counter = NULL WHERE f.confirmed_at IS NULL RETURNING id`,
    [userId, encryptSecret(this.config, secret.base32, contextOf(userId))]);
    if (rows.length === 0) throw new CrmError(409, 'factor_exists', 'The second factor is on already. Switch it off first, with the password and a code.');
    return { secret: secret.base32, uri: totpOf(secret, label).toString() };
  }

  /** Puts the enrolled secret in force with a code of it; resolves to the recovery codes, shown only now, or to null where the code is wrong. */
  async confirm(userId: string, code: string): Promise<string[] | null> {
    return this.db.transaction(async (trx) => {
      const row = await this.row(trx, userId, true);
      if (!row || row.confirmed_at || !(await this.takeCode(trx, row, code))) return null;
      await trx('crm_core.crm_second_factors').where({ user_id: userId }).update({ confirmed_at: trx.fn.now() });
      const codes = Array.from({ length: recoveryCount }, () => randomBytes(8).toString('hex').replace(/(.{4})(?=.)/g, '$1-'));
      await trx('crm_core.crm_recovery_codes').where({ user_id: userId }).del();
      await trx('crm_core.crm_recovery_codes').insert(codes.map((one) => ({ user_id: userId, code_hash: hashOf(userId, one) })));
      return codes;
    });
  }

  /** Takes a code of the app or a recovery code, each at most once; resolves to which it was, or to null. */
  async take(userId: string, code: string): Promise<'otp' | 'recovery_code' | null> {
    const text = code.trim();
    const row = await this.row(this.db, userId);
    if (!row?.confirmed_at) return null;
    if (/^\d{3}\s?\d{3}$/.test(text)) return (await this.takeCode(this.db, row, text.replace(/\s/g, ''))) ? 'otp' : null;
    const used = await this.db('crm_core.crm_recovery_codes').where({ user_id: userId, code_hash: hashOf(userId, text) }).whereNull('used_at').update({ used_at: this.db.fn.now() });
    return used === 1 ? 'recovery_code' : null;
  }

  /** Removes the factor with its recovery codes. */
  async remove(trx: Knex.Transaction, userId: string): Promise<void> {
    await trx('crm_core.crm_second_factors').where({ user_id: userId }).del();
    await trx('crm_core.crm_recovery_codes').where({ user_id: userId }).del();
  }

  /** The counter only ever grows, in one statement: of two requests with the same code one is refused, also at the same moment. */
  private async takeCode(db: Knex, row: FactorRow, code: string): Promise<boolean> {
    const totp = totpOf(Secret.fromBase32(decryptSecret(this.config, row.secret_sealed, contextOf(row.user_id))), '');
    const now = Date.now();
    const delta = totp.validate({ token: code, window: skew, timestamp: now });
    if (delta === null) return false;
    const counter = Math.floor(now / 1000 / stepSeconds) + delta;
    const taken = await db('crm_core.crm_second_factors').where({ user_id: row.user_id })
      .where((one) => { void one.whereNull('last_counter').orWhere('last_counter', '<', counter); }).update({ last_counter: counter });
    return taken === 1;
  }

  private async row(db: Knex, userId: string, lock = false): Promise<FactorRow | undefined> {
    const query = db('crm_core.crm_second_factors').where({ user_id: userId });
    if (lock) void query.forUpdate();
    return query.first<FactorRow | undefined>('user_id', 'secret_sealed', 'confirmed_at', 'last_counter');
  }
}

const totpOf = (secret: Secret, label: string): TOTP => new TOTP({ issuer: 'CRM', label, secret, algorithm: 'SHA1', digits: 6, period: stepSeconds });
