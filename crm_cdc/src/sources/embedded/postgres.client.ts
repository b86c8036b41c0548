import type { Socket } from 'node:net';
import type pg from 'pg';

/** Longest silence, in milliseconds, that is taken for a server at work; a connection whose packets vanish never says that it is dead. */
export const defaultSilenceMs = 60_000;

/** Longest time of one statement: far above any that the stream sends, so that only a dead connection meets it. */
export function statementLimit(silenceMs: number): number {
  return 10 * silenceMs;
}

/** Ends a connection without a goodbye: whatever waits for one of its answers hears that it is gone. */
export function dropClient(client: pg.Client): void {
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
}

/** Ends a connection; one whose server does not say goodbye is dropped after two seconds. Safe to call twice, never rejects. */
export async function endClient(client: pg.Client): Promise<void> {
  const limit = setTimeout(() => dropClient(client), 2_000);
  await client.end().catch(() => undefined);
  clearTimeout(limit);
}
