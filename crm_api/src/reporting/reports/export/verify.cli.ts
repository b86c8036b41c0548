import { parseArgs } from 'node:util';
import { readSecretSettings } from '../../../config.js';
import { knownKeys } from './export.seal.js';
import { askAgain } from './verify.again.js';
import { judge, readExport } from './verify.file.js';
import type { Verdict } from './verify.types.js';

const usage = 'npm run export:verify -- FILE... [--key PUBLIC_KEY]... [--json] [--url ADDRESS --token TOKEN], or --print-key for the keys of this installation.';

/** Public keys may begin with a dash, which an argument of its own may not. */
const joined = (args: readonly string[]): string[] => args.flatMap((arg, at) => (arg === '--key' && /^[\w-]{43}$/.test(args[at + 1] ?? '') ? [`--key=${args[at + 1] ?? ''}`] : args[at - 1] === '--key' && /^[\w-]{43}$/.test(arg) ? [] : [arg]));

/**
 * Verifies exported files against the keys of the data folder (`CRM_DATA_DIR`, `CRM_SECRETS_KEY`) or those given. Asks nobody, unless it is told whom:
 * with `--url` and `--token` each report is asked again, and what the books say now is told beside the verdict, which does not depend on it.
 * @throws Error with its cure for arguments that cannot be understood and files that cannot be opened.
 */
export async function verifyExports(args: readonly string[]): Promise<{ readonly text: string; readonly sound: boolean }> {
  const { values, positionals } = parseArgs({ args: joined(args), allowPositionals: true, options: { key: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false }, 'print-key': { type: 'boolean', default: false }, url: { type: 'string' }, token: { type: 'string' } } });
  const { url, token } = values;
  if ((url === undefined) !== (token === undefined)) throw new Error('--url and --token belong together: the address of the product, and an access token of who asks.');
  for (const key of values.key) if (!/^[\w-]{43}$/.test(key)) throw new Error(`--key "${key}" is not a public key: 43 letters, as --print-key has them.`);
  const own = values.key.length > 0 ? values.key : knownKeys(readSecretSettings());
  if (values['print-key']) return { text: own.length > 0 ? own.join('\n') : 'There are no keys in the data folder; set CRM_DATA_DIR.', sound: own.length > 0 };
  if (positionals.length === 0) throw new Error(`Say which files to verify: ${usage}`);
  const verdicts: Verdict[] = [];
  for (const file of positionals) {
    const read = await readExport(file);
    const verdict = judge(file, read, own);
    verdicts.push(url === undefined || token === undefined ? verdict : { ...verdict, again: await askAgain(read, { url, token }) });
  }
  return { text: values.json ? JSON.stringify(verdicts, null, 2) : verdicts.map(told).join('\n\n'), sound: verdicts.every(({ unchanged }) => unchanged) };
}

const words: Readonly<Record<Verdict['state'], string>> = { unchanged: '  unchanged since export', changed: '  CHANGED since export:', unproven: '  NOT PROVEN, though it agrees with its own seal:' };

function told({ file, format, report, watermark, state, differences, hash, rows, again = [] }: Verdict): string {
  return [
    file, `  format     ${format}`, `  report     ${report ?? '–'}`, `  watermark  ${watermark ?? '–'}`, ...(rows === null ? [] : [`  rows       ${rows}`]), ...(hash === null ? [] : [`  SHA-256    ${hash}`]),
    words[state], ...differences.map((one) => `    - ${one}`), ...again.map((one) => `  ${one}`),
  ].join('\n');
}
