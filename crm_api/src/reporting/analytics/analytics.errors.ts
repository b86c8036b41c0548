import { CrmError } from '../../kernel/errors/crm.error.js';

// Cube's clients read `error` of any failed answer.
const make = (status: number, code: string, detail: string, cause?: unknown): CrmError => new CrmError(status, code, detail, { cause, members: { error: detail } });

/** 503: the semantic layer or the warehouse does not answer. */
export const analyticsDown = (cause?: unknown): CrmError => make(503, 'analytics_unavailable', 'Figures cannot be computed at the moment. Try again in a few seconds.', cause);

/** 400: the query is wrong; Cube says how. */
export const queryInvalid = (detail: string): CrmError => make(400, 'query_invalid', detail);

/** 403: the query names members that the caller may not see. */
export const queryForbidden = (detail: string): CrmError => make(403, 'query_forbidden', detail);

/** 422: the figure cannot be computed truly, such as without an exchange rate. */
export const figureImpossible = (detail: string): CrmError => make(422, 'figure_impossible', detail);

/** 502: Cube failed in a way that is no fault of the caller. */
export const analyticsFailed = (cause: unknown): CrmError => make(502, 'analytics_failed', 'The figures could not be computed. Tell support the request id in "instance".', cause);
