import pg from 'pg';
import { defaultSilenceMs, endClient } from '../embedded/postgres.client.js';
import { textSession } from '../embedded/session.options.js';
import { StreamInterruption } from './stream.interruption.js';

/**
 * Connects and takes the right to command the connector and to read for a slot, which lasts as long as this connection. Throws
 * StreamInterruption while another stream has it: two that fill one warehouse would each hold only a part of the partitions, and no
 * watermark would move; one that begins anew would drop the slot under the other.
 */
export async function takeTurn({ url, slot, silenceMs = defaultSilenceMs }: { readonly url: string; readonly slot: string; readonly silenceMs?: number }): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'crm_cdc_catalogue', keepAlive: true, options: textSession, connectionTimeoutMillis: silenceMs, query_timeout: silenceMs });
  client.on('error', () => undefined); // Shows as the failure of the next query.
  await client.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine', [`crm_cdc ${slot}`]);
    if (rows[0]?.mine !== true) throw new StreamInterruption(`another stream reads for ${slot}; this one stands by and takes over when that one ends`);
    return client;
  } catch (error) {
    await endClient(client);
    throw error;
  }
}
