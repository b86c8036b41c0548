import { setTimeout as delay } from 'node:timers/promises';
import { TRY_AGAIN } from '../../outcomes/error.classifier.js';

/** Raised when Connect answers with an error; 409 and 5xx pass with time. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: string;
  /** `starting`: the server answers, but not yet its interface. */
  constructor(readonly status: number, message: string, starting: boolean) {
    super(message);
    this.code = starting || status === 409 || status >= 500 ? TRY_AGAIN : 'CRM_CONNECT';
  }
}

/** State of a connector and its task: `UNASSIGNED`, `RUNNING`, `PAUSED`, `STOPPED`, `FAILED`, `RESTARTING`; null where there is none. */
export interface ConnectorState {
  readonly connector: string;
  readonly task: string | null;
  /** First line of why it failed. */
  readonly trace: string;
}

// Connect forwards requests to its leader, which may be elected anew; a minute is longer than that takes.
const requestMs = 60_000;

/** One connector, through Connect's REST interface. */
export class ConnectClient {
  constructor(private readonly url: string, private readonly name: string) {}

  /** Settings of the connector; null when it is not registered. */
  config(): Promise<Record<string, string> | null> {
    return this.ask<Record<string, string>>('GET', '/config');
  }

  /** Registers the connector or changes its settings. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.ask('PUT', '/config', settings);
  }

  /** Registers the connector without starting it. */
  async register(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', '/connectors', { name: this.name, config: settings, initial_state: 'STOPPED' });
  }

  /** Its state; null when it is not registered. */
  async state(): Promise<ConnectorState | null> {
    const status = await this.ask<{ connector: { state: string; trace?: string }; tasks: { state: string; trace?: string }[] }>('GET', '/status');
    if (status === null) return null;
    const [task] = status.tasks;
    const trace = task?.trace ?? status.connector.trace ?? '';
    return { connector: status.connector.state, task: task?.state ?? null, trace: lastCause(trace) };
  }

  /** Ends the task and keeps the registration; resolves when it is stopped. */
  async stop(signal: AbortSignal): Promise<void> {
    await this.ask('PUT', '/stop');
    for (;;) {
      const state = await this.state();
      if (state === null || (state.connector === 'STOPPED' && state.task === null)) return;
      await delay(100, undefined, { signal });
    }
  }

  /** Starts a stopped connector. */
  async resume(): Promise<void> {
    await this.ask('PUT', '/resume');
  }

  /** Starts connector and task again: both, or what of them has failed. */
  async restart(which: 'all' | 'failed'): Promise<void> {
    await this.ask('POST', `/restart?includeTasks=true&onlyFailed=${which === 'failed'}`);
  }

  /** Forgets how far a stopped connector has read. */
  async forgetOffsets(): Promise<void> {
    await this.ask('DELETE', '/offsets');
  }

  /** Takes the connector away, if it is there. */
  async remove(): Promise<void> {
    await this.ask('DELETE', '');
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T | null> {
    try {
      return (await this.call(method, `/connectors/${encodeURIComponent(this.name)}${path}`, body)) as T;
    } catch (error) {
      if (error instanceof ConnectError && error.status === 404 && error.code !== TRY_AGAIN) return null;
      throw error;
    }
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url.replace(/\/$/, '')}${path}`, {
      method, signal: AbortSignal.timeout(requestMs),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // Before its interface is there, the server says 404 to everything, as a page.
    if (!response.ok) throw new ConnectError(response.status, `Kafka Connect refused ${method} ${path}: ${response.status} ${messageOf(text)}`, !text.startsWith('{'));
    return text === '' ? {} : JSON.parse(text);
  }
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text).slice(0, 500);
  } catch {
    return text.slice(0, 500);
  }
}

function lastCause(trace: string): string {
  const lines = trace.split('\n').filter((line) => line !== '' && !line.startsWith('\t'));
  return (lines.at(-1) ?? '').replace(/^Caused by: /, '').slice(0, 500);
}
