import { inject, Injectable, InjectionToken, signal } from '@angular/core';
import { API_ROOT } from '../api/api.client';
import { AuthService } from '../auth/auth.service';
import { takeEvents } from './sse.reader';

/** What the warehouse took in: which tables, up to which position. */
export interface TableChange {
  readonly lsn: string;
  readonly committed_at: string | null;
  readonly tables: readonly string[];
}

/** How the stream is fetched; Angular's client waits for the end of an answer, which a stream does not have. */
export const STREAM_FETCH = new InjectionToken<typeof fetch>('crm.stream.fetch', { providedIn: 'root', factory: () => (...request: Parameters<typeof fetch>): Promise<Response> => fetch(...request) });

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Reads the stream of changes of the warehouse, and begins again when it breaks; a product without one is left alone. */
@Injectable({ providedIn: 'root' })
export class ChangeStream {
  private readonly auth = inject(AuthService);
  private readonly fetch = inject(STREAM_FETCH);

  /** True while changes are told; as long as not, the page has to ask by itself. */
  readonly connected = signal(false);

  /** Tells every change until the signal aborts. */
  async follow(told: (change: TableChange) => void, until: AbortSignal): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !until.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const answer = await this.fetch(`${API_ROOT}/analytics/changes`, { headers: { Authorization: `Bearer ${await this.auth.token()}`, Accept: 'text/event-stream' }, signal: until });
        if (answer.status === 401) this.auth.renew().catch(() => undefined);
        else if (!answer.ok && answer.status < 500 && answer.status !== 429) return;
        else if (answer.ok && answer.body) {
          this.connected.set(true);
          pause = FIRST_PAUSE_MS;
          await this.read(answer.body, told);
        }
      } catch {
        // A broken line is like none: the page asks by itself until it stands again.
      } finally {
        this.connected.set(false);
      }
      await rest(pause, until);
    }
  }

  private async read(body: ReadableStream<Uint8Array>, told: (change: TableChange) => void): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (let held = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const { events, rest: left } = takeEvents(held + decoder.decode(value, { stream: true }));
      held = left;
      for (const { event, data } of events) if (event === 'change') told(JSON.parse(data) as TableChange);
    }
  }
}

function rest(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    until.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
