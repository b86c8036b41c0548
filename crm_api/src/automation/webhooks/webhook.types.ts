/** Why an endpoint gets nothing. */
export type DisabledReason = 'switched_off' | 'failing' | 'gone' | 'owner_inactive';

/** A stored endpoint; secrets are sealed. */
export interface WebhookRow {
  readonly id: string;
  readonly user_id: string | null;
  readonly client_id: string | null;
  /** The public id of the API client that owns it. */
  readonly client_key: string | null;
  readonly owner_name: string | null;
  readonly name: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly is_enabled: boolean;
  readonly disabled_reason: DisabledReason | null;
  readonly disabled_at: Date | null;
  readonly failing_since: Date | null;
  readonly secret_sealed: string;
  readonly previous_secret_sealed: string | null;
  readonly previous_secret_until: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** What If-Match is compared with. */
  readonly __version: string;
}

/** A change as the outbox holds it. */
export interface EventRow {
  readonly id: string;
  /** Grows with every change of one record. Decimal text. */
  readonly position: string;
  readonly type: string;
  readonly resource: string;
  readonly record_id: string;
  /** The row as the change left it, as the text of JSON: parsed here, long numbers would be rounded. */
  readonly record: string;
  readonly changed: readonly string[] | null;
  readonly previous: Readonly<Record<string, unknown>> | null;
  readonly occurred_at: Date;
  /** Decimal text. */
  readonly lsn: string;
}

/** A delivery that this process has taken, with what is needed to carry it out. */
export interface TakenDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly webhook: WebhookRow;
  readonly event: EventRow;
}

/** A delivery as the log shows it; `event_type` and `record_id` say of what. */
export interface DeliveryRow {
  readonly id: string;
  readonly position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly record_id: string;
  readonly lsn: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly last_attempt_at: Date | null;
  readonly occurred_at: Date;
}

/** One attempt as the log shows it. */
export interface AttemptRow {
  readonly id: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly response: string | null;
  readonly created_at: Date;
}

/** The name of a message on the wire: the same for every attempt, resend and replay, so that receivers recognise repetitions. */
export const messageId = (eventId: string): string => `msg_${eventId.replaceAll('-', '')}`;
