import { quoteString, type Warehouse } from 'crm_warehouse';
import type { ChangeEnvelope, ChangeOp, RowText } from '../mappings/change.envelope.js';

/** Which dead letters are meant; everything that waits where nothing is named. */
export interface LetterFilter {
  readonly table?: string;
  readonly reason?: string;
  /** Position of one letter. */
  readonly lsn?: bigint;
  /** Place of a message that told no position. */
  readonly offset?: bigint;
}

/** A dead letter as it is kept; `_version` tells whether it was set aside again meanwhile. */
export interface StoredLetter {
  readonly table: string;
  readonly key: string;
  readonly lsn: bigint;
  readonly seq: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly op: string;
  readonly before: string;
  readonly after: string;
  readonly xid: number;
  readonly committedAt: bigint;
  readonly reason: string;
  readonly detail: string;
  readonly recordedAt: string;
  readonly raw: string;
  readonly rawKey: string;
  readonly version: string;
}

interface LetterRow {
  table_name: string; key: string; lsn: string; seq: number; topic: string; partition: number; offset: string; op: string; before: string; after: string;
  xid: string; committed: string; reason: string; detail: string; recorded: string; raw: string; raw_key: string; version: string;
}

/** Letters at most in one go: what fits into memory even when each holds a large message. */
const page = 1_000;

/** Reads the dead letters that wait, and notes what became of them. */
export class LetterStore {
  constructor(private readonly warehouse: Warehouse) {}

  /** Waiting letters behind `after` in the order of the table, oldest version of a row first. */
  async waiting(filter: LetterFilter, after?: StoredLetter): Promise<StoredLetter[]> {
    const conditions = ['replayed_at IS NULL'];
    if (filter.table !== undefined) conditions.push(`table_name = ${quoteString(filter.table)}`);
    if (filter.reason !== undefined) conditions.push(`reason = ${quoteString(filter.reason)}`);
    if (filter.lsn !== undefined) conditions.push(`lsn = ${String(filter.lsn)}`);
    if (filter.offset !== undefined) conditions.push(`topic != '' AND offset = ${String(filter.offset)}`);
    if (after !== undefined) conditions.push(`${identity} > ${place(after)}`);
    const rows = await this.warehouse.rows<LetterRow>(
      `SELECT table_name, key, lsn, seq, topic, partition, offset, op, before, after, xid, toUnixTimestamp64Micro(committed_at) AS committed, reason, detail,
         toString(recorded_at) AS recorded, raw, raw_key, toString(_version) AS version
       FROM crm_cdc.dead_letter FINAL WHERE ${conditions.join(' AND ')} ORDER BY table_name, key, lsn, seq, topic, partition, offset LIMIT ${String(page)}`);
    return rows.map((row) => ({
      table: row.table_name, key: row.key, lsn: BigInt(row.lsn), seq: row.seq, topic: row.topic, partition: row.partition, offset: BigInt(row.offset), op: row.op,
      before: row.before, after: row.after, xid: Number(row.xid), committedAt: BigInt(row.committed), reason: row.reason, detail: row.detail,
      recordedAt: row.recorded, raw: row.raw, rawKey: row.raw_key, version: row.version,
    }));
  }

  /** All waiting letters. */
  async all(filter: LetterFilter): Promise<StoredLetter[]> {
    const all: StoredLetter[] = [];
    for (let some = await this.waiting(filter); some.length > 0; some = await this.waiting(filter, some.at(-1))) all.push(...some);
    return all;
  }

  /** Notes what became of letters, which wait no more; one that was set aside again since it was read stays as it is. */
  async settle(letters: readonly StoredLetter[], outcome: string): Promise<void> {
    for (let from = 0; from < letters.length; from += 200) {
      const some = letters.slice(from, from + 200).map((letter) => `(${place(letter).slice(1, -1)}, ${letter.version})`).join(', ');
      await this.warehouse.command(
        `INSERT INTO crm_cdc.dead_letter SELECT * REPLACE (now64(6) AS replayed_at, ${quoteString(outcome)} AS outcome, greatest(toUInt64(toUnixTimestamp64Micro(now64(6))), l._version + 1) AS _version)
         FROM crm_cdc.dead_letter AS l FINAL WHERE (l.table_name, l.key, l.lsn, l.seq, l.topic, l.partition, l.offset, l._version) IN (${some})`, { idempotent: true });
    }
  }
}

const identity = '(table_name, key, lsn, seq, topic, partition, offset)';

function place(letter: StoredLetter): string {
  return `(${[quoteString(letter.table), quoteString(letter.key), String(letter.lsn), String(letter.seq), quoteString(letter.topic), String(letter.partition), String(letter.offset)].join(', ')})`;
}

/** The change that a letter holds; null for a message that could not be decoded. */
export function envelopeOf(letter: StoredLetter): ChangeEnvelope | null {
  if (letter.topic !== '' || letter.op === '') return null;
  const { table, lsn, seq, xid, committedAt } = letter;
  return {
    op: letter.op as ChangeOp, before: JSON.parse(letter.before) as RowText | null, after: JSON.parse(letter.after) as RowText | null, key: JSON.parse(letter.key) as RowText,
    source: { table, lsn, seq, xid, committed_at: committedAt },
  };
}
