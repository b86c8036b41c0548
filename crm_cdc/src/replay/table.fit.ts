import { mirrorType } from 'crm_warehouse';
import type { TableShape } from '../mappings/table.shape.js';

const WIDER: Readonly<Record<string, readonly string[]>> = { Int16: ['Int32', 'Int64'], Int32: ['Int64'], Float32: ['Float64'] };

/**
 * Columns of a table whose warehouse column is missing or of another type. Only whether NULL is allowed may differ: everything else is for
 * the stream to bring, which also reads again the rows that changed without a trace in the log.
 */
export function unfitColumns(shape: TableShape, existing: readonly { readonly name: string; readonly type: string }[] | undefined): string[] {
  const have = new Map((existing ?? []).map((column) => [column.name, column.type.replace(/^Nullable\((.*)\)$/s, '$1')]));
  return shape.columns.filter((column) => {
    const { type } = mirrorType(column.type);
    const present = have.get(column.name);
    return present !== type && !(WIDER[type] ?? []).includes(present ?? '');
  }).map((column) => column.name);
}
