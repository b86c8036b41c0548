import type { Warehouse } from 'crm_warehouse';
import type pg from 'pg';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import { CatalogueWatch } from '../sources/kafka/catalogue.watch.js';
import { fillFromPostgres } from '../sources/kafka/column.lookup.js';
import { MessageDecoder, SnapshotRepeatedError, type Decoded } from '../sources/kafka/message.decoder.js';
import type { StoredLetter } from './letter.store.js';

/** What a message that could not be read says today. */
export type ReadMessage =
  | { readonly kind: 'change'; readonly envelope: ChangeEnvelope }
  /** It changes nothing (any more). */
  | { readonly kind: 'nothing'; readonly detail: string }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads kept messages of the broker with the decoder of the stream and the catalogue of today. */
export class MessageReader {
  private decoder: MessageDecoder | null = null;

  constructor(private readonly client: pg.Client, private readonly warehouse: Warehouse, private readonly publication: string) {}

  async read(letter: StoredLetter): Promise<ReadMessage> {
    this.decoder ??= await this.open();
    const bytes = (text: string): Buffer | null => (text === '' ? null : Buffer.from(text, 'base64'));
    let decoded: Decoded;
    try {
      decoded = this.decoder.decode({ topic: letter.topic, key: bytes(letter.rawKey), value: bytes(letter.raw) });
    } catch (error) {
      // One letter must not keep the others from their replay.
      if (!(error instanceof SnapshotRepeatedError)) throw error;
      return { kind: 'unreadable', detail: 'a row of a snapshot that is not the one in force; replay once the snapshot that runs is complete' };
    }
    switch (decoded.kind) {
      case 'change': {
        if (decoded.ask.length === 0) return { kind: 'change', envelope: decoded.envelope };
        const filled = await fillFromPostgres(this.client, [decoded]);
        return { kind: 'change', envelope: filled.get(decoded.envelope) ?? decoded.envelope };
      }
      case 'nothing': return { kind: 'nothing', detail: 'a tombstone or an empty message, which changes nothing' };
      case 'skipped': return decoded.reason === 'superseded' ? { kind: 'nothing', detail: 'a row of a snapshot that a later one has replaced' } : { kind: 'unreadable', detail: `${decoded.table} is not published; put it back into the publication first` };
      // What it ended is not known any more; the comparison with Postgres finds rows that are left over.
      case 'truncate': return { kind: 'unreadable', detail: 'a TRUNCATE cannot be repeated out of its order; run npm run parity -- --repair' };
      case 'undecodable': return { kind: 'unreadable', detail: decoded.detail };
    }
  }

  private async open(): Promise<MessageDecoder> {
    const decoder = new MessageDecoder();
    const catalogue = await new CatalogueWatch(this.client, this.publication).changed();
    for (const shape of catalogue?.shapes ?? []) decoder.adopt(shape, catalogue!.types);
    const row = await this.warehouse.first<{ version: string; consistent: string; at: string }>(
      `SELECT toString(version) AS version, toString(consistent_lsn) AS consistent, toString(toUnixTimestamp64Micro(taken_at)) AS at FROM crm_cdc.snapshots FINAL WHERE source = 'kafka' ORDER BY taken_at DESC LIMIT 1`);
    if (row) decoder.snapshot = { version: BigInt(row.version), consistentLsn: BigInt(row.consistent), at: BigInt(row.at) };
    return decoder;
  }
}
