import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { readCliConfig, type CliConfig } from '../../config.js';
import { findPreset, importPresets, type PresetFile } from './presets/index.js';

/** Counts of a whole run, and of each file. */
export interface CliCounts {
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  errors: number;
  readonly files: Record<string, object>;
}

interface JobState {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly message: string } | null;
  readonly counts: Omit<CliCounts, 'files'>;
  readonly problem_groups?: readonly { readonly message: string; readonly count: number }[];
}

async function request<T>(config: CliConfig, token: string | undefined, path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${config.url}/crm/v1${path}`, { ...init, headers: { ...init.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
  } catch (cause) {
    throw new Error(`The product does not answer at ${config.url}. Start it with npm start, or set CRM_URL.`, { cause });
  }
  const body = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(`${path}: ${body.detail ?? response.statusText}`);
  return body;
}

async function signIn(config: CliConfig): Promise<string> {
  const form: Record<string, string> = config.clientId === undefined
    ? { grant_type: 'password', username: config.user, password: config.password }
    : { grant_type: 'client_credentials', client_id: config.clientId, client_secret: config.clientSecret ?? '' };
  const answer = await request<{ access_token: string }>(config, undefined, '/auth/token', { method: 'POST', body: new URLSearchParams(form) });
  return answer.access_token;
}

async function importFile(config: CliConfig, folder: string, name: string, file: PresetFile, dryRun: boolean): Promise<JobState> {
  // A token lives for minutes and a large import longer: each file signs in anew, and so does the waiting below.
  let token = await signIn(config);
  const form = new FormData();
  form.set('entity', file.entity);
  form.set('mapping', JSON.stringify(file.mapping));
  form.set('dry_run', String(dryRun));
  form.set('file', new Blob([await readFile(join(folder, name))]), name);
  let state = await request<JobState>(config, token, '/imports', { method: 'POST', body: form });
  let signedIn = Date.now();
  while (['queued', 'running'].includes(state.status)) {
    await delay(200);
    if (Date.now() - signedIn > 5 * 60_000) {
      token = await signIn(config);
      signedIn = Date.now();
    }
    state = await request<JobState>(config, token, `/imports/${state.id}`);
  }
  if (state.status !== 'done') throw new Error(`${name}: ${state.error?.message ?? `the import is ${state.status}`}`);
  for (const group of state.problem_groups ?? []) process.stderr.write(`${name}: ${group.count} × ${group.message}\n`);
  return state;
}

/** `npm run import -- --preset NAME --dir FOLDER [--dry-run]`: brings a known export in through the API of the running product. */
export async function runCli(args: readonly string[]): Promise<CliCounts> {
  const { values } = parseArgs({ args: [...args], options: { preset: { type: 'string' }, dir: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } });
  const preset = findPreset(values.preset ?? '');
  if (preset === undefined || values.dir === undefined) {
    throw new Error(`Usage: npm run import -- --preset NAME --dir FOLDER [--dry-run]\nPresets: ${importPresets.map((each) => each.name).join(', ')}`);
  }
  const config = readCliConfig();
  const folder = values.dir;
  const names = (await readdir(folder)).sort();
  const isIgnored = (name: string): boolean => preset.ignored.some((pattern) => pattern.test(name));
  const counts: CliCounts = { created: 0, updated: 0, unchanged: 0, skipped: 0, errors: 0, files: {} };
  for (const file of preset.files) {
    for (const name of names.filter((each) => file.file.test(each) && !isIgnored(each))) {
      process.stderr.write(`${name} → ${file.entity}\n`);
      const state = await importFile(config, folder, name, file, values['dry-run']);
      counts.files[name] = { entity: file.entity, ...state.counts };
      for (const key of ['created', 'updated', 'unchanged', 'skipped', 'errors'] as const) counts[key] += state.counts[key];
    }
  }
  if (Object.keys(counts.files).length === 0) throw new Error(`${folder} has no file of the preset ${preset.name}. Name the folder that holds the export.`);
  return counts;
}
