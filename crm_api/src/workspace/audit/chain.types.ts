/**
 * What a verification can find. `altered`: an entry says something else than when it was written. `removed`: it is in the chain and gone from the log. `unchained`: it is in the log and
 * was never sealed nor waits for it. `gap`: numbers are missing in the chain. `reordered`: entries stand in another order than they were sealed in. `broken`: a link of the chain, or a
 * seal, does not follow from the one before. `anchor`: the chain is another one than when a copy of its head left the database.
 */
export const findingKinds = ['altered', 'removed', 'unchained', 'gap', 'reordered', 'broken', 'anchor'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One difference. */
export interface Finding {
  readonly kind: FindingKind;
  /** The number in the chain; null for entries without one. */
  readonly position: number | null;
  /** The entry's id; null where the finding is about numbers. */
  readonly id: string | null;
  readonly detail: string;
}

/** The head of the chain at some position, as somebody outside of the database knows it. */
export interface Anchor {
  readonly position: number;
  readonly head: string;
}

/** Copies of heads outside of Postgres, in the order of their positions. */
export interface AnchorSource {
  /** Heads above `after`, at most up to `upTo`. @throws where the source cannot be asked. */
  read(after: number, upTo: number): Promise<Anchor[]>;
  /** The highest position that the source knows; 0 where it knows none. */
  last(): Promise<number>;
}

/** What a verification says. */
export interface Verification {
  /** Entries of the chain that were recomputed. */
  readonly checked: number;
  /** Entries that wait for their seal; their digests were recomputed too. */
  readonly waiting: number;
  /** Seconds since the oldest waiting entry was written; null where none waits. */
  readonly oldest_waiting_s: number | null;
  /** Entries out of which an erasure has taken a person, each with the digest that the erasure noted. */
  readonly erased: number;
  readonly head: Anchor | null;
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** The first of each kind, at most 100. */
  readonly findings: readonly Finding[];
  /** What the copies outside said: how many heads were compared, up to which position; a reason where they could not be asked; null where there are none. */
  readonly anchors: { readonly compared: number; readonly last_position: number; readonly unreachable: string | null } | null;
}

/** Whether a verification found no difference. */
export const isSound = ({ counts }: Pick<Verification, 'counts'>): boolean => findingKinds.every((kind) => counts[kind] === 0);

/** A link of the chain with the entry that it seals. */
export interface LinkRow {
  readonly position: string;
  readonly id: string;
  readonly digest: string;
  readonly hash: string;
  readonly seal_id: string;
  readonly untouched: boolean;
  readonly present: boolean;
  readonly salt: string | null;
  readonly content_digest: string | null;
  readonly own_digest: string | null;
  readonly erased_by: string | null;
  readonly content: string | null;
  readonly facts: string | null;
  /** What the erasure noted as the digest of what it left. */
  readonly replaced: string | null;
}

/** A seal: the links from `first_position` to `last_position`, after which the head was `head`. */
export interface SealRow {
  readonly id: string;
  readonly first_position: string;
  readonly last_position: string;
  readonly previous_head: string;
  readonly head: string;
  readonly untouched: boolean;
}
