import { applyRetention, createWarehouse, microsText, nowMicros, readPolicies, type Warehouse } from 'crm_warehouse';
import { purgeTopics } from './topic.search.js';

/** What the keeper works with. */
export interface KeeperOptions {
  readonly warehouseUrl: string;
  /** Where erased persons must also leave the topics; null without topics. */
  readonly kafka: { readonly brokers: string; readonly groupId: string } | null;
  /** How often it looks, ms. Default a minute: an erased person leaves the topics soon; policies are applied once a day all the same. */
  readonly everyMs?: number;
  readonly log?: (message: string) => void;
}

/** A running keeper. */
export interface Keeper {
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** Shortens histories by their policies; one statement of the log for each table that lost versions. */
export async function keepRetention(warehouse: Warehouse, log: (message: string) => void): Promise<void> {
  for (const { table, removed, horizon } of await applyRetention(warehouse, await readPolicies(warehouse), nowMicros())) {
    if (removed > 0) log(`${table}: ${removed} versions of before ${microsText(horizon)} were superseded and are gone`);
  }
}

/** Purges the topics of erasures that the warehouse has carried out; what the group has not read yet is left for the next time. */
export async function purgeErased(warehouse: Warehouse, kafka: { readonly brokers: string; readonly groupId: string }): Promise<number> {
  // Positions below the watermark are committed to the group before it moves past them the next time.
  const rows = await warehouse.rows<{ id: string }>(
    'SELECT id FROM crm_cdc.erasures FINAL WHERE topics_purged_at IS NULL AND lsn < (SELECT max(lsn) FROM crm_raw._watermark FINAL) AND completed_at < now64(6) - 5');
  if (rows.length === 0) return 0;
  const tables = await warehouse.rows<{ name: string }>('SELECT DISTINCT table_name AS name FROM crm_cdc.erased_keys');
  await purgeTopics({ ...kafka, topics: tables.map(({ name }) => `crm_cdc.crm_core.${name}`) });
  await warehouse.command(
    `INSERT INTO crm_cdc.erasures SELECT * REPLACE (now64(6) AS topics_purged_at, _version + 1 AS _version) FROM crm_cdc.erasures FINAL WHERE toString(id) IN {ids:Array(String)}`,
    { params: { ids: rows.map((row) => row.id) }, idempotent: true });
  return rows.length;
}

/** Runs beside the stream: retention once a day and at the start, topics of erased persons soon. Errors are told and met by the next round. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { log = () => undefined, kafka } = options;
  const warehouse = createWarehouse(options.warehouseUrl);
  let applied = -DAY_MS;
  let round: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      if (performance.now() - applied >= DAY_MS) {
        await keepRetention(warehouse, log);
        applied = performance.now();
      }
      if (kafka !== null && (await purgeErased(warehouse, kafka)) > 0) log('the records of erased persons are gone from the topics');
    } catch (error) {
      log(`history was not kept in order this time: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const timer = setInterval(() => { round = round.then(turn); }, options.everyMs ?? 60_000);
  round = turn();
  return {
    async stop() {
      clearInterval(timer);
      await round;
      await warehouse.close();
    },
  };
}
