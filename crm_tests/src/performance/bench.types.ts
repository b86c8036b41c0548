import type pg from 'pg';
import type { ProductClient } from '../support/product.client.js';

/** What a benchmark works with. */
export interface BenchContext {
  readonly url: string;
  readonly admin: ProductClient;
  /** Bare SQL on the operational database, to compare with. */
  readonly postgres: pg.Pool;
  /** Bare SQL on the warehouse; resolves with the rows. */
  clickhouse(sql: string): Promise<readonly Record<string, unknown>[]>;
  readonly print: (line: string) => void;
}

/** Measured figures by name; times in milliseconds, `_ratio` for ratios. */
export type Figures = Readonly<Record<string, number>>;

/** A benchmark of one aspect. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(context: BenchContext): Promise<Figures>;
}

/** A benchmark that starts servers of its own and needs no product. */
export interface LoneBench {
  readonly name: string;
  readonly about: string;
  readonly alone: true;
  run(print: (line: string) => void): Promise<Figures>;
}
