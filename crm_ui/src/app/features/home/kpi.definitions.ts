import { ChangeKind } from '@core/analytics/change';

/** How a KPI's number is written. */
export type KpiKind = 'money' | 'percent' | 'days' | 'number' | 'moneyPerDay';

/** One tile: which member of which answer, how it is written, and which direction is good. */
export interface KpiDefinition {
  /** Also the key of its texts. */
  readonly key: string;
  readonly member: string;
  /** The query that brings it; with `…Before` and `…Trend` the earlier period and the months. */
  readonly answer: 'closed' | 'now' | 'created' | 'mrr';
  readonly kind: KpiKind;
  readonly change: ChangeKind;
  readonly better: 'up' | 'down';
  /** The deals behind the number; null where the rows are not deals. */
  readonly rows: 'won' | 'decided' | 'open' | 'created' | null;
}

/** The tiles in the order of the dashboard. */
export const KPIS: readonly KpiDefinition[] = [
  { key: 'won_amount', member: 'deals.won_amount', answer: 'closed', kind: 'money', change: 'relative', better: 'up', rows: 'won' },
  { key: 'open_amount', member: 'deals.open_amount', answer: 'now', kind: 'money', change: 'relative', better: 'up', rows: 'open' },
  { key: 'weighted_amount', member: 'deals.weighted_amount', answer: 'now', kind: 'money', change: 'relative', better: 'up', rows: 'open' },
  { key: 'win_rate', member: 'deals.win_rate', answer: 'closed', kind: 'percent', change: 'points', better: 'up', rows: 'decided' },
  { key: 'average_won_amount', member: 'deals.average_won_amount', answer: 'closed', kind: 'money', change: 'relative', better: 'up', rows: 'won' },
  { key: 'sales_cycle', member: 'deals.sales_cycle', answer: 'closed', kind: 'days', change: 'absolute', better: 'down', rows: 'won' },
  { key: 'velocity', member: 'deals.velocity', answer: 'now', kind: 'moneyPerDay', change: 'relative', better: 'up', rows: 'open' },
  { key: 'count', member: 'deals.count', answer: 'created', kind: 'number', change: 'relative', better: 'up', rows: 'created' },
  { key: 'mrr', member: 'subscriptions.mrr', answer: 'mrr', kind: 'money', change: 'relative', better: 'up', rows: null },
];
