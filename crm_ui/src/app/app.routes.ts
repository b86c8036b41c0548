import { Routes } from '@angular/router';
import { signedInGuard, signedOutGuard } from '@core/auth/auth.guard';

/** The pages. Those inside the frame are children of the second route; each feature is a lazy chunk. */
export const ROUTES: Routes = [
  { path: 'login', title: 'login.title', canActivate: [signedOutGuard], loadComponent: () => import('./features/login/login.component').then((file) => file.LoginComponent) },
  { path: 'invitation', title: 'invitation.title', loadComponent: () => import('./features/invitation/invitation.component').then((file) => file.InvitationComponent) },
  {
    path: '',
    canActivate: [signedInGuard],
    loadComponent: () => import('./features/shell/shell.component').then((file) => file.ShellComponent),
    children: [
      { path: '', pathMatch: 'full', title: 'home.title', loadChildren: () => import('./features/home/home.routes').then((file) => file.HOME_ROUTES) },
      { path: 'sell/deals', title: 'deals.title', loadChildren: () => import('./features/deals/deals.routes').then((file) => file.DEALS_ROUTES) },
      { path: 'sell/accounts', title: 'accounts.title', loadChildren: () => import('./features/accounts/accounts.routes').then((file) => file.ACCOUNTS_ROUTES) },
      { path: 'sell/contacts', title: 'contacts.title', loadChildren: () => import('./features/contacts/contacts.routes').then((file) => file.CONTACTS_ROUTES) },
      { path: 'reports', title: 'reports.title', loadChildren: () => import('./features/reports/reports.routes').then((file) => file.REPORTS_ROUTES) },
      { path: 'pipeline', title: 'pipeline.title', loadChildren: () => import('./features/pipeline/pipeline.routes').then((file) => file.PIPELINE_ROUTES) },
      { path: 'revenue', title: 'revenue.title', loadChildren: () => import('./features/revenue/revenue.routes').then((file) => file.REVENUE_ROUTES) },
      { path: 'marketing', title: 'marketing.title', loadChildren: () => import('./features/marketing/marketing.routes').then((file) => file.MARKETING_ROUTES) },
      { path: 'sell/forecast', title: 'forecast.title', loadChildren: () => import('./features/forecast/forecast.routes').then((file) => file.FORECAST_ROUTES) },
      { path: 'forecast', redirectTo: 'sell/forecast' },
      { path: 'admin/imports', title: 'imports.title', loadChildren: () => import('./features/imports/imports.routes').then((file) => file.IMPORTS_ROUTES) },
      { path: 'admin', loadChildren: () => import('./features/admin/admin.routes').then((file) => file.ADMIN_ROUTES) },
      { path: 'me/alerts', title: 'alerts.title', loadComponent: () => import('./features/alerts/alerts.component').then((file) => file.AlertsComponent) },
      { path: 'me/schedules', title: 'schedules.title', loadComponent: () => import('./features/schedules/schedules.component').then((file) => file.SchedulesComponent) },
      { path: 'me/mails', title: 'schedules.mail.title', loadComponent: () => import('./features/schedules/mails.component').then((file) => file.MailsComponent) },
      { path: 'me/security', title: 'security.title', loadComponent: () => import('./features/security/security.component').then((file) => file.SecurityComponent) },
      { path: '**', title: 'notFound.title', loadComponent: () => import('./features/shell/not-found.component').then((file) => file.NotFoundComponent) },
    ],
  },
];
