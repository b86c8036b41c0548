import pg from 'pg';
import { LogicalReplicationService } from 'pg-logical-replication';
import { nowMicros } from 'crm_warehouse';
import { formatLsn, parseLsn } from '../../mappings/lsn.codec.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { ChangeSource, SourceEvent, SourceHandler, SourceRun } from '../change.source.js';
import { readPublishedTables, readTypeNames } from './catalogue.reader.js';
import { PgoutputDecoder, type StreamMessage } from './pgoutput.decoder.js';
import { defaultSilenceMs, endClient } from './postgres.client.js';
import { textSession } from './session.options.js';
import { TransactionDecoder } from './transaction.decoder.js';

/** Where the embedded source reads. */
export interface EmbeddedSourceOptions {
  readonly url: string;
  readonly slot: string;
  readonly publication: string;
  /** Longest silence of the server before the connection counts as lost, ms. Default 60,000: the server answers once a second. */
  readonly silenceMs?: number;
}

// Once a second the server is asked how far it has read: that answer is what an idle watermark follows, and the status sent
// with it keeps the connection alive (wal_sender_timeout is 60 s) and lets the server forget what is confirmed.
const statusEveryMs = 1_000;

/** The transport's plugin: asks for pgoutput with text values and decodes them exactly. */
class ExactPgoutputPlugin {
  readonly options = {};
  readonly name = 'pgoutput';
  parsed = 0;
  /** When the server was last heard, monotonic ms. */
  heardAt = performance.now();
  private readonly decoder = new PgoutputDecoder();

  constructor(private readonly publication: string) {}

  parse(buffer: Buffer): StreamMessage {
    this.parsed++;
    this.heardAt = performance.now();
    return this.decoder.decode(buffer);
  }

  start(client: pg.Client, slot: string, lsn: string): Promise<unknown> {
    return client.query(`START_REPLICATION SLOT ${pg.escapeIdentifier(slot)} LOGICAL ${lsn} (proto_version '1', publication_names ${pg.escapeLiteral(pg.escapeIdentifier(this.publication))})`);
  }
}

/** Reads a logical replication slot of Postgres in this process. */
export class EmbeddedSource implements ChangeSource {
  readonly name = 'embedded';
  private service: LogicalReplicationService | null = null;
  private catalogue: pg.Client | null = null;
  private decoder: TransactionDecoder | null = null;
  private confirmed = 0n;
  private ticker: NodeJS.Timeout | null = null;

  constructor(private readonly options: EmbeddedSourceOptions) {}

  async start(from: bigint, handler: SourceHandler): Promise<SourceRun> {
    await this.stop();
    const { silenceMs = defaultSilenceMs } = this.options;
    this.confirmed = from;
    const catalogue = new pg.Client({ connectionString: this.options.url, application_name: 'crm_cdc_catalogue', keepAlive: true, options: textSession, connectionTimeoutMillis: silenceMs, query_timeout: silenceMs });
    this.catalogue = catalogue;
    catalogue.on('error', () => undefined); // Until the delivery listens, an error shows as the failure of the query.
    await catalogue.connect();
    const service = new LogicalReplicationService(
      { connectionString: this.options.url, application_name: 'crm_cdc', keepAlive: true, options: textSession, connectionTimeoutMillis: silenceMs },
      { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } });
    this.service = service;
    const plugin = new ExactPgoutputPlugin(this.options.publication);
    const decoder = new TransactionDecoder(async (oid) => (await readPublishedTables(catalogue, this.options.publication, oid))[0] ?? null, (types) => readTypeNames(catalogue, types));
    this.decoder = decoder;

    let fail!: (error: unknown) => void;
    let finish!: () => void;
    const ended = new Promise<void>((resolve, reject) => { finish = resolve; fail = reject; });
    ended.catch(() => undefined); // The caller awaits it later; until then it must not count as unhandled.
    let failed = false;
    const end = (error: unknown): void => {
      if (failed) return;
      failed = true;
      if (this.service === service) fail(error); else finish();
    };
    catalogue.on('error', end);
    service.on('error', end);

    let handled = 0;
    let taking = false;
    let idle: Promise<void> | null = null;
    let waiting: { lsn: bigint; at: bigint; after: number } | null = null;
    const deliverIdle = (): void => {
      if (!waiting || idle || handled < waiting.after || failed) return;
      const { lsn, at } = waiting;
      waiting = null;
      if (decoder.inTransaction) return;
      idle = Promise.resolve(handler({ kind: 'idle', lsn, at })).catch(end).finally(() => { idle = null; deliverIdle(); });
    };
    service.on('data', async (lsn: string, message: StreamMessage) => {
      // After an error the transport would go on with its queue; nothing may pass a change that failed.
      if (failed || this.service !== service) return;
      taking = true;
      try {
        if (idle) await idle;
        const events: SourceEvent[] = message.tag === 'relation' ? await decoder.announce(message.relation) : decoder.decode(parseLsn(lsn), message);
        for (const event of events) {
          const pending = handler(event);
          if (pending) await pending;
        }
        handled++;
        deliverIdle();
      } catch (error) {
        end(error);
      } finally {
        taking = false;
        plugin.heardAt = performance.now(); // While we worked, we did not listen.
      }
    });
    service.on('heartbeat', (lsn: string, _timestamp: number, shouldRespond: boolean) => {
      plugin.heardAt = performance.now();
      if (shouldRespond) void this.report(false);
      // Messages that arrived before this one may still wait in the transport's queue. The time is our own: the transport's
      // reading of the server's clock is a week off.
      waiting = { lsn: parseLsn(lsn), at: nowMicros(), after: plugin.parsed };
      deliverIdle();
    });

    const open = new Promise<void>((resolve) => { service.once('start', () => resolve()); });
    this.ticker = setInterval(() => {
      void this.report(true);
      // A connection whose packets vanish on the way stays open for ever; only its silence tells.
      if (!taking && !idle && performance.now() - plugin.heardAt > silenceMs) end(new Error(`Connection terminated: Postgres was silent for ${Math.round(silenceMs / 1000)} s`));
    }, statusEveryMs);
    service.subscribe(plugin, this.options.slot, formatLsn(from)).then(() => end(new Error('Connection terminated by the server')), end);
    await Promise.race([open, ended]);
    return { ended };
  }

  place(shape: TableShape): TableShape {
    return this.decoder?.place(shape) ?? shape;
  }

  async confirm(lsn: bigint): Promise<void> {
    if (lsn > this.confirmed) this.confirmed = lsn;
    await this.report(false);
  }

  async stop(): Promise<void> {
    if (this.ticker) clearInterval(this.ticker);
    this.ticker = null;
    const { service, catalogue } = this;
    this.service = null;
    this.catalogue = null;
    this.decoder = null;
    await service?.destroy().catch(() => undefined);
    if (catalogue) await endClient(catalogue);
  }

  private async report(ping: boolean): Promise<void> {
    // The transport adds one byte to what it is given. Handing it the end of a commit would claim the first byte of the next
    // record, and a transaction whose commit is that very record would never be sent.
    if (this.confirmed > 0n) await this.service?.acknowledge(formatLsn(this.confirmed - 1n), ping);
  }
}
