import { Routes } from '@angular/router';

/** The page of the forecast. */
export const FORECAST_ROUTES: Routes = [{ path: '', loadComponent: () => import('./forecast.component').then((file) => file.ForecastComponent) }];
