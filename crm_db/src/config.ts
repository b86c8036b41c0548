/** Settings of the data layer, read once from the environment. */
export interface DbConfig {
  /** Where a running product keeps its files. */
  readonly dataDir: string;
  /** Connection of the API and the workers. */
  readonly url: string | undefined;
  /** Connection of the schema's owner, for migrations and the sample. */
  readonly adminUrl: string | undefined;
  /** Connection of the change stream. */
  readonly streamUrl: string | undefined;
  /** Superuser's password of the embedded server; only the launcher knows it. */
  readonly superuserPassword: string | undefined;
  readonly sample: string;
  readonly seed: number;
  readonly demoPassword: string;
  /** `demo` prints logins and allows the password grant; `production` has neither. */
  readonly profile: 'demo' | 'production';
}

/** Whether tests run with every optional feature off. */
export function testsWithoutOptional(env: NodeJS.ProcessEnv = process.env): boolean {
  const text = env['CRM_TEST_FLAGS'] || 'on';
  if (text !== 'on' && text !== 'off') throw new Error(`CRM_TEST_FLAGS is ${text}; set it to on or off`);
  return text === 'off';
}

/** Reads the settings; throws with the cure where a value makes no sense. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): DbConfig {
  const seed = Number(env['CRM_SEED'] ?? 20260101);
  if (!Number.isSafeInteger(seed)) throw new Error(`CRM_SEED is ${env['CRM_SEED']}; set it to a whole number`);
  const profile = env['CRM_PROFILE'] ?? 'demo';
  if (profile !== 'demo' && profile !== 'production') throw new Error(`CRM_PROFILE is ${profile}; set it to demo or production`);
  return Object.freeze({
    dataDir: env['CRM_DATA_DIR'] ?? '.crm_data',
    url: env['CRM_PG_URL'],
    adminUrl: env['CRM_PG_ADMIN_URL'] ?? env['CRM_PG_URL'],
    streamUrl: env['CRM_PG_STREAM_URL'] ?? env['CRM_PG_URL'],
    superuserPassword: env['CRM_PG_SUPERUSER_PASSWORD'],
    sample: env['CRM_SAMPLE'] ?? 'small',
    seed,
    // Known to everyone who reads the README: only the demo profile creates logins with it.
    demoPassword: env['CRM_DEMO_PASSWORD'] ?? 'crm-demo-2026',
    profile,
  });
}
