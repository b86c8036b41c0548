import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { ChangeEnvelope, RowText } from '../../mappings/change.envelope.js';
import { createRowMapper } from '../../mappings/row.mapper.js';
import type { TableShape } from '../../mappings/table.shape.js';
import { errorCode } from '../../outcomes/error.classifier.js';
import { sameShape } from '../../pipeline/change.pipeline.js';
import type { SnapshotPlace, WarehouseSink } from '../../pipeline/warehouse.sink.js';
import { defaultSilenceMs, endClient, statementLimit } from './postgres.client.js';
import { textSession } from './session.options.js';
import type { HeldSnapshot } from './slot.manager.js';
import { qualifiedName, snapshotCopy, unstorableRows } from './snapshot.query.js';

/** What a snapshot copies and how. */
export interface SnapshotJob {
  readonly url: string;
  /** Longest silence of a server that is still taken for work, ms. */
  readonly silenceMs?: number;
  readonly held: HeldSnapshot;
  readonly place: SnapshotPlace;
  readonly sink: WarehouseSink;
  /** Tables copied at once; two keep both Postgres and the warehouse busy without starving the product. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Looks a table up in the catalogue as it is now; null when it is not published any more. */
  readonly look: (oid: number) => Promise<TableShape | null>;
  readonly onTable: (shape: TableShape, rows: number) => Promise<void>;
}

/** Raised when a table changed its shape between its description and its copy; passes when it is described again. */
export class ShapeMovedError extends Error {
  override readonly name = 'ShapeMovedError';
  /** Postgres' code of a conflict that a repetition cures. */
  readonly code = '40001';
  constructor(tables: readonly string[]) {
    super(`${tables.join(', ')}: changed while being read; reading again`);
  }
}

/** Copies prepared tables as they were at the held snapshot; rows that no snapshot contains any more are ended. Safe to repeat. Throws ShapeMovedError after all others are copied. */
export async function copyTables(job: SnapshotJob, shapes: readonly TableShape[]): Promise<void> {
  const moved: string[] = [];
  const queue = [...shapes];
  const { silenceMs = defaultSilenceMs } = job;
  const worker = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: job.url, application_name: 'crm_cdc_snapshot', keepAlive: true, connectionTimeoutMillis: silenceMs,
      // A session whose client vanished must not hold the tables against changes of their shape; between two tables lie a few statements of the warehouse.
      options: `${textSession} -c idle_in_transaction_session_timeout=${2 * statementLimit(silenceMs)}` });
    client.on('error', () => undefined); // Shows as the failure of the query.
    await client.connect();
    try {
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(job.held.snapshotName)}`);
      for (let shape = queue.shift(); shape; shape = queue.shift()) {
        job.signal.throwIfAborted();
        if (!(await copyTable(client, job, shape))) moved.push(shape.name);
      }
      await client.query('COMMIT');
    } finally {
      queue.length = 0; // One failed copy fails the snapshot: the other workers need not go on.
      await endClient(client);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(job.parallel, shapes.length) }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  if (moved.length > 0) throw new ShapeMovedError(moved);
}

// Changes of shape are not part of a snapshot: a table that was rewritten after it reads as empty. So the table is locked against them
// and must, once it is, still be as described.
async function lock(client: pg.Client, job: SnapshotJob, shape: TableShape): Promise<boolean> {
  await client.query('SAVEPOINT described');
  try {
    await client.query(`LOCK TABLE ${qualifiedName(shape)} IN ACCESS SHARE MODE`);
  } catch (error) {
    if (errorCode(error) !== '42P01' && errorCode(error) !== '3F000') throw error; // Dropped meanwhile.
    await client.query('ROLLBACK TO SAVEPOINT described');
    return false;
  }
  const now = await job.look(shape.oid);
  return now !== null && sameShape(now, shape);
}

async function copyTable(client: pg.Client, job: SnapshotJob, shape: TableShape): Promise<boolean> {
  if (!(await lock(client, job, shape))) return false;
  const { rows: [some] } = await client.query<{ some: boolean }>(`SELECT EXISTS (SELECT 1 FROM ${qualifiedName(shape)}) AS some`);
  const rows = some!.some ? await copyRows(client, job, shape) : 0;
  await job.sink.endOlder(shape, job.place);
  await job.onTable(shape, rows);
  return true;
}

async function copyRows(client: pg.Client, job: SnapshotJob, shape: TableShape): Promise<number> {
  const text = client.query(copyStreams.to(snapshotCopy(shape)));
  const onAbort = (): void => void text.destroy(new Error('the snapshot was stopped'));
  job.signal.addEventListener('abort', onAbort, { once: true });
  const rows = await job.sink.copy(shape, text, job.place).finally(() => job.signal.removeEventListener('abort', onAbort));
  await setAsideUnstorable(client, job, shape);
  return rows;
}

async function setAsideUnstorable(client: pg.Client, job: SnapshotJob, shape: TableShape): Promise<void> {
  const sql = unstorableRows(shape);
  if (sql === null) return;
  const { rows } = await client.query<RowText>(sql);
  if (rows.length === 0) return;
  const mapper = createRowMapper(shape);
  await job.sink.setAside(rows.map((row) => {
    const key = Object.fromEntries(shape.primaryKey.map((column) => [column, row[column] ?? null]));
    const envelope: ChangeEnvelope = { op: 'r', before: null, after: row, key, source: { table: shape.name, lsn: job.place.version, seq: 0, xid: 0, committed_at: job.place.at } };
    const outcome = mapper.map(envelope);
    return { envelope, reason: 'out_of_range', detail: outcome.kind === 'dead_letter' ? outcome.detail : 'the warehouse cannot hold a value of this row' };
  }));
}
