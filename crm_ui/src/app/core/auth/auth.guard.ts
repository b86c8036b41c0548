import { inject } from '@angular/core';
import { CanActivateFn, Router } from '@angular/router';
import { AuthService } from './auth.service';

/** Leads to the login and back again where nobody is signed in. */
export const signedInGuard: CanActivateFn = (_route, state) => {
  if (inject(AuthService).signedIn()) return true;
  return inject(Router).createUrlTree(['/login'], { queryParams: state.url === '/' ? {} : { return: state.url } });
};

/** Leads to the first page where somebody is signed in already, unless another application asks for a sign-in. */
export const signedOutGuard: CanActivateFn = (route) => (!route.queryParamMap.has('interaction') && inject(AuthService).signedIn() ? inject(Router).createUrlTree(['/']) : true);
