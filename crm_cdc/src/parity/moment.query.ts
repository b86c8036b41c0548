import { quoteName } from 'crm_warehouse';
import type { TableShape } from '../mappings/table.shape.js';

/** The position both sides are compared at. */
export interface ParityMoment {
  /** The consistent point of the Postgres snapshot. */
  readonly lsn: bigint;
  /** Every change up to here belongs to a transaction that the snapshot contains. */
  readonly settledLsn: bigint;
  /** Transactions from here on are not in the snapshot, 32 bits. */
  readonly xmax: bigint;
  /** Transactions below `xmax` that are not in the snapshot, 32 bits. */
  readonly open: readonly bigint[];
}

/** True for a version that the Postgres snapshot contains. A change's own position is not enough: its transaction may commit later. */
export function visibleAt(moment: ParityMoment): string {
  const open = moment.open.length === 0 ? '' : ` AND _xid NOT IN (${moment.open.join(', ')})`;
  // Transaction numbers turn over at 2^32; within the short way between the two positions the signed distance is exact.
  return `(_lsn <= ${moment.settledLsn} OR (_lsn <= ${moment.lsn} AND (_xid = 0 OR (toInt32(toUInt32(${moment.xmax}) - toUInt32(_xid)) > 0${open}))))`;
}

/** Conditions for the parts that the rows of a table at a moment are taken from. */
export interface MomentParts {
  /** Rows of `crm_raw … FINAL` that are the table's at the moment. */
  readonly present: string;
  /** Rows of `crm_history` whose newest one by key is the table's at the moment: their keys have changed since. */
  readonly past: string;
}

/**
 * A version up to the settled position is right as it stands. What lies behind it may be later than the moment, so the history tells what was then; but only where
 * the history knows that version: one that no change has brought is a damage, which must be seen and not looked past.
 */
export function momentParts(shape: TableShape, moment: ParityMoment, scope = ''): MomentParts {
  const keys = shape.primaryKey.map(quoteName).join(', ');
  const table = quoteName(shape.name);
  const settled = String(moment.settledLsn);
  const later = `SELECT ${keys}, _lsn FROM crm_history.${table} WHERE _lsn > ${settled}${scope}`;
  return {
    present: `(_version <= ${settled} OR (${keys}, _version) NOT IN (${later}))`,
    past: `${visibleAt(moment)} AND (${keys}) IN (SELECT ${keys} FROM crm_raw.${table} WHERE _version > ${settled}${scope} AND (${keys}, _version) IN (${later}))`,
  };
}

/** Subquery with the rows of a warehouse table at a moment, in the given columns of `crm_raw`. */
export function tableAt(shape: TableShape, columns: readonly string[], moment: ParityMoment): string {
  const { present, past } = momentParts(shape, moment);
  const table = quoteName(shape.name);
  const keys = shape.primaryKey.map(quoteName).join(', ');
  const then = columns.map((name) => (name === '_version' ? '_lsn AS _version' : name === '_deleted' ? 'toUInt8(0) AS _deleted' : quoteName(name)));
  return `(SELECT ${columns.map(quoteName).join(', ')} FROM crm_raw.${table} FINAL WHERE ${present}
    UNION ALL SELECT ${then.join(', ')} FROM (SELECT * FROM crm_history.${table} WHERE ${past} ORDER BY ${keys}, _lsn DESC, _seq DESC LIMIT 1 BY ${keys}) WHERE _op != 'd')`;
}

/** Subquery with the versions of rows that a moment knows: the history of a table as it was then. */
export function historyAt(shape: TableShape, moment: ParityMoment): string {
  return `(SELECT * FROM crm_history.${quoteName(shape.name)} FINAL WHERE ${visibleAt(moment)})`;
}
