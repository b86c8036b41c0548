import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { ReportGateComponent } from './report-gate.component';

/** Saved reports, and the builder of new and saved ones. */
export const REPORTS_ROUTES: Routes = [
  {
    path: '', component: ReportGateComponent,
    children: [
      { path: '', loadComponent: () => import('./saved/report-list.component').then((file) => file.ReportListComponent) },
      // A new report has the id "new", so that saving it for the first time keeps the page, and with it the steps that can be undone.
      { path: ':id', title: 'reports.builder.title', providers: [AnalyticsClient], loadComponent: () => import('./builder/builder.component').then((file) => file.BuilderComponent) },
    ],
  },
];
