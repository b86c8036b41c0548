/** Streams that the fault suite runs against. */
export type FaultProfile = 'embedded' | 'kafka';

/** Settings of the tests that cross packages. */
export interface TestsConfig {
  /** Browser for the journeys. */
  readonly chrome: string;
  /** Settings of a running product that the bench measures; made by the launcher. */
  readonly port: string | undefined;
  readonly pgUrl: string | undefined;
  readonly clickhouseUrl: string | undefined;
  readonly demoPassword: string;
  /** Whether products of tests start with every optional feature off. */
  readonly withoutOptional: boolean;
  /** Seed of everything random in a test; printed, so that a failure can be repeated. */
  readonly seed: number;
  /** Whether one run does all of what runs otherwise do in turns, by their seeds. */
  readonly everything: boolean;
  /** Random questions that the proof of the KPIs asks of each business. */
  readonly proofCases: number;
  /** Random reports that are asked for. */
  readonly reports: number;
  /** Kills in one run of the fault suite, by profile. */
  readonly faultKills: Readonly<Record<FaultProfile, number>>;
  /** Runs of the fault suite, each with the next seed. */
  readonly faultRounds: number;
  /** Profiles that the fault suite runs in. */
  readonly faultProfiles: readonly FaultProfile[];
  /** Changes that the bench of the stream writes. */
  readonly benchRows: number;
}

/** One for all of a process, so that what is in turn is the same wherever it is asked. */
const seedOfTheClock = Date.now() % 1_000_000;

const profiles = ['embedded', 'kafka'] as const;

/** Reads the settings; throws with the cure, as a run that a typing error emptied would be green. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): TestsConfig {
  const count = (name: string, otherwise: number, least = 1): number => {
    const text = env[name] || String(otherwise);
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) throw new Error(`${name} is ${text}; set it to a whole number, ${least} or more`);
    return value;
  };
  const seed = count('CRM_TEST_SEED', seedOfTheClock, 0);
  const all = env['CRM_TEST_ALL'] || 'off';
  if (all !== 'on' && all !== 'off') throw new Error(`CRM_TEST_ALL is ${all}; set it to on, or leave it out for what is in turn`);
  const everything = all === 'on';
  const inTurn = everything ? profiles.join(',') : profiles[seed % profiles.length] ?? '';
  const faultProfiles = (env['CRM_TEST_FAULT_PROFILES'] || inTurn).split(',').map((text) => {
    const known = profiles.find((name) => name === text.trim());
    if (known === undefined) throw new Error(`CRM_TEST_FAULT_PROFILES is ${env['CRM_TEST_FAULT_PROFILES']}; set it to ${profiles.join(', ')} or both, separated by a comma`);
    return known;
  });
  return Object.freeze({
    chrome: env['CHROME_BIN'] ?? '/usr/bin/chromium',
    port: env['CRM_PORT'],
    pgUrl: env['CRM_PG_URL'],
    clickhouseUrl: env['CRM_CLICKHOUSE_URL'],
    demoPassword: env['CRM_DEMO_PASSWORD'] ?? 'crm-demo-2026',
    withoutOptional: env['CRM_TEST_FLAGS'] === 'off',
    seed,
    everything,
    // Some seconds of each business; set CRM_TEST_PROOF_CASES to a few hundred to look harder.
    proofCases: count('CRM_TEST_PROOF_CASES', 6),
    // A tenth of a second each; hundreds by hand.
    reports: count('CRM_TEST_REPORTS', 30),
    // Programs of Java take seconds to come back: what a pipeline of CI has time for. By hand both have met 50.
    faultKills: Object.freeze({ embedded: count('CRM_TEST_FAULT_KILLS', 20), kafka: count('CRM_TEST_FAULT_KILLS', 6) }),
    faultRounds: count('CRM_TEST_FAULT_ROUNDS', 1),
    faultProfiles,
    // Long enough that the start of a process does not count.
    benchRows: count('CRM_BENCH_ROWS', 200_000),
  });
}

/** What Java programs and Kafka's need of the environment. */
export function javaEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(['JAVA_HOME', 'PATH', 'CRM_KAFKA_JARS'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Of these, what the run's seed has its turn: each in one of so many ways, in another the next time; all with `CRM_TEST_ALL=on`. */
export function inTurn<T>(all: readonly T[], way: number, ways: number, { seed, everything }: Pick<TestsConfig, 'seed' | 'everything'> = readConfig()): T[] {
  return all.filter((_one, index) => everything || (index + way + seed) % ways === 0);
}
