import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane; about 30 ms on a server core.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const marker = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;
// argon2 costs memory in proportion to its input; nobody's password is longer than this.
const longest = 256;

let dummy: Promise<string> | null = null;

/** The argon2id hash of a password or client secret under the parameters in force. */
export const hashPassword = (password: string): Promise<string> => hash(password, parameters);

/** Whether a hash was made under other parameters than those in force, and should be made anew at the next sign-in. */
export const isOutdated = (hashed: string): boolean => !hashed.startsWith(marker);

/** Checks a secret. Without a hash it takes the same time and fails, so that the delay does not tell who exists. */
export async function matches(hashed: string | undefined, secret: string): Promise<boolean> {
  dummy ??= hashPassword(randomBytes(16).toString('hex'));
  const right = await verify(hashed ?? await dummy, secret.slice(0, longest)).catch(() => false);
  return right && hashed !== undefined && secret.length <= longest;
}
