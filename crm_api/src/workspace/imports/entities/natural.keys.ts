import type { NaturalKey } from '../import.types.js';

/** Found by text that is equal after folding case, accents and Arabic letter variants. */
export function foldKey(field: string): NaturalKey {
  return { field, sql: (operand) => `crm_core.crm_fold(${operand}::text)` };
}

/** Found by text that is equal but for case. */
export function sameText(field: string): NaturalKey {
  return { field, sql: (operand) => `lower(${operand}::text)` };
}

/** Found by e-mail without regard to case; the column itself is citext, so that its unique index serves. */
export function emailKey(operand: string): string {
  return operand === 't.email' ? operand : `${operand}::citext`;
}
