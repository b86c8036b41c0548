import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';

/** Leads, costs and credits. */
export const MARKETING_ROUTES: Routes = [{ path: '', providers: [AnalyticsClient], loadComponent: () => import('./marketing.component').then((file) => file.MarketingComponent) }];
