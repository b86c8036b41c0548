import type { EntityDefinition, ImportMapping } from '../import.types.js';
import { importEntities } from '../entities/index.js';

/** A header as it is compared: lower case words. */
export function normaliseHeader(header: string): string {
  return header
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Which field each column most likely means: its name, its label in either language, or a known synonym. A field is suggested once. */
export function suggestColumns(entity: EntityDefinition, columns: readonly string[]): Record<string, string> {
  const taken = new Set<string>();
  const suggested: Record<string, string> = {};
  const passes: ((field: EntityDefinition['fields'][number]) => readonly string[])[] = [
    (field) => [field.key, field.label.en, field.label.ar],
    (field) => field.synonyms ?? [],
  ];
  for (const namesOf of passes) {
    for (const column of columns) {
      if (suggested[column] !== undefined) continue;
      const wanted = normaliseHeader(column);
      const field = entity.fields.find((candidate) => !taken.has(candidate.key) && namesOf(candidate).some((name) => normaliseHeader(name) === wanted));
      if (field === undefined) continue;
      taken.add(field.key);
      suggested[column] = field.key;
    }
  }
  return suggested;
}

/** The entity whose fields the columns and the file's name fit best, with the suggested mapping; undefined when hardly anything fits. */
export function suggestEntity(fileName: string, columns: readonly string[], entities: readonly EntityDefinition[] = importEntities): { readonly entity: string; readonly mapping: ImportMapping } | undefined {
  const name = normaliseHeader(fileName.replace(/\.[a-z]+$/i, ''));
  const scored = entities.map((entity) => {
    const suggested = suggestColumns(entity, columns);
    const named = name.includes(entity.entity.replace(/s$/, '')) ? 0.5 : 0;
    const complete = entity.fields.every((field) => field.required !== true || Object.values(suggested).includes(field.key)) ? 0.2 : 0;
    return { entity: entity.entity, columns: suggested, score: Object.keys(suggested).length / columns.length + named + complete };
  });
  const best = scored.reduce((left, right) => (right.score > left.score ? right : left));
  return best.score < 0.4 ? undefined : { entity: best.entity, mapping: { columns: best.columns } };
}
