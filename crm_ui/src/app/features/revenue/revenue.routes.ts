import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';

/** Recurring revenue. */
export const REVENUE_ROUTES: Routes = [{ path: '', providers: [AnalyticsClient], loadComponent: () => import('./revenue.component').then((file) => file.RevenueComponent) }];
