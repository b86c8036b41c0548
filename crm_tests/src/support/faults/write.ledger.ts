/** Tables that the load writes. */
export const faultTables = ['crm_fault_rows', 'crm_fault_lines', 'crm_fault_docs', 'crm_fault_hot'] as const;
/** One of them. */
export type FaultTable = (typeof faultTables)[number];

/** A version of a row: every write gives its row a stamp that no other write has; a delete carries the stamp of what it ended. */
export interface Version {
  readonly table: FaultTable;
  /** Primary key, its columns joined by a slash. */
  readonly key: string;
  readonly op: 'c' | 'u' | 'd';
  readonly stamp: number;
  /** Place among the versions of a row that several writers change; others are in the order of their one writer. */
  readonly place?: number;
}

/** A transaction that is known to be committed. */
export interface Committed {
  readonly versions: readonly Version[];
  /** A position not before the end of its commit; null when the server died before it could be asked. */
  readonly lsn: bigint | null;
}

/** What the writers know to be true: every committed version, in order by row. */
export class WriteLedger {
  private readonly rows = new Map<string, Version[]>();
  private readonly unchecked: { lsn: bigint; versions: readonly Version[] }[] = [];
  /** Transactions by their outcome. `unknown` counts commits whose answer was lost, whatever became of them. */
  readonly counts = { committed: 0, rolledBack: 0, failed: 0, unknown: 0, unknownCommitted: 0, versions: 0 };
  /** Errors of the load that no fault explains. */
  readonly problems: string[] = [];

  commit({ versions, lsn }: Committed): void {
    this.counts.committed++;
    this.counts.versions += versions.length;
    for (const version of versions) {
      const name = `${version.table} ${version.key}`;
      const row = this.rows.get(name);
      if (row) row.push(version);
      else this.rows.set(name, [version]);
    }
    if (lsn !== null && versions.length > 0) this.unchecked.push({ lsn, versions });
  }

  /** Takes out the transactions that end at or before a position and were not taken before. */
  takeUntil(lsn: bigint): readonly Version[] {
    const taken: Version[] = [];
    let kept = 0;
    for (const entry of this.unchecked) {
      if (entry.lsn <= lsn) taken.push(...entry.versions);
      else this.unchecked[kept++] = entry;
    }
    this.unchecked.length = kept;
    return taken;
  }

  /** Every row of a table that was ever written, with its versions in order. */
  *table(table: FaultTable): Generator<readonly [key: string, versions: readonly Version[]]> {
    for (const [name, versions] of this.rows) {
      if (!name.startsWith(`${table} `)) continue;
      yield [name.slice(table.length + 1), [...versions].sort((a, b) => (a.place ?? 0) - (b.place ?? 0))];
    }
  }
}
