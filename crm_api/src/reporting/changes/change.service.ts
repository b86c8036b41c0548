import type { ApiConfig } from '../../config.js';
import type { Actor } from '../../kernel/context/actor.js';
import type { Deps } from '../../kernel/context/deps.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { analyticsDown } from '../analytics/analytics.errors.js';
import { WatermarkReader } from '../analytics/watermark.repository.js';
import { ChangePoller, type Listener } from './change.poller.js';
import { ChangeStream } from './change.stream.js';
import { changedSince, readStanding, type Standing } from './standing.repository.js';

/** Connections that one person, or client, may hold: every open page needs one. */
export const mostOpen = 8;

const timeoutMs = 2000;

/** How long a connection may last, and where it begins. */
export interface Opening {
  /** When the token ends, in milliseconds. */
  readonly expiresAt: number;
  /** The position that the client knows everything up to; null: it has just read. */
  readonly since: bigint | null;
  stillAllowed(): Promise<boolean>;
}

/** Tells connections of the tables that changed in the warehouse; all of them share one look at it a second. */
export class ChangeService {
  private readonly open = new Map<string, Set<ChangeStream>>();
  private readonly poller: ChangePoller | null;

  constructor({ clickhouseUrl }: Pick<ApiConfig, 'clickhouseUrl'>, { log }: Pick<Deps, 'log'>) {
    const warehouse = clickhouseUrl === null ? null : new WatermarkReader(clickhouseUrl);
    const read = async (reader: WatermarkReader): Promise<Standing> => {
      const standing = await readStanding(reader, timeoutMs);
      if (!standing) throw new Error('There is no watermark yet');
      return standing;
    };
    this.poller = warehouse && new ChangePoller(() => read(warehouse), (error) => { log.debug({ err: error }, 'The warehouse did not say what changed; it is asked again'); });
  }

  /** Opens a connection. @throws CrmError 429 with too many of them, 503 while the warehouse does not answer. */
  async connect(actor: Actor, { expiresAt, since, stillAllowed }: Opening): Promise<ChangeStream> {
    const { poller } = this;
    if (!poller) throw analyticsDown(new Error('CRM_CLICKHOUSE_URL is not set'));
    const key = `${actor.kind}:${actor.id ?? ''}`;
    const mine = this.open.get(key) ?? new Set();
    if (mine.size >= mostOpen) throw new CrmError(429, 'too_many_streams', `You have ${mostOpen} of these connections open. Close some, or share one between your pages.`, { headers: { 'retry-after': '15' } });
    const stream = new ChangeStream(expiresAt, stillAllowed);
    this.open.set(key, mine.add(stream));
    const listener: Listener = (standing, tables) => { stream.tell(standing, tables); };
    stream.body.once('close', () => {
      poller.leave(listener);
      mine.delete(stream);
      if (mine.size === 0 && this.open.get(key) === mine) this.open.delete(key);
    });
    // Nothing is awaited between the standing and what is said of it: what comes later is told by the listener.
    const standing = await poller.join(listener).catch((error: unknown) => {
      stream.body.destroy();
      throw analyticsDown(error);
    });
    if (stream.body.destroyed) poller.leave(listener);
    stream.begin(standing);
    const missed = since === null ? [] : changedSince(standing, since);
    if (missed.length > 0) stream.tell(standing, missed);
    return stream;
  }

  /** Ends all connections: the server stops. */
  close(): void {
    for (const streams of this.open.values()) for (const stream of streams) stream.end();
  }
}
