import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';

/** The dashboards. */
export const HOME_ROUTES: Routes = [{ path: '', providers: [AnalyticsClient], loadComponent: () => import('./home.component').then((file) => file.HomeComponent) }];
