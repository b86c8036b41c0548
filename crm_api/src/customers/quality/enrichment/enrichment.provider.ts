import type { Item } from '../../../kernel/crud/crud.service.js';
import type { MatchEntity } from '../duplicates/match.types.js';

/** A value that a source knows for a field of a record, as it would be sent to the API. */
export interface EnrichmentFact {
  readonly field: string;
  readonly value: string;
}

/**
 * A source of values for records: a file, a register, a service. It is given a record as the API shows it and answers with what it knows; it writes nothing itself,
 * and what it says only ever becomes a proposal.
 */
export interface EnrichmentProvider {
  /** Stands beside each proposal. */
  readonly name: string;
  /** What is known of the record; empty where it is not known. Rejects where the source cannot be asked. */
  lookUp(entity: MatchEntity, record: Item): Promise<readonly EnrichmentFact[]>;
}
