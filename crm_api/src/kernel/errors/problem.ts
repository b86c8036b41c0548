import { traceFields } from 'crm_telemetry';
import { STATUS_CODES } from 'node:http';
import type { CrmError } from './crm.error.js';

/** The media type of every error. */
export const problemType = 'application/problem+json';

/** The problem document of an error (RFC 9457); `requestId` names the request in the logs, `trace_id` what was done for it in all parts. */
export function problemBody(error: CrmError, requestId: string): Readonly<Record<string, unknown>> {
  const { trace_id } = traceFields();
  return {
    type: `urn:crm:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    instance: `urn:crm:request:${requestId}`,
    ...(trace_id === undefined ? {} : { trace_id }),
    ...(error.errors ? { errors: error.errors } : {}),
    ...error.members,
  };
}
