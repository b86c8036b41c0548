import type { ClosedTarget, EntityDefinition, ImportMapping } from '../import.types.js';
import { closedTarget } from '../targets/target.reader.js';

/** A target of a mapping that cannot be filled now. */
export interface OutdatedTarget extends ClosedTarget {
  readonly field: string;
}

/** Every field that a mapping fills: by a column, a constant or a template. */
export function mappedFields(mapping: ImportMapping): string[] {
  const columns = Object.values(mapping.columns).flatMap((one) => (one === null ? [] : [typeof one === 'string' ? one : one.field]));
  return [...new Set([...columns, ...Object.keys(mapping.constants ?? {}), ...Object.keys(mapping.templates ?? {})])];
}

/** What of a mapping that was saved earlier is archived, deleted, switched off or not the person's to write any more. */
export function outdatedTargets(entity: EntityDefinition, mapping: ImportMapping): OutdatedTarget[] {
  const open = new Set(entity.fields.map((field) => field.key));
  return mappedFields(mapping).filter((key) => !open.has(key)).map((key) => ({ field: key, ...closedTarget(entity, key) }));
}
