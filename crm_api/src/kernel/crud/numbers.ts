import { randomInt } from 'node:crypto';

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: nothing that is misread over the phone.

/** A number for people, such as `Q-26-K3F9Z2`: 30 random bits behind the year, so that no counter serialises writers; a clash meets the unique index. */
export function newNumber(prefix: string, now = new Date()): string {
  const tail = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return `${prefix}-${String(now.getUTCFullYear()).slice(2)}-${tail}`;
}
