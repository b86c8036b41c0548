/** Settings of the stream, read once from the environment. */
export interface CdcConfig {
  /** Connection of the role that replicates and reads. */
  readonly postgresUrl: string;
  /** `http://user:password@host:port` of the warehouse. */
  readonly warehouseUrl: string;
  /** Name of the replication slot; one per warehouse that is fed from the same Postgres. */
  readonly slot: string;
  /** Longest wait of `parity` for the warehouse to reach Postgres, ms. */
  readonly parityWaitMs: number;
}

/** Reads the settings; throws with the cure where one is missing or makes no sense. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): CdcConfig {
  const postgresUrl = env['CRM_PG_STREAM_URL'] ?? env['CRM_PG_URL'];
  if (!postgresUrl) throw new Error('CRM_PG_STREAM_URL is not set; start the product with npm start, or set it to postgres://crm_stream:password@host:port/crm');
  const warehouseUrl = env['CRM_CLICKHOUSE_URL'];
  if (!warehouseUrl) throw new Error('CRM_CLICKHOUSE_URL is not set; start the product with npm start, or set it to http://user:password@host:port');
  for (const [name, value] of [['CRM_PG_STREAM_URL', postgresUrl], ['CRM_CLICKHOUSE_URL', warehouseUrl]] as const) {
    if (!URL.canParse(value)) throw new Error(`${name} is not a URL; set it to ${name === 'CRM_CLICKHOUSE_URL' ? 'http://user:password@host:port' : 'postgres://user:password@host:port/database'}`);
  }
  const slot = env['CRM_CDC_SLOT'] ?? 'crm_cdc';
  if (!/^[a-z0-9_]{1,48}$/.test(slot)) throw new Error(`CRM_CDC_SLOT is ${slot}; use lower case letters, digits and underscores, at most 48`);
  // Five minutes: longer than a large import needs to flow through, short enough for a pipeline of CI.
  const parityWaitMs = Number(env['CRM_PARITY_WAIT_MS'] ?? 300_000);
  if (!Number.isSafeInteger(parityWaitMs) || parityWaitMs < 0) throw new Error(`CRM_PARITY_WAIT_MS is ${env['CRM_PARITY_WAIT_MS']}; set it to milliseconds`);
  return Object.freeze({ postgresUrl, warehouseUrl, slot, parityWaitMs });
}
