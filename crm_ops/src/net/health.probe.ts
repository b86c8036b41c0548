/** What `GET /crm/v1/health` says now. */
export interface Health {
  readonly ok: boolean;
  /** Names of the components that are down; empty when the API does not answer at all. */
  readonly down: readonly string[];
}

/** Asks the product how it is; never throws. */
export async function readHealth(url: string, timeoutMs = 2000): Promise<Health> {
  try {
    const response = await fetch(`${url}/crm/v1/health`, { signal: AbortSignal.timeout(timeoutMs) });
    const body: unknown = await response.json().catch(() => null);
    return { ok: response.status === 200, down: downOf(body) };
  } catch {
    return { ok: false, down: [] };
  }
}

function downOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('components' in body)) return [];
  const { components } = body;
  if (typeof components !== 'object' || components === null) return [];
  return Object.entries(components as Record<string, unknown>)
    .filter(([, state]) => !isUp(state))
    .map(([name]) => name);
}

/** A component is a word or an object with a status. */
function isUp(state: unknown): boolean {
  if (typeof state === 'object' && state !== null && 'status' in state) return isUp(state.status);
  return state === true || state === 'ok' || state === 'up';
}
