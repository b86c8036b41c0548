import type { Warehouse } from 'crm_warehouse';

/** A row of an answer; 64-bit integers may come as texts, so numbers are read with `numberOf`. */
export type WarehouseRow = Record<string, unknown>;

/** The little that models need of the warehouse: a query with named parameters, answered in batches of rows. */
export interface WarehouseReader {
  rows(sql: string, parameters?: Record<string, unknown>): AsyncIterable<WarehouseRow[]>;
}

/** Rows per batch: few awaits, little memory. */
const BATCH = 2000;

/** Reads through the warehouse's client; columns without a partner in an outer join are null, as in SQL. */
export function createReader(warehouse: Warehouse): WarehouseReader {
  return {
    async *rows(sql, parameters) {
      let batch: WarehouseRow[] = [];
      for await (const row of warehouse.stream<WarehouseRow>(sql, { params: parameters, settings: { join_use_nulls: 1 } })) {
        batch.push(row);
        if (batch.length < BATCH) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
  };
}

/** All rows of a small answer. */
export async function readAll(reader: WarehouseReader, sql: string, parameters?: Record<string, unknown>): Promise<WarehouseRow[]> {
  const out: WarehouseRow[] = [];
  for await (const batch of reader.rows(sql, parameters)) out.push(...batch);
  return out;
}

/** A finite number, or NaN for null and for anything else. */
export function numberOf(value: unknown): number {
  if (value === null || value === undefined || value === '') return NaN;
  const number = Number(value);
  return Number.isFinite(number) ? number : NaN;
}

/** A text, or the empty text for null. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
