import type { DeadLetterReason, DropReason } from '../outcomes/outcome.types.js';

/** What a stream has done since it started. */
export class StreamStatistics {
  ok = 0;
  readonly dropped: Record<DropReason, number> = { already_applied: 0, not_published: 0 };
  readonly deadLetters: Record<DeadLetterReason, number> = { out_of_range: 0, refused_by_warehouse: 0, undecodable: 0 };
  batches = 0;
  retries = 0;
}
