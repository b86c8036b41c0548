import { isDate, toInstant } from '../../kernel/crud/values.js';
import { boundedTypes, maxLongText, maxText, patternTypes, uniqueTypes, type CustomField, type CustomType } from '../../kernel/custom/custom.types.js';
import type { FieldProblem } from '../../kernel/errors/crm.error.js';

type Definition = Pick<CustomField, 'type' | 'options' | 'is_unique' | 'min_value' | 'max_value' | 'pattern'>;

/** A bound in the form in which it is compared, or null where it is none for the type. */
export function boundOf(type: CustomType, text: string): string | null {
  if (type === 'date') return isDate(text) ? text : null;
  if (type === 'datetime') return toInstant(text);
  if (type === 'text' || type === 'long_text') return /^\d{1,5}$/.test(text) && Number(text) <= (type === 'text' ? maxText : maxLongText) ? text : null;
  return (type === 'integer' ? /^-?\d{1,9}$/ : /^-?\d{1,14}(\.\d{1,6})?$/).test(text) ? text : null;
}

const listed = (types: readonly string[]): string => types.join(', ');

/** Everything in a definition that does not fit its type, each with its cure. */
export function definitionProblems({ type, options, is_unique: unique, min_value: min, max_value: max, pattern }: Definition): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const choosing = type === 'choice' || type === 'multi_choice';
  if (choosing && options.length === 0) problems.push({ path: 'choices', code: 'required', message: 'A choice needs at least one value to choose; send "choices".' });
  if (!choosing && options.length > 0) problems.push({ path: 'choices', code: 'not_for_type', message: 'Only choice and multi_choice have "choices"; leave them out.' });
  if (unique && !uniqueTypes.includes(type)) problems.push({ path: 'unique', code: 'not_for_type', message: `Only ${listed(uniqueTypes)} can be unique.` });
  if (pattern !== null && !patternTypes.includes(type)) problems.push({ path: 'pattern', code: 'not_for_type', message: `Only ${listed(patternTypes)} have a pattern.` });
  // What refers back cannot be judged by an automaton, and could keep Postgres busy for ever.
  if (pattern !== null && /\\[1-9]/.test(pattern)) problems.push({ path: 'pattern', code: 'invalid_pattern', message: '"pattern" must not refer back to a group (\\1).' });
  for (const [path, value] of [['min', min], ['max', max]] as const) {
    if (value === null) continue;
    if (!boundedTypes.includes(type)) problems.push({ path, code: 'not_for_type', message: `Only ${listed(boundedTypes)} have bounds.` });
    else if (boundOf(type, value) === null) problems.push({ path, code: 'invalid', message: `"${path}" must be a value of the type, for text a number of characters.` });
  }
  if (problems.length === 0 && min !== null && max !== null && above(type, min, max)) problems.push({ path: 'max', code: 'too_small', message: '"max" must not be less than "min".' });
  return problems;
}

const above = (type: CustomType, low: string, high: string): boolean => (type === 'date' || type === 'datetime' ? low > high : Number(low) > Number(high));
