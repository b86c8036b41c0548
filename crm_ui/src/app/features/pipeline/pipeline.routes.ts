import { Routes } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';

/** The analysis of the pipeline. */
export const PIPELINE_ROUTES: Routes = [{ path: '', providers: [AnalyticsClient], loadComponent: () => import('./pipeline.component').then((file) => file.PipelineComponent) }];
