/** One problem with one input: `path` in JSON-pointer-like dots, a stable code and a sentence that says the cure. `params`: what the sentence names, for who tells it in other words. */
export interface FieldProblem {
  path: string;
  code: string;
  message: string;
  params?: Readonly<Record<string, string | number>>;
}

/** What a coded error may carry besides its text. */
export interface CrmErrorOptions {
  cause?: unknown;
  errors?: FieldProblem[];
  headers?: Record<string, string>;
  /** Further members of the problem document, such as OAuth2's `error`. */
  members?: Record<string, unknown>;
}

/** An error that a domain throws on purpose: a stable code, an HTTP status and a detail that says the cure. */
export class CrmError extends Error {
  override readonly name = 'CrmError';
  readonly errors: FieldProblem[] | undefined;
  readonly headers: Record<string, string>;
  readonly members: Record<string, unknown>;

  constructor(readonly status: number, readonly code: string, detail: string, options: CrmErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }
}

/** 404: the row does not exist, is deleted, or lies outside what the caller may see (deliberately the same answer). */
export const notFound = (singular: string, id: string): CrmError =>
  new CrmError(404, `${singular}_not_found`, `There is no ${singular.replace(/_/g, ' ')} ${id} that you may see. Check the id or ask for access.`);

/** 409: the record is in the bin because it was merged. */
export const mergedAway = (into: string): CrmError =>
  new CrmError(409, 'merged', `This record was merged into ${into}. Undo the merge under /crm/v1/merges to bring it back with what belonged to it.`);

/** 422: the body is well-formed JSON, but values are not acceptable. */
export const invalidBody = (errors: FieldProblem[]): CrmError =>
  new CrmError(422, 'validation_failed', summary(errors, 'The body has values that cannot be accepted'), { errors });

/** 400: a query parameter is unknown or malformed. */
export const invalidQuery = (errors: FieldProblem[]): CrmError =>
  new CrmError(400, 'invalid_parameter', summary(errors, 'The request has parameters that cannot be accepted'), { errors });

/** 404: an administrator has switched the feature off. */
export const featureOff = (feature: string): CrmError =>
  new CrmError(404, 'feature_disabled', `The feature ${feature} is switched off. An administrator can switch it on under /crm/v1/flags.`);

/** 403: signed in, but the role does not allow this. */
export const forbidden = (detail: string): CrmError => new CrmError(403, 'forbidden', detail);

function summary(errors: FieldProblem[], start: string): string {
  const first = errors[0];
  if (!first) return `${start}.`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see "errors")` : '';
  return `${start}: ${first.message}${more}`;
}
