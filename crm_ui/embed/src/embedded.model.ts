import type { AnsweredValue, Grain, ReportAnswer, ReportNode } from '@core/reports/report.model';

export type Locale = 'en' | 'ar';

/** A row or column with its name in the reader's language; empty for the total of all. */
export interface EmbeddedNode extends Pick<ReportNode, 'level' | 'parent' | 'value' | 'others'> {
  readonly label: string;
}

export interface EmbeddedSplit {
  readonly member: string;
  readonly grain?: Grain;
  readonly title: string;
}

/** What `POST /crm/v1/embed/report` answers. */
export interface EmbeddedReport extends Pick<ReportAnswer, 'consistent' | 'currency' | 'range' | 'compared' | 'cells' | 'before' | 'cut'> {
  readonly report: { readonly name: string; readonly name_ar: string | null; readonly description: string | null; readonly description_ar: string | null; readonly version: number };
  readonly locale: Locale;
  readonly expires_at: string;
  readonly shape: string;
  readonly fiscal_year_start_month: number;
  readonly splits: { readonly rows: readonly EmbeddedSplit[]; readonly columns: readonly EmbeddedSplit[] };
  readonly totals: { readonly rows: boolean; readonly columns: boolean };
  readonly watermark: { readonly lsn: string; readonly committed_at: string; readonly lag_ms: number };
  readonly proof: { readonly equal: boolean | null; readonly checked_at: string | null } | null;
  readonly values: readonly Pick<AnsweredValue, 'key' | 'title' | 'unit'>[];
  readonly rows: readonly EmbeddedNode[];
  readonly columns: readonly EmbeddedNode[];
}
