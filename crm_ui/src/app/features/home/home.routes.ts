import { Routes } from '@angular/router';

/** The executive dashboard. */
export const HOME_ROUTES: Routes = [{ path: '', loadComponent: () => import('./home.component').then((file) => file.HomeComponent) }];
