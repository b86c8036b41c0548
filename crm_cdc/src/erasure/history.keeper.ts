import { setTimeout as delay } from 'node:timers/promises';
import { applyRetention, createWarehouse, microsText, nowMicros, readPolicies, type Warehouse } from 'crm_warehouse';
import { topicOf, type KafkaSettings } from '../sources/kafka/kafka.settings.js';
import { purgeTopics } from './topic.search.js';

/** What the keeper works with. */
export interface KeeperOptions {
  readonly warehouseUrl: string;
  /** Where erased persons must also leave the topics; null without topics. */
  readonly kafka: KafkaSettings | null;
  /** Time between two rounds, ms. Default 60,000: an erased person leaves the topics soon. */
  readonly everyMs?: number;
  readonly log?: (message: string) => void;
}

/** A running keeper. */
export interface Keeper {
  /** Resolves when the round in flight is over; none begins after. */
  stop(): Promise<void>;
}

// A policy counts days: what it removes a minute earlier or later is the same.
const DAY_MS = 86_400_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Shortens histories by their policies; one statement of the log for each table that lost versions. Throws at the end for the tables where it failed: they keep no other table long. */
export async function keepRetention(warehouse: Warehouse, log: (message: string) => void): Promise<void> {
  const failed: Error[] = [];
  for (const policy of await readPolicies(warehouse)) {
    try {
      for (const { table, removed, horizon } of await applyRetention(warehouse, [policy], nowMicros())) {
        if (removed > 0) log(`${table}: ${removed} versions of before ${microsText(horizon)} were superseded and are gone`);
      }
    } catch (error) {
      failed.push(new Error(`${policy.table}: ${textOf(error)}`, { cause: error }));
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, failed.map(textOf).join('; '));
}

/** Purges the topics of erasures that the warehouse has carried out and answers how many that finished; what the group has not confirmed yet is left for the next time. */
export async function purgeErased(warehouse: Warehouse, kafka: KafkaSettings, log: (message: string) => void = () => undefined): Promise<number> {
  // What the watermark has passed is committed to the group a moment later.
  const rows = await warehouse.rows<{ id: string; lsn: string }>(
    'SELECT id, lsn FROM crm_cdc.erasures FINAL WHERE topics_purged_at IS NULL AND lsn < (SELECT max(lsn) FROM crm_raw._watermark FINAL) AND completed_at < now64(6) - 5');
  if (rows.length === 0) return 0;
  const tables = await warehouse.rows<{ name: string }>('SELECT DISTINCT table_name AS name FROM crm_cdc.erased_keys');
  const { upTo } = await purgeTopics(kafka, tables.map(({ name }) => topicOf('crm_core', name)), log);
  const ids = rows.filter(({ lsn }) => upTo === null || BigInt(lsn) <= upTo).map(({ id }) => id);
  if (ids.length === 0) return 0;
  await warehouse.command(
    `INSERT INTO crm_cdc.erasures SELECT * REPLACE (now64(6) AS topics_purged_at, _version + 1 AS _version) FROM crm_cdc.erasures FINAL WHERE toString(id) IN {ids:Array(String)}`,
    { params: { ids }, idempotent: true });
  return ids.length;
}

/** Runs beside the stream: retention once a day and at the start, topics of erased persons soon. Errors are told and met by the next round. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { log = () => undefined, kafka, everyMs = 60_000 } = options;
  const warehouse = createWarehouse(options.warehouseUrl);
  const stopping = new AbortController();
  const { signal } = stopping;
  let applied = -DAY_MS;
  // One must not wait for the other: a broker that is away keeps no history long, and a long mutation keeps no person in the topics.
  const tried = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log(`history was not kept in order this time: ${textOf(error)}`);
    }
  };
  const round = async (): Promise<void> => {
    if (performance.now() - applied >= DAY_MS) {
      await tried(async () => {
        await keepRetention(warehouse, log);
        applied = performance.now();
      });
    }
    if (kafka !== null && !signal.aborted) await tried(async () => { if ((await purgeErased(warehouse, kafka, log)) > 0) log('the records of erased persons are gone from the topics'); });
  };
  const rounds = (async () => {
    while (!signal.aborted) {
      await round();
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
      await warehouse.close();
    },
  };
}
