import { Route, Routes } from '@angular/router';
import { AdminGateComponent } from './admin-gate.component';
import type { RoleEditorComponent } from './roles/role-editor.component';

/** A page of administration behind its gate; `page` is its line in the navigation. */
const gated = (path: string, title: string, children: Routes): Route => ({ path, title, component: AdminGateComponent, data: { page: `/admin/${path}` }, children });

/** Users, teams, roles, API clients, webhooks, duplicates, the audit log, privacy, custom fields, tags, the reporting calendar, features. */
export const ADMIN_ROUTES: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'users' },
  gated('users', 'admin.users.title', [
    { path: '', loadComponent: () => import('./users/user-list.component').then((file) => file.UserListComponent) },
    { path: ':id', loadComponent: () => import('./users/user-detail.component').then((file) => file.UserDetailComponent) },
  ]),
  gated('teams', 'admin.teams.title', [{ path: '', loadComponent: () => import('./teams/teams.component').then((file) => file.TeamsComponent) }]),
  gated('roles', 'admin.roles.title', [
    { path: '', loadComponent: () => import('./roles/role-list.component').then((file) => file.RoleListComponent) },
    { path: ':id', canDeactivate: [(page: RoleEditorComponent) => page.mayLeave()], loadComponent: () => import('./roles/role-editor.component').then((file) => file.RoleEditorComponent) },
  ]),
  gated('api-clients', 'admin.clients.title', [{ path: '', loadComponent: () => import('./clients/client-list.component').then((file) => file.ClientListComponent) }]),
  gated('webhooks', 'webhooks.title', [
    { path: '', loadComponent: () => import('./webhooks/webhook-list.component').then((file) => file.WebhookListComponent) },
    { path: ':id', loadComponent: () => import('./webhooks/webhook-detail.component').then((file) => file.WebhookDetailComponent) },
  ]),
  gated('duplicates', 'duplicates.title', [
    { path: '', loadComponent: () => import('./duplicates/duplicate-list.component').then((file) => file.DuplicateListComponent) },
    { path: ':id', loadComponent: () => import('./duplicates/duplicate-review.component').then((file) => file.DuplicateReviewComponent) },
  ]),
  gated('audit', 'audit.title', [
    { path: '', loadComponent: () => import('./audit/audit-list.component').then((file) => file.AuditListComponent) },
    { path: ':id', loadComponent: () => import('./audit/audit-detail.component').then((file) => file.AuditDetailComponent) },
  ]),
  gated('privacy', 'admin.privacy.title', [
    { path: '', loadComponent: () => import('./privacy/privacy.component').then((file) => file.PrivacyComponent) },
    { path: 'new', loadComponent: () => import('./privacy/erasure-new.component').then((file) => file.ErasureNewComponent) },
    { path: ':id', loadComponent: () => import('./privacy/erasure-detail.component').then((file) => file.ErasureDetailComponent) },
  ]),
  gated('custom-fields', 'extend.fields.title', [{ path: '', loadComponent: () => import('./custom_fields/custom-field-list.component').then((file) => file.CustomFieldListComponent) }]),
  gated('tags', 'extend.tags.title', [{ path: '', loadComponent: () => import('./tags/tag-list.component').then((file) => file.TagListComponent) }]),
  gated('calendar', 'admin.calendar.title', [{ path: '', loadComponent: () => import('./calendar/calendar.component').then((file) => file.CalendarComponent) }]),
  gated('features', 'admin.features.title', [{ path: '', loadComponent: () => import('./flags/flags.component').then((file) => file.FlagsComponent) }]),
];
