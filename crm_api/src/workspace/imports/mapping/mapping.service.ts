import type { Call } from '../../../kernel/context/call.js';
import { accessOf, allTargets } from '../targets/target.reader.js';
import type { SavedMapping } from './mapping.repository.js';
import { outdatedTargets, type OutdatedTarget } from './mapping.targets.js';

/** Saved mappings as the API answers them: each says which of its fields the caller cannot fill any more. */
export async function presentMappings(call: Call, saved: readonly SavedMapping[]): Promise<(SavedMapping & { readonly outdated: readonly OutdatedTarget[] })[]> {
  const entities = new Map((await allTargets(call.db, accessOf(call))).map((one) => [one.entity, one]));
  return saved.map((one) => {
    const entity = entities.get(one.entity);
    return { ...one, outdated: entity === undefined ? [] : outdatedTargets(entity, one.mapping) };
  });
}
