import pg from 'pg';
import { defaultSilenceMs, dropClient, endClient } from '../embedded/postgres.client.js';
import { textSession } from '../embedded/session.options.js';
import { StreamInterruption } from './stream.interruption.js';

/** Where the turn is taken. */
export interface TurnOptions {
  readonly url: string;
  readonly slot: string;
  /** Longest silence of a server that is still taken for work, ms; the server gives up a silent holder after twice as long. */
  readonly silenceMs?: number;
}

/**
 * Connects and takes the right to command the connector and to read for a slot, which lasts as long as this connection. Throws
 * StreamInterruption while another stream has it: two that fill one warehouse would each hold only a part of the partitions, and no
 * watermark would move; one that begins anew would drop the slot under the other.
 */
export async function takeTurn({ url, slot, silenceMs = defaultSilenceMs }: TurnOptions): Promise<pg.Client> {
  const connection = { connectionString: url, keepAlive: true, connectionTimeoutMillis: silenceMs, query_timeout: silenceMs };
  const client = new pg.Client({ ...connection, application_name: 'crm_cdc_catalogue', options: textSession });
  // A connection of its own, which says something all the time: the server cannot know otherwise that a holder behind a dead line is gone.
  const holder = new pg.Client({ ...connection, application_name: 'crm_cdc_turn', options: `-c idle_session_timeout=${2 * silenceMs}` });
  for (const one of [client, holder]) one.on('error', () => undefined); // Shows as the failure of the next query.
  try {
    await Promise.all([client.connect(), holder.connect()]);
    const { rows } = await holder.query<{ mine: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine', [`crm_cdc ${slot}`]);
    if (rows[0]?.mine !== true) throw new StreamInterruption(`another stream reads for ${slot}; this one stands by and takes over when that one ends`);
  } catch (error) {
    await Promise.all([endClient(client), endClient(holder)]);
    throw error;
  }
  tie(client, holder, silenceMs);
  return client;
}

/** Keeps the holder awake, and lets neither connection outlive the other. */
function tie(client: pg.Client, holder: pg.Client, silenceMs: number): void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    holder.query('SELECT 1').then(() => { busy = false; }, () => dropClient(holder));
  }, Math.max(100, silenceMs / 4));
  timer.unref();
  client.once('end', () => void endClient(holder));
  holder.once('end', () => {
    clearInterval(timer);
    dropClient(client);
  });
}
