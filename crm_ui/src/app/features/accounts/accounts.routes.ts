import { Routes } from '@angular/router';

/** The list of accounts and the page of one. */
export const ACCOUNTS_ROUTES: Routes = [
  { path: '', loadComponent: () => import('./account-list.component').then((file) => file.AccountListComponent) },
  { path: ':id', loadComponent: () => import('./account-detail.component').then((file) => file.AccountDetailComponent) },
];
