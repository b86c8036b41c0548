import { inject, Injectable } from '@angular/core';
import { AdminWords } from '../admin.words';
import { KNOWN_ERRORS, partsOf } from './webhook.calc';

/** What webhooks say, in the reader's language. */
@Injectable({ providedIn: 'root' })
export class WebhookWords {
  private readonly words = inject(AdminWords);

  /** An event, such as "Deals · won". */
  event(type: string): string {
    const parts = partsOf(type);
    if (!parts) return this.words.text(type === '*' ? 'webhooks.everything' : `webhooks.event.${type}`);
    return `${this.words.resource(parts.resource)} · ${this.verb(parts.verb)}`;
  }

  /** The second half of an event. */
  verb(verb: string): string {
    return this.words.text(verb === '*' ? 'webhooks.event.all' : `webhooks.event.${verb}`);
  }

  /** The first events of a subscription and how many more. */
  events(types: readonly string[]): string {
    const shown = types.slice(0, 2).map((type) => this.event(type)).join(this.words.text('record.comma'));
    return types.length > 2 ? this.words.text('webhooks.andMore', { list: shown, more: this.words.number(types.length - 2) }) : shown;
  }

  /** What came of an attempt. */
  outcome(status: number | null, error: string | null): string {
    if (error !== null && KNOWN_ERRORS.has(error)) return this.words.text(`webhooks.error.${error}`);
    return status === null ? error ?? '–' : `HTTP ${status}`;
  }
}
