import { microsText, nowMicros, type Warehouse } from 'crm_warehouse';

/** A snapshot of all tables that Debezium takes. */
export interface SnapshotRecord {
  /** Version of its rows, older than every change that the slot delivers. */
  readonly version: bigint;
  /** Consistent point of the slot; 0 until the slot is there. */
  readonly consistentLsn: bigint;
  /** `void`: it must be taken again. */
  readonly state: 'running' | 'complete' | 'void';
  /** Microseconds. */
  readonly at: bigint;
}

/** Keeps in the warehouse which snapshot its rows come from, so that a restart goes on with the same versions. */
export class SnapshotStore {
  constructor(private readonly warehouse: Warehouse, private readonly source: string, private readonly slot: string) {}

  /** The newest snapshot; undefined before the first. */
  async read(): Promise<SnapshotRecord | undefined> {
    const row = await this.warehouse.first<{ version: string; consistent: string; state: SnapshotRecord['state']; at: string }>(
      `SELECT toString(version) AS version, toString(consistent_lsn) AS consistent, state, toString(toUnixTimestamp64Micro(taken_at)) AS at
       FROM crm_cdc.snapshots FINAL WHERE source = {source:String} AND slot = {slot:String}`, { params: { source: this.source, slot: this.slot } });
    return row && { version: BigInt(row.version), consistentLsn: BigInt(row.consistent), state: row.state, at: BigInt(row.at) };
  }

  /** Replaces the record. */
  async write(record: SnapshotRecord): Promise<void> {
    await this.warehouse.insert('crm_cdc.snapshots', [{
      source: this.source, slot: this.slot, version: String(record.version), consistent_lsn: String(record.consistentLsn), state: record.state,
      taken_at: microsText(record.at), _version: String(nowMicros()),
    }], { idempotent: true });
  }
}
