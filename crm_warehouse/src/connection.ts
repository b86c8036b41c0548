import { createClient, ClickHouseError, type ClickHouseClient } from '@clickhouse/client';

/** Name of the user who may only read; its password is that of the writing user. */
export const READER = 'crm_reader';

/** The URL of the warehouse for reading only: the same server and password with the user `crm_reader`. */
export function readerUrl(url: string): string {
  const reader = new URL(url);
  reader.username = READER;
  return reader.href;
}
void createClient; void ClickHouseError; export type X = ClickHouseClient;
