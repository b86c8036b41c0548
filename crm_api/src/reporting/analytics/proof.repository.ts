import type { WatermarkReader } from './watermark.repository.js';

/** Whether the tables behind a figure equal Postgres. Numbers of the log are decimal text, as they exceed what JSON numbers hold. */
export interface Proof {
  /** True: every table was equal when last compared, or made so. False: rows of one are known to differ. Null: not proven (yet, or not lately). */
  readonly equal: boolean | null;
  /** The oldest position, commit time and time of comparison among the tables; null while one of them was not compared. */
  readonly lsn: string | null;
  readonly committed_at: string | null;
  readonly checked_at: string | null;
  /** Rows compared. */
  readonly rows: number;
  /** Rows that still differ. */
  readonly different: number;
  readonly tables: readonly string[];
}

/** The part of a proof that health shows. */
export type ProofSummary = Pick<Proof, 'lsn' | 'committed_at' | 'checked_at' | 'rows' | 'different'>;

interface TableProof {
  readonly lsn: bigint;
  readonly committedAt: number;
  readonly checkedAt: number;
  readonly goodUntil: number;
  readonly rows: number;
  readonly different: number;
}

interface ProofRow {
  readonly table_name: string;
  readonly lsn: string;
  readonly committed: string;
  readonly checked: string;
  readonly good: string;
  readonly compared: string;
  readonly wrong: string;
  readonly part_checked: string;
  readonly part_wrong: string;
}

// A day: a comparison that is older has long ceased to count. A range of a large table that differs counts at once, before the table's round ends.
const sql = `SELECT t.table_name AS table_name, toString(r.lsn) AS lsn, toString(r.committed) AS committed, toString(r.checked) AS checked, toString(r.good) AS good,
    toString(r.compared) AS compared, toString(r.wrong) AS wrong, toString(r.part_checked) AS part_checked, toString(r.part_wrong) AS part_wrong
  FROM (SELECT table_name FROM crm_raw._tables FINAL WHERE state != 'failed') AS t LEFT JOIN (
    SELECT table_name, argMaxIf(lsn, checked_at, kind = 'full') AS lsn, toUnixTimestamp64Milli(argMaxIf(committed_at, checked_at, kind = 'full')) AS committed,
      toUnixTimestamp64Milli(maxIf(checked_at, kind = 'full')) AS checked, toUnixTimestamp64Milli(argMaxIf(good_until, checked_at, kind = 'full')) AS good,
      argMaxIf(rows, checked_at, kind = 'full') AS compared, argMaxIf(unrepaired, checked_at, kind = 'full') AS wrong,
      toUnixTimestamp64Milli(maxIf(checked_at, kind = 'sample' AND unrepaired > 0)) AS part_checked, argMaxIf(unrepaired, checked_at, kind = 'sample' AND unrepaired > 0) AS part_wrong
    FROM crm_cdc.reconciliation WHERE checked_at > now() - INTERVAL 1 DAY GROUP BY table_name) AS r ON r.table_name = t.table_name FORMAT JSONEachRow`;

// A comparison is a matter of minutes; the tiles of one dashboard share one reading.
const keepMs = 1_000;

/** Reads what the last comparisons of the warehouse with Postgres have found. */
export class ProofReader {
  private last: { readonly at: number; readonly tables: Promise<ReadonlyMap<string, TableProof | null>> } | null = null;

  constructor(private readonly warehouse: Pick<WatermarkReader, 'ask'>) {}

  /** The proof of these tables, or of all; never rejects, because a figure is no worse for a proof that cannot be read: it is not proven then. */
  async read(tables: readonly string[] | null, now = Date.now()): Promise<Proof> {
    const known = await this.tables(now).catch((): ReadonlyMap<string, TableProof | null> => new Map());
    const names = tables ?? [...known.keys()].sort();
    const proofs = names.map((name) => known.get(name) ?? null);
    const found = proofs.filter((proof) => proof !== null);
    const different = found.reduce((sum, proof) => sum + proof.different, 0);
    const rows = found.reduce((sum, proof) => sum + proof.rows, 0);
    const complete = names.length > 0 && found.length === names.length;
    const time = (of: (proof: TableProof) => number): string | null => (complete ? new Date(Math.min(...found.map(of))).toISOString() : null);
    return {
      equal: different > 0 ? false : complete && found.every((proof) => proof.goodUntil >= now) ? true : null,
      lsn: complete ? String(found.reduce((least, { lsn }) => (lsn < least ? lsn : least), found[0]?.lsn ?? 0n)) : null,
      committed_at: time((proof) => proof.committedAt),
      checked_at: time((proof) => proof.checkedAt),
      rows, different, tables: names,
    };
  }

  private tables(now: number): Promise<ReadonlyMap<string, TableProof | null>> {
    if (this.last && Math.abs(now - this.last.at) < keepMs) return this.last.tables;
    const tables = this.query();
    this.last = { at: now, tables };
    return tables;
  }

  private async query(): Promise<ReadonlyMap<string, TableProof | null>> {
    const text = await this.warehouse.ask(sql, 2000);
    const rows = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ProofRow);
    return new Map(rows.map((row) => [row.table_name, proofOf(row)]));
  }
}

function proofOf(row: ProofRow): TableProof | null {
  const checkedAt = Number(row.checked);
  const partWrong = Number(row.part_checked) > checkedAt ? Number(row.part_wrong) : 0;
  if (checkedAt === 0 && partWrong === 0) return null;
  return { lsn: BigInt(row.lsn), committedAt: Number(row.committed), checkedAt, goodUntil: Number(row.good), rows: Number(row.compared), different: Math.max(Number(row.wrong), partWrong) };
}
