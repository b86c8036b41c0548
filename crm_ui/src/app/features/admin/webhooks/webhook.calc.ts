import { Tone } from '@shared/chip/chip.component';
import { DeliveryState, Webhook, WebhookStatistics } from './webhook.model';

/** How a webhook is: `failing` is on, and its last attempts were not taken. */
export type WebhookState = 'on' | 'failing' | 'paused' | 'stopped';

/** The state of a webhook: `paused` by a person, `stopped` by the product. */
export function stateOf({ is_enabled, disabled_reason, failing_since }: Pick<Webhook, 'is_enabled' | 'disabled_reason' | 'failing_since'>): WebhookState {
  if (!is_enabled) return disabled_reason === 'switched_off' ? 'paused' : 'stopped';
  return failing_since === null ? 'on' : 'failing';
}

/** The tone of a state. */
export const STATE_TONES: Readonly<Record<WebhookState, Tone>> = { on: 'won', failing: 'risk', paused: 'stale', stopped: 'lost' };
/** The tone of a delivery. */
export const DELIVERY_TONES: Readonly<Record<DeliveryState, Tone>> = { pending: 'stale', delivered: 'won', dead: 'lost' };

/** The share of attempts that were taken, from 0 to 1; null before the first. */
export const successRate = ({ attempts, taken }: Pick<WebhookStatistics, 'attempts' | 'taken'>): number | null => (attempts === 0 ? null : taken / attempts);

const PLURALS: Readonly<Record<string, string>> = { activity: 'activities' };

/** The kind of record that an event is about, by its word in the event. */
export const resourceOf = (singular: string): string => PLURALS[singular] ?? `${singular}s`;

/** An event in its two halves: `deal.won` is about deals and `won`; `deal.*` has `*`. Null for those that are about no record. */
export function partsOf(type: string): { readonly resource: string; readonly verb: string } | null {
  const [singular, verb] = type.split('.');
  return singular && verb ? { resource: resourceOf(singular), verb } : null;
}

/** The events of one kind of record. */
export interface EventGroup {
  readonly singular: string;
  readonly resource: string;
  /** Whole types, such as `deal.won`. */
  readonly types: readonly string[];
}

/** What can be subscribed to, by kind of record. */
export function groupsOf(types: readonly string[]): EventGroup[] {
  const groups = new Map<string, string[]>();
  for (const type of types) {
    const [singular, verb] = type.split('.');
    if (!singular || !verb || verb === '*') continue;
    groups.set(singular, [...(groups.get(singular) ?? []), type]);
  }
  return [...groups].map(([singular, list]) => ({ singular, resource: resourceOf(singular), types: list }));
}

/** Whether a choice contains an event, by itself or by its kind. */
export const contains = (chosen: readonly string[], type: string): boolean => chosen.includes(type) || chosen.includes(`${type.split('.')[0]}.*`);

/** The choice with one event or one whole kind (`deal.*`) turned; a kind of which all is chosen is chosen whole, also for events that come later. */
export function withEvent(chosen: readonly string[], group: EventGroup, type: string, on: boolean): string[] {
  const whole = `${group.singular}.*`;
  const others = chosen.filter((one) => one !== whole && !group.types.includes(one));
  if (type === whole) return on ? [...others, whole] : others;
  const mine = group.types.filter((one) => (one === type ? on : contains(chosen, one)));
  return mine.length === group.types.length ? [...others, whole] : [...others, ...mine];
}

/** Whether text can be the address of an endpoint; the API looks further. */
export function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text.trim()).protocol);
  } catch {
    return false;
  }
}

/** A position of the log as it is copied from a message: digits alone, or null. */
export const lsnOf = (text: string): string | null => /^\d{1,19}$/.exec(text.trim())?.[0] ?? null;

/** Errors of attempts that have words; an HTTP status speaks for itself. */
export const KNOWN_ERRORS: ReadonlySet<string> = new Set(['redirect', 'timeout', 'connection_refused', 'connection_reset', 'connection_failed', 'unreachable', 'tls_failed', 'malformed_answer', 'forbidden_address', 'unknown_host', 'https_required', 'invalid_url', 'not_made']);
