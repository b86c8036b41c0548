import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';

/** The page of the forecast. */
export const FORECAST_ROUTES: Routes = [{ path: '', providers: [AnalyticsClient], loadComponent: () => import('./forecast.component').then((file) => file.ForecastComponent) }];
