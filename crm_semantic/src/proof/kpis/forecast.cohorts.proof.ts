import { columns, exact, type ViewProof } from '../proof.types.js';
import { accountColumns, accountDimensions, count, currencyProof, inReporting, ofRealAccount, ownerColumns, ownerDimensions, rateOn, sum } from './ledger.sql.js';

const past = 'Postgres keeps the close date of now, not the first one: what became of a cohort comes from history alone; the property test of forecast.cohorts.spec.ts recomputes it from random histories';
const outcomes = ['won', 'lost', 'slipped_1', 'slipped_2', 'slipped_3', 'open', 'undecided'];

/** The deals of all cohorts, to which the outcomes sum: by status they are those of the ledger. */
export const forecastCohortsProof: ViewProof = {
  view: 'forecast_cohorts',
  rows: `SELECT d.id::text AS id, d.name, d.status, CASE WHEN d.status = 'open' THEN d.close_date ELSE coalesce((d.closed_at AT TIME ZONE m.zone)::date, d.close_date) END AS closes,
      ${inReporting('d.expected_value', 'd.currency')} AS amount, ${accountColumns}, ${ownerColumns('a.region')}
    FROM crm_core.crm_deals d CROSS JOIN moment m LEFT JOIN people o ON o.id = d.owner_id LEFT JOIN customers a ON a.member_id = d.account_id
    ${rateOn('d.currency', `CASE WHEN d.status = 'open' THEN m.today ELSE least((d.closed_at AT TIME ZONE 'UTC')::date, m.today) END`)}
    WHERE d.deleted_at IS NULL AND NOT d.is_test AND ${ofRealAccount('d.account_id')}`,
  measures: { count: exact(count(), 'deals, whatever became of them'), amount: exact(sum('r.amount'), 'Σ amount of the deals as they are now'), ...currencyProof },
  beyondLedger: Object.fromEntries(outcomes.flatMap((name) => [[`${name}_count`, past], [`${name}_amount`, past]])),
  dimensions: { ...columns('text', 'id', 'name', 'status'), ...columns('date', 'closes'), ...ownerDimensions, ...accountDimensions },
  cases: [
    { name: 'all' }, { name: 'status', dimensions: ['status', 'region'] }, { name: 'owner_id', dimensions: ['owner_id'] }, { name: 'closes by month', dimensions: ['status'], period: { dimension: 'closes', step: 'month' }, timeZone: 'Pacific/Auckland' },
  ],
};
