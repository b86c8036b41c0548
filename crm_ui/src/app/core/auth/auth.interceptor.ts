import { HttpErrorResponse, HttpEvent, HttpHandlerFn, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { catchError, from, Observable, switchMap, throwError } from 'rxjs';
import { API_ROOT } from '../api/api.client';
import { Problem } from '../api/problem';
import { AuthService } from './auth.service';
import { TokenStore } from './token.store';

/** Routes that are asked before or without a token. */
const open = new RegExp(`^${API_ROOT}/auth/(token|revoke|demo|interaction|session|invitation)(/|\\?|$)`);

const withToken = (request: HttpRequest<unknown>, token: string): HttpRequest<unknown> =>
  request.clone({ setHeaders: { Authorization: `Bearer ${token}` } });

/** Puts the token on every request to the API, renews it once when it is refused, and leads to the login when the session is over. */
export const authInterceptor: HttpInterceptorFn = (request: HttpRequest<unknown>, next: HttpHandlerFn): Observable<HttpEvent<unknown>> => {
  if (!request.url.startsWith(`${API_ROOT}/`) || open.test(request.url)) return next(request);
  const auth = inject(AuthService);
  const tokens = inject(TokenStore);
  const router = inject(Router);

  const over = (problem: Problem): Observable<never> => {
    if (!tokens.signedIn() && !router.url.startsWith('/login')) {
      void router.navigate(['/login'], { queryParams: { return: router.url === '/' ? null : router.url } });
    }
    return throwError(() => problem);
  };
  const renewed = (): Observable<HttpEvent<unknown>> =>
    from(auth.renew()).pipe(
      catchError((problem: Problem) => over(problem)),
      switchMap((token) => next(withToken(request, token))),
    );

  return from(auth.token()).pipe(
    catchError((problem: Problem) => over(problem)),
    switchMap((token) =>
      next(withToken(request, token)).pipe(
        catchError((error: unknown) => {
          if (!(error instanceof HttpErrorResponse) || error.status !== 401) return throwError(() => error);
          tokens.dropAccess();
          return renewed();
        }),
      ),
    ),
  );
};
