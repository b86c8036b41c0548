import { Routes } from '@angular/router';

/** The list of deals and the page of one. */
export const DEALS_ROUTES: Routes = [
  { path: '', loadComponent: () => import('./deal-list.component').then((file) => file.DealListComponent) },
  { path: ':id', loadComponent: () => import('./deal-detail.component').then((file) => file.DealDetailComponent) },
];
