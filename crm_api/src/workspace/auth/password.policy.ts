import type { ApiConfig } from '../../config.js';
import { weakPassword } from './auth.errors.js';

// Length is what protects (NIST SP 800-63B); the demo, whose password is printed on its login page, is more lenient.
const shortest = { demo: 8, production: 12 } as const;
const longest = 256;
// The stems of the lists of the most common passwords: with digits and signs around them they fill their first thousand places.
const stems = [
  'password', 'passwort', 'passw', 'qwerty', 'qwertz', 'azerty', 'asdf', 'zxcv', 'welcome', 'letmein', 'admin', 'login', 'master', 'monkey', 'dragon', 'shadow', 'sunshine', 'princess',
  'football', 'baseball', 'superman', 'batman', 'iloveyou', 'trustno', 'starwars', 'michael', 'jordan', 'summer', 'winter', 'spring', 'autumn', 'secret', 'changeme', 'default', 'guest', 'test',
  'user', 'root', 'crm', 'hello', 'freedom', 'whatever', 'computer', 'internet', 'google', 'facebook', 'killer', 'hunter', 'ginger', 'pokemon', 'liverpool', 'arsenal', 'chelsea', 'mustang',
];
const lookalikes: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', '@': 'a', $: 's', '!': 'i', '+': 't' };
const rows = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', '1q2w3e4r5t6y7u8i9o0p', '1qaz2wsx3edc4rfv5tgb'];

/**
 * Refuses passwords that guessers try first.
 * @throws CrmError 422 with the rule that is broken.
 */
export function checkPassword(config: ApiConfig, password: string, person: { readonly email: string | null; readonly name: string }): void {
  const least = shortest[config.profile];
  const length = [...password].length;
  if (length < least) throw weakPassword('too_short', `A password needs at least ${least} characters; three or four words are easy to keep in mind.`);
  if (length > longest) throw weakPassword('too_long', `A password may have at most ${longest} characters.`);
  if (isGuessable(password, [...(person.email?.split(/[@.]/) ?? []), ...person.name.split(/\s+/)])) {
    throw weakPassword('too_common', 'This password is among those that are guessed first: a common word, a row of keys, a repetition or your own name. Choose three or four unrelated words.');
  }
}

/** Whether little is left once common stems, rows of keys, repetitions and the person's own names are taken away. */
export function isGuessable(password: string, names: readonly string[] = []): boolean {
  const lower = password.normalize('NFKC').toLowerCase();
  const rest = withoutRows(lower);
  const plain = withoutRows([...lower].map((one) => lookalikes[one] ?? one).join(''));
  const known = [...stems, ...names.map((name) => name.toLowerCase()).filter((name) => name.length > 2)];
  const left = [rest, plain].map((text) => unrepeated(known.reduce((kept, stem) => kept.replaceAll(stem, ''), text)).replace(/[\d\W_]{0,4}$/u, ''));
  // Fewer than six characters of its own are fewer than a common word has.
  return left.some((text) => new Set(text).size < 5 || text.length < 6);
}

function withoutRows(text: string): string {
  let kept = text;
  for (const row of [...rows, ...rows.map((one) => [...one].reverse().join(''))]) {
    for (let length = row.length; length >= 4; length -= 1) for (let at = 0; at + length <= row.length; at += 1) kept = kept.replaceAll(row.slice(at, at + length), '');
  }
  return kept;
}

/** "abcabcabc" is as good as "abc". */
const unrepeated = (text: string): string => text.replace(/(.+?)\1+/gu, '$1');
