import type { Knex } from 'knex';

/** A number of rows; `estimate` is true where counting exactly would have taken too long. */
export interface Count {
  readonly total: number;
  readonly estimate: boolean;
}

// A list must not wait longer for its total than for its rows.
const budgetMs = 250;

/** Counts the rows of a query exactly within the budget, else takes the planner's estimate. */
export async function countRows(db: Knex, build: (trx: Knex.Transaction) => Knex.QueryBuilder): Promise<Count> {
  return db.transaction(async (trx) => {
    await trx.raw(`SET LOCAL statement_timeout = ${budgetMs}`);
    await trx.raw('SAVEPOINT crm_count');
    try {
      const exact = await trx.raw<{ rows: { total: string }[] }>('SELECT count(*) AS total FROM (?) c', [build(trx)]);
      return { total: Number(exact.rows[0]?.total ?? 0), estimate: false };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '57014')) throw error;
      await trx.raw('ROLLBACK TO SAVEPOINT crm_count');
      const plan = await trx.raw<{ rows: { 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }[] }>('EXPLAIN (FORMAT JSON) ?', [build(trx)]);
      return { total: plan.rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0, estimate: true };
    }
  });
}
