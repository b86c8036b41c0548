import { readConfig } from '../config.js';

/** How much the bench of the stream writes. */
export interface Load {
  /** Changes, and rows of the snapshot. */
  readonly rows: number;
  /** How long 1,000 changes a second are written. */
  readonly seconds: number;
}

/** The load: 200,000 rows and 15 seconds unless `CRM_BENCH_ROWS` says less, which small machines and specs do. */
export function readLoad(): Load {
  const { benchRows } = readConfig();
  return { rows: benchRows, seconds: benchRows < 100_000 ? 5 : 15 };
}
