import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchError } from '../stack/launch.error.js';
import { readJson, writeJson } from './json.file.js';

const NAMES = ['pg_superuser', 'pg_owner', 'pg_app', 'pg_stream', 'clickhouse', 'cube'] as const;

/** Random passwords of this data folder's parts. */
export type Secrets = Readonly<Record<(typeof NAMES)[number], string>>;

/**
 * Reads `<data dir>/secrets.json` or, in a new folder, writes it (mode 0600).
 * @throws LaunchError when the file is damaged, or missing where data is.
 */
export function loadSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  const found = readJson(file);
  if (found === 'damaged') throw damaged(dataDir, 'secrets.json cannot be read');
  if (found === null && ['postgres', 'warehouse'].some((name) => fs.existsSync(path.join(dataDir, name)))) {
    throw damaged(dataDir, 'secrets.json is missing');
  }
  const secrets: Record<string, string> = {};
  let grown = found === null;
  for (const name of NAMES) {
    const value = found?.[name];
    if (typeof value === 'string' && value.length >= 16) secrets[name] = value;
    else if (found === null) {
      // 24 bytes cannot be guessed; base64url needs no escaping in a URL.
      secrets[name] = randomBytes(24).toString('base64url');
      grown = true;
    } else throw damaged(dataDir, `secrets.json has no ${name}`);
  }
  if (grown) writeJson(file, secrets);
  return Object.freeze(secrets) as Secrets;
}

function damaged(dataDir: string, why: string): LaunchError {
  return new LaunchError(
    `The data folder ${dataDir} is damaged (${why}): put the file back from a copy, delete the folder to begin anew, or choose another with CRM_DATA_DIR.`,
  );
}
