import { HttpEvent, HttpHandlerFn, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { Observable } from 'rxjs';
import { API_ROOT } from './api.client';

/** Random digits, never all zero, which would name nothing. */
function randomHex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  values[0] = (values[0] ?? 0) || 1;
  return Array.from(values, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Begins a trace with each request to the API (W3C `traceparent`), so that what is shown and all that was done for it bear one id. */
export const traceInterceptor: HttpInterceptorFn = (request: HttpRequest<unknown>, next: HttpHandlerFn): Observable<HttpEvent<unknown>> =>
  next(request.url.startsWith(`${API_ROOT}/`) ? request.clone({ setHeaders: { traceparent: `00-${randomHex(16)}-${randomHex(8)}-01` } }) : request);
