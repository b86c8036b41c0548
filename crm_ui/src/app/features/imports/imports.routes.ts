import { Routes } from '@angular/router';

/** Imports: the list, the wizard, one import. */
export const IMPORTS_ROUTES: Routes = [
  { path: '', title: 'imports.title', loadComponent: () => import('./import-list.component').then((file) => file.ImportListComponent) },
  { path: 'new', title: 'imports.new', loadComponent: () => import('./import-wizard.component').then((file) => file.ImportWizardComponent) },
  { path: ':id', title: 'imports.one', loadComponent: () => import('./import-detail.component').then((file) => file.ImportDetailComponent) },
];
