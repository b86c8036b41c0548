import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';

/** A saved report, as far as watching it needs it. */
export interface WatchedReport {
  readonly id: string;
  readonly name: string;
  readonly name_ar: string | null;
  readonly definition: ReportDefinition;
  /** Its values with their units, as its answer has them. */
  readonly values: ReportAnswer['values'];
}

/** Reads which values of a saved report can be watched. */
@Injectable({ providedIn: 'root' })
export class ReportValues {
  private readonly api = inject(ApiClient);

  /** The report with its values. Rejects where it is not shown, or cannot be asked. */
  async read(id: string): Promise<WatchedReport> {
    const report = await this.api.get<Omit<WatchedReport, 'values'>>(`reports/${id}`);
    const { values } = await this.api.post<ReportAnswer>('analytics/report', report.definition);
    return { ...report, values };
  }
}
