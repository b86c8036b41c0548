import type { TableShape } from '../mappings/table.shape.js';
import { qualifiedName } from '../sources/embedded/snapshot.query.js';
import type { Moment } from './moment.service.js';
import { rangeColumn } from './row.scope.js';

/** The next rows to compare: a table, or a range of its keys. */
export interface RangeUnit {
  readonly shape: TableShape;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Goes round the tables, small ones whole and large ones by ranges of keys. */
export class RangePlan {
  private waiting: string[] = [];
  private current: { readonly table: string; from: string | undefined } | undefined;

  /** `rangeRows`: rows of one range; a table with no more is one unit. */
  constructor(private readonly rangeRows: number) {}

  /** True before the first unit of a round and after the last. */
  get isRoundDone(): boolean {
    return this.current === undefined && this.waiting.length === 0;
  }

  /** Begins a round with these tables. */
  begin(tables: readonly string[]): void {
    this.waiting = [...tables];
    this.current = undefined;
  }

  /** The next unit, null when the round is done. The range ends where the moment's snapshot has `rangeRows` more keys; the last one is open. */
  async next(moment: Moment): Promise<RangeUnit | null> {
    for (;;) {
      this.current ??= this.take();
      if (!this.current) return null;
      const { table, from } = this.current;
      const shape = moment.shapes.find((one) => one.name === table);
      if (!shape) {
        this.current = undefined; // Left the publication since the round began.
        continue;
      }
      return { shape, from, to: await this.end(moment, shape, from) };
    }
  }

  /** Goes on behind a unit that was compared. */
  done(unit: RangeUnit): void {
    this.current = unit.to === undefined ? undefined : { table: unit.shape.name, from: unit.to };
  }

  /** Leaves the rest of the current table to the next round. */
  skip(): void {
    this.current = undefined;
  }

  private take(): { table: string; from: undefined } | undefined {
    const table = this.waiting.shift();
    return table === undefined ? undefined : { table, from: undefined };
  }

  private async end(moment: Moment, shape: TableShape, from: string | undefined): Promise<string | undefined> {
    const column = rangeColumn(shape);
    if (!column) return undefined;
    const behind = from === undefined ? '' : `WHERE ${column.postgres} > ${column.bound(from).postgres}`;
    // One more than the range holds: a table of exactly that many rows is one unit.
    const { rows } = await moment.client.query<{ last: string }>(
      `SELECT (${column.postgres})::text AS last FROM ${qualifiedName(shape)} ${behind} ORDER BY ${column.postgres} OFFSET ${this.rangeRows - 1} LIMIT 2`);
    return rows.length === 2 ? rows[0]!.last : undefined;
  }
}
