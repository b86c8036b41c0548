import type { Request } from '@hapi/hapi';

/** The status with which a request was answered. */
export function statusOf(request: Request): number {
  const { response } = request;
  // Where a handler answers by itself, or the caller has gone, only the raw answer knows.
  return typeof response !== 'object' || response === null ? request.raw.res.statusCode : 'isBoom' in response ? response.output.statusCode : response.statusCode;
}
