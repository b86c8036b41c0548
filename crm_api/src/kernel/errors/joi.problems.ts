import type { ValidationErrorItem } from 'joi';
import type { FieldProblem } from './crm.error.js';

// More would not be read by anybody.
const maxProblems = 50;

const codes: Readonly<Record<string, string>> = { 'object.unknown': 'unknown_field', 'any.required': 'required', 'any.only': 'not_allowed' };
const codeOf = (type: string): string => codes[type] ?? (type.endsWith('.base') || type.endsWith('.types') ? 'wrong_type' : type.replace(/^crm\./, 'invalid_').replace(/\./g, '_'));

/** What Joi found, as problems of fields: the same codes whichever way a value came in. */
export function fieldProblems(details: readonly ValidationErrorItem[]): FieldProblem[] {
  return details.slice(0, maxProblems).map((one) => ({ path: one.path.join('.'), code: codeOf(one.type), message: one.message }));
}
