import { createRequire } from 'node:module';
import type { OrchestratorApi as CubeOrchestratorApi } from '@cubejs-backend/server-core';
import { noteRead, noteTables } from './read.tables.js';
import { tablesRead, type TableVersions } from './table.versions.js';

const { OrchestratorApi } = createRequire(import.meta.url)('@cubejs-backend/server-core') as { OrchestratorApi: typeof CubeOrchestratorApi };

type QueryBody = Parameters<CubeOrchestratorApi['executeQuery']>[0];
type OrchestratorOptions = ConstructorParameters<typeof CubeOrchestratorApi>;

/** Seconds an answer is kept: long enough for a morning's dashboards, and a change makes a new key at once. */
const keepSeconds = 3600;
/** Milliseconds within which a client asks again after "Continue wait"; later it wants the state of then. */
const pollWithin = 5_000;
/** Answers and rows of answers kept in memory, about 200 MB at most; the oldest go first. */
const keepAnswers = 5_000;
const keepRows = 500_000;

interface MemoryStore {
  store?: Record<string, { exp: number; value?: { result?: unknown } }>;
}

/**
 * Cube's orchestrator with a cache that is never stale. The state of the tables that a statement reads is part of the
 * key under which its answer is cached and under which running statements are shared, so unchanged data is served from the
 * cache, and changed data is always asked for anew, also while an older statement is still running.
 */
export class FreshOrchestrator extends OrchestratorApi {
  /** State under which a slow statement was started: polling for it must find that run, however often data changes. */
  private readonly polled = new Map<string, { readonly state: string; readonly until: number }>();

  constructor(
    private readonly versions: TableVersions,
    ...args: OrchestratorOptions
  ) {
    super(...args);
  }

  override async executeQuery(query: QueryBody): Promise<unknown> {
    const statement = JSON.stringify([query.query, query.values]);
    const run = this.polled.get(statement);
    const tables = tablesRead(query.query ?? '');
    noteTables(tables);
    const state = run && run.until >= Date.now() ? run.state : await this.versions.fingerprint(tables);
    try {
      const answer: unknown = await super.executeQuery({ ...query, cacheKeyQueries: [], invalidate: state, expireSecs: keepSeconds } as QueryBody);
      this.polled.delete(statement);
      const since = (answer as { lastRefreshTime?: Date | string } | null)?.lastRefreshTime;
      // When it is not known since when the rows are kept, they count as expired.
      noteRead({ tables, state, until: since === undefined ? 0 : new Date(since).getTime() + keepSeconds * 1000 });
      return answer;
    } catch (error) {
      if (isContinueWait(error)) this.polled.set(statement, { state, until: Date.now() + pollWithin });
      else this.polled.delete(statement);
      throw error;
    }
  }

  /** Drops what has expired and, beyond the limit, the answers nearest to it. */
  sweep(now: number = Date.now()): void {
    const driver = (this.getQueryOrchestrator() as unknown as { queryCache: { getCacheDriver(): MemoryStore } }).queryCache.getCacheDriver();
    for (const [statement, { until }] of this.polled) if (until < now) this.polled.delete(statement);
    const store = driver.store;
    if (!store) return;
    let [answers, rows] = [0, 0];
    for (const [key, { exp, value }] of Object.entries(store).sort(([, a], [, b]) => b.exp - a.exp)) {
      answers += 1;
      rows += Array.isArray(value?.result) ? value.result.length : 1;
      if (exp < now || answers > keepAnswers || rows > keepRows) delete store[key];
    }
  }
}

function isContinueWait(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { error?: unknown }).error === 'Continue wait';
}
