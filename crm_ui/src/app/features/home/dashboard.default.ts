import { Dashboard, KpiTile, Tile } from './dashboard.model';

const kpi = (measure: string, place: number, more: Partial<KpiTile> = {}): KpiTile =>
  ({ kind: 'kpi', id: measure.replace('.', '_'), measure, x: (place % 4) * 3, y: Math.floor(place / 4) * 2, w: 3, h: 2, compare: true, ...more });
const closed = { date: 'deals.closed_at' } as const;

/** Recurring revenue where there is such a thing for the reader, else new deals. */
const eighth = (has: (member: string) => boolean): KpiTile => (has('subscriptions.mrr')
  ? kpi('subscriptions.mrr', 7)
  : kpi('deals.count', 7, { date: 'deals.created_at', title: 'New deals', title_ar: 'صفقات جديدة' }));

const charts: readonly Tile[] = [
  { kind: 'chart', id: 'won_by_month', chart: 'bar', measures: ['deals.won_amount', 'deals.won_count'], date: 'deals.closed_at', grain: 'month', title: 'Won revenue by month', title_ar: 'الإيراد المربوح حسب الشهر', x: 0, y: 4, w: 8, h: 4 },
  { kind: 'chart', id: 'reps', chart: 'ranking', measures: ['deals.won_amount', 'deals.won_count', 'deals.win_rate'], dimension: 'deals.owner', ...closed, limit: 6, title: 'Top reps', title_ar: 'أفضل المندوبين', x: 8, y: 4, w: 4, h: 4 },
  {
    kind: 'chart', id: 'stages', chart: 'hbar', measures: ['deals.open_amount', 'deals.open_count'], dimension: 'deals.stage', filters: [{ member: 'deals.status', operator: 'equals', values: ['open'] }],
    title: 'Open pipeline by stage', title_ar: 'الصفقات المفتوحة حسب المرحلة', x: 0, y: 8, w: 4, h: 4,
  },
  { kind: 'chart', id: 'funnel', chart: 'funnel', measures: ['stage_funnel.count', 'stage_funnel.conversion_rate'], dimension: 'stage_funnel.stage', date: 'stage_funnel.reached_at', title: 'Deal funnel', title_ar: 'قمع الصفقات', x: 4, y: 8, w: 4, h: 4 },
  { kind: 'chart', id: 'win_rate', chart: 'hbar', measures: ['deals.win_rate', 'deals.won_count'], dimension: 'deals.region', ...closed, limit: 7, title: 'Win rate', title_ar: 'معدل الفوز', x: 8, y: 8, w: 4, h: 4 },
];

/** The executive dashboard that stands in where the product keeps none. */
export function executiveDashboard(has: (member: string) => boolean): Dashboard {
  return {
    id: 'executive', key: 'executive', name: 'Executive dashboard', name_ar: 'لوحة المتابعة التنفيذية', role: null, owner: null, shared_roles: [], shared_team_ids: [], shared_user_ids: [], based_on_id: null, period: null, filters: [], version: 1, pins: {}, updated_at: '',
    layout: {
      tiles: [
        kpi('deals.won_amount', 0, closed), kpi('deals.open_amount', 1), kpi('deals.weighted_amount', 2), kpi('deals.win_rate', 3, closed),
        kpi('deals.average_won_amount', 4, closed), kpi('deals.sales_cycle', 5, closed), kpi('deals.velocity', 6), eighth(has), ...charts,
      ],
    },
  };
}
