import { HttpErrorResponse } from '@angular/common/http';

/** One wrong field of a request: `path` is the field's name as sent, `message` says what to do, `params` what it names. */
export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** A text by its key, or null where there is none. */
export type WordsOf = (key: string, values?: Readonly<Record<string, string>>) => string | null;

/** An error of the API (RFC 9457), or of the way to it: `status` 0 means that no answer came. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly instance?: string;
  readonly errors: readonly FieldProblem[];
  /** What else the API tells, such as how many things are in the way. */
  readonly members?: Readonly<Record<string, unknown>>;
}

interface ProblemBody {
  type?: unknown;
  status?: unknown;
  title?: unknown;
  detail?: unknown;
  code?: unknown;
  instance?: unknown;
  errors?: unknown;
  error?: unknown;
  error_description?: unknown;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Codes of answers without a body of ours, by status, so that the interface can say the cure in the reader's language. */
export function codeOfStatus(status: number): string {
  if (status === 0) return 'network';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 409) return 'conflict';
  if (status === 412) return 'changed_meanwhile';
  if (status === 413) return 'too_large';
  if (status === 429) return 'too_many_requests';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return 'unexpected';
}

function bodyOf(error: HttpErrorResponse): ProblemBody {
  if (typeof error.error === 'object' && error.error !== null) return error.error as ProblemBody;
  if (typeof error.error !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(error.error);
    return typeof parsed === 'object' && parsed !== null ? (parsed as ProblemBody) : {};
  } catch {
    return {};
  }
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    .map((item) => ({ path: text(item['path']), code: text(item['code']), message: text(item['message']), ...(typeof item['params'] === 'object' && item['params'] !== null ? { params: item['params'] as Readonly<Record<string, string>> } : {}) }));
}

/** True when the value is already a problem, so that a caught error is not wrapped twice. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'status' in value && 'code' in value && Array.isArray((value as Problem).errors);
}

/** Makes a problem of anything that was thrown: an answer of the API, an OAuth error, a lost connection or a bug. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return error;
  // Angular's resources wrap whatever is thrown that is no Error.
  if (error instanceof Error && isProblem(error.cause)) return error.cause;
  if (error instanceof HttpErrorResponse) {
    const body = bodyOf(error);
    const { type: _type, status: _status, title: _title, detail: _detail, code: _code, instance: _instance, errors: _errors, error: _error, error_description: _description, ...members } = body;
    return {
      status: error.status,
      code: text(body.code) || text(body.error) || codeOfStatus(error.status),
      title: text(body.title),
      detail: text(body.detail) || text(body.error_description),
      instance: text(body.instance) || undefined,
      errors: fieldProblems(body.errors),
      ...(Object.keys(members).length > 0 ? { members } : {}),
    };
  }
  const detail = error instanceof Error ? error.message : '';
  return { status: -1, code: 'unexpected', title: '', detail, errors: [] };
}

/** What is wrong with one field in the reader's language, where its code is known; units that it names, too. */
export function fieldWords({ code, message, params = {} }: FieldProblem, text: WordsOf): string {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, text(`reports.units.${value}`) ?? value]));
  return text(`refusals.${code}`, values) ?? message;
}

/** The message for one field, or null; a path such as `body.email` or `/email` counts for `email`. */
export function problemOfField(problem: Problem | null, field: string, text: WordsOf = () => null): string | null {
  const found = problem?.errors.find((item) => item.path === field || item.path.split(/[./]/).at(-1) === field);
  return found ? fieldWords(found, text) : null;
}
