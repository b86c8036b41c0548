import { asOfExpression } from 'crm_warehouse';

/** What is told of a deal at an instant. */
const told = 'id, name, stage_id, pipeline_id, status, owner_id, account_id, expected_value, currency, close_date, closed_at, created_at, is_test, deleted_at, forecast_category, source, lost_reason, product_id, campaign_id';

/** The deals as they were at an instant, an SQL expression: also those in the bin then, but none that was gone. Fails before history begins. */
export function dealsAt(instant: string, condition = '1'): string {
  return `SELECT ${told} FROM ${asOfExpression('crm_deals', instant)} AS v WHERE ${condition}`;
}
