import { quoteName, quoteString } from '../embedded/sql.scanner.js';

/** Words of DDL that differ between one server and a cluster. */
export interface Dialect {
  /** `ON CLUSTER …` with a leading space, or nothing. */
  readonly onCluster: string;
  /** Engine clause of the MergeTree family; `name` such as `ReplacingMergeTree`. */
  engine(name: string, ...parameters: string[]): string;
}

/** Plain DDL, or with a cluster's name, distributed DDL and replicated engines (paths and replica names from the servers' macros). */
export function createDialect(cluster?: string): Dialect {
  if (cluster === undefined || cluster === '') {
    return { onCluster: '', engine: (name, ...parameters) => `${name}(${parameters.join(', ')})` };
  }
  const path = quoteString('/clickhouse/tables/{shard}/{database}/{table}');
  return {
    onCluster: ` ON CLUSTER ${quoteName(cluster)}`,
    engine: (name, ...parameters) => `Replicated${name}(${[path, quoteString('{replica}'), ...parameters].join(', ')})`,
  };
}
