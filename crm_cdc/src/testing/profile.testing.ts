import type { Warehouse } from 'crm_warehouse';
import { readSuiteConfig } from '../config.js';
import type { ParityReport } from '../parity/parity.service.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import type { StreamConfig } from '../stream.service.js';
import { startEmbeddedProfile } from './embedded.profile.testing.js';
import { startKafkaProfile } from './kafka.profile.testing.js';
import type { TestPostgres } from './postgres.testing.js';

/** Ways in which changes reach the warehouse; every suite of `describeProfiles` holds in each of them. */
export type ProfileName = 'embedded' | 'kafka';

/** Servers of one suite and the stream between them. */
export interface Profile {
  readonly name: ProfileName;
  readonly postgres: TestPostgres;
  readonly warehouse: Warehouse;
  /** What `startStream` is called with: for a suite that runs the stream in a process of its own. */
  readonly config: StreamConfig;
  /** Log of the stream and of the comparisons, oldest first. */
  readonly lines: string[];
  /** Starts the stream; resolves once changes flow. The profile stops it with `stopStream` or `stop`. */
  start(options?: Partial<StreamConfig>): Promise<EmbeddedStream>;
  stopStream(): Promise<void>;
  /** Stops the stream and starts it again where it was. */
  restart(options?: Partial<StreamConfig>): Promise<EmbeddedStream>;
  /** Forgets where the stream was: the next start takes a snapshot of everything. Stops the stream first. */
  forget(): Promise<void>;
  /** Resolves once the watermark has passed everything that was committed before the call; fails after `timeoutMs`, or when the stream ends. */
  caughtUp(timeoutMs?: number): Promise<void>;
  /** Compares every published table at one position, in raw and in history. */
  parity(waitMs?: number): Promise<ParityReport>;
  /** Runs statements in Postgres on the profile's own connection. */
  run(sql: string): Promise<void>;
  /** Rows of a query of the warehouse. */
  rows<T>(sql: string): Promise<T[]>;
  /** Ends the stream and all servers of the suite. */
  stop(): Promise<void>;
}

/** Starts one profile with servers of its own. */
export function startProfile(name: ProfileName): Promise<Profile> {
  if (name === 'embedded') return startEmbeddedProfile();
  return startKafkaProfile();
}

/** Profiles that the suites run in: `CRM_TEST_PROFILES`. One that is asked for and cannot start is a failure, never a skip. */
export function availableProfiles(): readonly ProfileName[] {
  return readSuiteConfig().profiles;
}

/** Declares the same suite once per profile. Servers start in `beforeAll`; `profile()` may be called inside of specs and hooks. */
export function describeProfiles(title: string, body: (profile: () => Profile) => void): void {
  for (const name of availableProfiles()) {
    describe(`${title} [${name}]`, () => {
      let profile: Profile | undefined;
      beforeAll(async () => { profile = await startProfile(name); }, 240_000);
      afterAll(async () => { await profile?.stop(); }, 120_000);
      body(() => {
        if (!profile) throw new Error(`the profile ${name} did not start`);
        return profile;
      });
    });
  }
}
