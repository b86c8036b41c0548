import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchError } from './stack/launch.error.js';

/** Sizes of the sample business that the first start writes. */
export type SampleSize = 'none' | 'small' | 'medium' | 'full';

const SIZES: readonly string[] = ['none', 'small', 'medium', 'full'] satisfies SampleSize[];

/** What a person may set for the launcher, read once from the environment and frozen. */
export interface OpsConfig {
  /** Port of the product on the loopback address. */
  readonly port: number;
  /** Absolute path of the folder that holds everything the product keeps. */
  readonly dataDir: string;
  /** Undefined when it was not set: the default depends on whose database it is. */
  readonly sample: SampleSize | undefined;
  /** True when npm started this process, which must then not outlive npm. */
  readonly underNpm: boolean;
  /** The environment that the parts inherit. */
  readonly env: Readonly<Record<string, string>>;
}

/** Root folder of the repository, seen from crm_ops/dist. */
export const ROOT: string = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * Reads and checks the settings.
 * @throws LaunchError naming the variable and a value that would do.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): OpsConfig {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) given[name] = value;
  return Object.freeze({
    port: portOf(env['CRM_PORT']),
    // Beside the code: a stranger who deletes the clone has deleted everything.
    dataDir: path.resolve(ROOT, env['CRM_DATA_DIR'] || '.crm_data'),
    sample: sampleOf(env['CRM_SAMPLE']),
    underNpm: env['npm_lifecycle_event'] !== undefined,
    env: Object.freeze(given),
  });
}

function portOf(text: string | undefined): number {
  if (!text) return 8080; // What people try first.
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LaunchError(`CRM_PORT is "${text}": use a whole number from 1 to 65535, for example CRM_PORT=8081.`);
  }
  return port;
}

function sampleOf(text: string | undefined): SampleSize | undefined {
  if (!text) return undefined;
  if (!SIZES.includes(text)) throw new LaunchError(`CRM_SAMPLE is "${text}": use ${SIZES.join(', ')}.`);
  return text as SampleSize;
}
