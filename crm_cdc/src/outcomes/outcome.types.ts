/** Why a change was left out on purpose: it changes nothing downstream. */
export type DropReason =
  /** Its transaction was applied before a restart and is delivered again. */
  | 'already_applied'
  /** The table is no longer published. */
  | 'not_published'
  /** A row of a snapshot that a later snapshot has replaced. */
  | 'superseded';

/** Why a row cannot be stored in the warehouse and waits for a person. */
export type DeadLetterReason =
  /** A value lies outside the range of the warehouse's type. */
  | 'out_of_range'
  /** The warehouse refused this row and accepted its neighbours. */
  | 'refused_by_warehouse'
  /** The message is not a change of a table: it cannot be read, or nothing tells what its values mean. */
  | 'undecodable';

/** What became of a change on its way; there is no fourth possibility, an unknown error stops the stream before it confirms. */
export type Outcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  | { readonly kind: 'dead_letter'; readonly reason: DeadLetterReason; readonly detail: string };
