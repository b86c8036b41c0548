import type { Knex } from 'knex';
import type { Logger } from 'pino';

/** A request as the audit log keeps it; the names are those of `crm_audit_log`. */
export interface RequestEntry {
  readonly occurred_at: Date;
  readonly actor_id: string | null;
  readonly actor_kind: string;
  readonly action: 'request' | 'refusal' | 'read' | 'export' | 'suppressed';
  readonly entity: string;
  readonly entity_id: string | null;
  readonly request_id: string | null;
  readonly ip: string | null;
  readonly session_id: string | null;
  readonly client_id: string | null;
  readonly method: string | null;
  readonly route: string | null;
  readonly status: number | null;
  readonly duration_ms: number | null;
  readonly user_agent: string | null;
  /** JSON text. */
  readonly after: string | null;
}

// What waits is written together, so that a burst costs few statements.
const maxBatch = 200;
// So many wait while the database is away; about five megabytes.
const maxWaiting = 10_000;
const retryMs = 1000;

/**
 * Writes entries of requests behind the answers, so that nobody waits for them; one statement is under way at a time and what comes meanwhile is
 * written together. While the database is away they wait; what no longer fits is counted in the log of the process and in an entry `suppressed`.
 */
export class RequestRecorder {
  private waiting: RequestEntry[] = [];
  private writing: Promise<void> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private lost = 0;

  constructor(private readonly db: Knex, private readonly log: Logger) {}

  /** Takes an entry; returns at once. */
  push(entry: RequestEntry): void {
    if (this.waiting.length >= maxWaiting) this.suppress();
    else this.waiting.push(entry);
    if (this.retry === null) this.start();
  }

  /** Counts an entry that is not written. */
  suppress(): void {
    this.lost += 1;
  }

  /** Writes what waits; resolves when it is written or was tried once more in vain. */
  async flush(): Promise<void> {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.tellLost();
    do {
      this.start();
      await this.writing;
    } while (this.waiting.length > 0 && this.retry === null);
    if (this.retry !== null) clearTimeout(this.retry);
  }

  /** Adds the entry that says how many were left out since the last such entry. */
  tellLost(): void {
    if (this.lost === 0) return;
    const count = this.lost;
    this.lost = 0;
    this.log.warn({ count }, 'Entries of requests were left out of the audit log');
    this.waiting.push({
      occurred_at: new Date(), actor_id: null, actor_kind: 'system', action: 'suppressed', entity: 'audit', entity_id: null, request_id: null, ip: null, session_id: null, client_id: null,
      method: null, route: null, status: null, duration_ms: null, user_agent: null, after: JSON.stringify({ count }),
    });
    this.start();
  }

  private start(): void {
    this.writing ??= this.write().finally(() => { this.writing = null; });
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, maxBatch);
      try {
        await this.db('crm_core.crm_audit_log').insert(batch);
        this.waiting.splice(0, batch.length);
      } catch (error) {
        this.log.error({ err: error, waiting: this.waiting.length }, 'Entries of requests could not be written into the audit log; they are tried again');
        this.retry = setTimeout(() => { this.retry = null; this.start(); }, retryMs);
        return;
      }
    }
  }
}
