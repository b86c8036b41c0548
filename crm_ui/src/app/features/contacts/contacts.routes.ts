import { Routes } from '@angular/router';

/** The list of contacts and the page of one. */
export const CONTACTS_ROUTES: Routes = [
  { path: '', loadComponent: () => import('./contact-list.component').then((file) => file.ContactListComponent) },
  { path: ':id', loadComponent: () => import('./contact-detail.component').then((file) => file.ContactDetailComponent) },
];
