import { get } from 'node:https';

/** What `GET /crm/v1/health` says now. */
export interface Health {
  readonly ok: boolean;
  /** Names of the components that are down; empty when the API does not answer at all. */
  readonly down: readonly string[];
}

/** Asks the product how it is; never throws. */
export async function readHealth(url: string, timeoutMs = 2000): Promise<Health> {
  try {
    const { status, text } = await (url.startsWith('https:') ? askTls : ask)(`${url}/crm/v1/health`, timeoutMs);
    return { ok: status === 200, down: downOf(parsed(text)) };
  } catch {
    return { ok: false, down: [] };
  }
}

async function ask(address: string, timeoutMs: number): Promise<{ status: number; text: string }> {
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  return { status: response.status, text: await response.text() };
}

/** This machine's own product: its certificate names how others reach it, and nothing secret is sent. */
function askTls(address: string, timeoutMs: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(address, { rejectUnauthorized: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => { resolve({ status: response.statusCode ?? 0, text }); }).on('error', reject);
    }).on('error', reject);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
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
