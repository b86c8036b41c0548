import { RecordBase } from '@core/api/api.client';

/** Why a webhook gets nothing. */
export type DisabledReason = 'switched_off' | 'failing' | 'gone' | 'owner_inactive';

/** An endpoint that is told of events. */
export interface Webhook extends RecordBase {
  readonly name: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly owner: { readonly kind: 'user' | 'client'; readonly id: string; readonly name: string | null };
  readonly is_enabled: boolean;
  readonly disabled_reason: DisabledReason | null;
  readonly disabled_at: string | null;
  readonly failing_since: string | null;
  readonly previous_secret_until: string | null;
}

/** The same with its secret, which is answered once. */
export type WebhookWithSecret = Webhook & { readonly secret: string };

/** How the deliveries of a webhook went. */
export interface WebhookStatistics {
  readonly webhook_id: string;
  readonly pending: number;
  readonly dead: number;
  readonly attempts: number;
  readonly taken: number;
  readonly p95_ms: number | null;
  readonly last_at: string | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** What can become of a delivery. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
/** One of them. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One delivery of the log. */
export interface Delivery {
  readonly id: string;
  readonly message_id: string;
  readonly event_type: string;
  readonly record_id: string;
  readonly lsn: string;
  readonly status: DeliveryState;
  readonly attempts: number;
  readonly occurred_at: string;
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string;
}

/** One attempt at a delivery. */
export interface Attempt {
  readonly request_id: string;
  readonly attempt: number;
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly response: string | null;
}

/** A delivery with its attempts, the newest first. */
export type DeliveryDetail = Delivery & { readonly log: readonly Attempt[] };

/** What a replay has queued. */
export interface Replayed {
  readonly queued: number;
  readonly last_lsn: string | null;
  readonly more: boolean;
  readonly complete: boolean;
}
