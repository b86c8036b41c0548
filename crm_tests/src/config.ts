/** Settings of the tests that cross packages. */
export interface TestsConfig {
  /** Browser for the journeys. */
  readonly chrome: string;
  /** Settings of a running product that the bench measures; made by the launcher. */
  readonly port: string | undefined;
  readonly pgUrl: string | undefined;
  readonly clickhouseUrl: string | undefined;
  readonly demoPassword: string;
  /** Seed of everything random in a test; printed, so that a failure can be repeated. */
  readonly seed: number;
  /** Random questions that the property test of the KPI proof asks. */
  readonly proofCases: number;
  /** Kills in one run of the fault suite. */
  readonly faultKills: number;
  /** Runs of the fault suite, each with the next seed. */
  readonly faultRounds: number;
  /** Profiles that the fault suite runs in. */
  readonly faultProfiles: readonly ('embedded' | 'kafka')[];
  /** Changes that the bench of the stream writes. */
  readonly benchRows: number;
}

/** Reads the settings. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): TestsConfig {
  return Object.freeze({
    chrome: env['CHROME_BIN'] ?? '/usr/bin/chromium',
    port: env['CRM_PORT'],
    pgUrl: env['CRM_PG_URL'],
    clickhouseUrl: env['CRM_CLICKHOUSE_URL'],
    demoPassword: env['CRM_DEMO_PASSWORD'] ?? 'crm-demo-2026',
    seed: Number(env['CRM_TEST_SEED'] ?? Date.now() % 1_000_000),
    // Some seconds of a run; set CRM_TEST_PROOF_CASES to a few hundred to look harder.
    proofCases: Number(env['CRM_TEST_PROOF_CASES'] ?? 20),
    // What the acceptance asks for, and what a pipeline of CI has time for.
    faultKills: Number(env['CRM_TEST_FAULT_KILLS'] ?? 50),
    faultRounds: Number(env['CRM_TEST_FAULT_ROUNDS'] ?? 1),
    faultProfiles: (env['CRM_TEST_FAULT_PROFILES'] ?? 'embedded').split(',').filter((name) => name === 'embedded' || name === 'kafka'),
    // Long enough that the start of a process does not count.
    benchRows: Number(env['CRM_BENCH_ROWS'] ?? 200_000),
  });
}

/** What a Java program needs of the environment. */
export function javaEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(['JAVA_HOME', 'PATH'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
