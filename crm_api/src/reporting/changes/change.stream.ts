import { PassThrough } from 'node:stream';
import type { Standing } from './standing.repository.js';

/** Comments keep proxies from taking the connection for dead, and find out who has gone. */
export const heartbeatMs = 15_000;
// A client that takes nothing for so long reads again when it is back; memory is not kept for it.
const mostWaiting = 64 * 1024;
// After which clients come back when a connection ends.
const retryMs = 2000;

/** One connection as server-sent events (HTML Living Standard, 9.2). */
export class ChangeStream {
  readonly body = new PassThrough();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly expiry: NodeJS.Timeout;

  /** Ends with the event `expired` at `expiresAt` (milliseconds), or when `stillAllowed`, asked at each heartbeat, says no. */
  constructor(expiresAt: number, private readonly stillAllowed: () => Promise<boolean>) {
    this.heartbeat = setInterval(() => { void this.beat(); }, heartbeatMs);
    // A timer holds at most 24 days; a token lasts minutes.
    this.expiry = setTimeout(() => { this.expire(); }, Math.min(Math.max(0, expiresAt - Date.now()), 2 ** 31 - 1));
    this.body.once('close', () => { this.clear(); });
  }

  /** Says where the client stands, so that it can resume there though nothing has happened yet; sends the headers on their way. */
  begin({ lsn }: Standing): void {
    this.send(`retry: ${retryMs}\nid: ${lsn}\n`);
  }

  /** Tells of changed tables. */
  tell({ lsn, committedAt }: Standing, tables: readonly string[]): void {
    this.send(`id: ${lsn}\nevent: change\ndata: ${JSON.stringify({ lsn, committed_at: committedAt, tables })}\n`);
  }

  /** Ends the connection; the client comes back by itself. */
  end(): void {
    this.clear();
    this.body.end();
  }

  private expire(): void {
    this.send('event: expired\ndata: {}\n');
    this.end();
  }

  private async beat(): Promise<void> {
    // A database that cannot be asked takes nobody's right away.
    if (await this.stillAllowed().catch(() => true)) this.send(': alive\n');
    else this.expire();
  }

  private send(block: string): void {
    if (this.body.destroyed || this.body.writableEnded) return;
    this.body.write(`${block}\n`);
    if (this.body.writableLength + this.body.readableLength > mostWaiting) this.body.destroy();
  }

  private clear(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.expiry);
  }
}
