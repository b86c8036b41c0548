import { createIndexes, createTable, createUniques, dropTables, type Migration } from './ddl.js';

/** What managers add to a forecast or take off: every version is kept, the highest is in force. */
export const forecastAdjustmentsCreate: Migration = {
  name: '20261129002800_forecast_adjustments_create',
  async up(knex) {
    await createTable(knex, 'crm_forecast_adjustments', `
      period_start date NOT NULL,
      period_end date NOT NULL CHECK (period_end > period_start),
      user_id uuid REFERENCES crm_core.crm_users,
      team_id uuid REFERENCES crm_core.crm_teams,
      delta numeric(18,2) NOT NULL,
      target numeric(18,2),
      currency char(3) NOT NULL,
      reason text NOT NULL CHECK (btrim(reason) <> ''),
      author_id uuid REFERENCES crm_core.crm_users,
      version integer NOT NULL CHECK (version > 0),
      CHECK (num_nonnulls(user_id, team_id) = 1)`);
    await createUniques(knex, [
      ['crm_forecast_adjustments_user_key', 'crm_forecast_adjustments (user_id, period_start, period_end, version) WHERE user_id IS NOT NULL'],
      ['crm_forecast_adjustments_team_key', 'crm_forecast_adjustments (team_id, period_start, period_end, version) WHERE team_id IS NOT NULL'],
    ]);
    await createIndexes(knex, [['crm_forecast_adjustments_period_idx', 'crm_forecast_adjustments (period_start, period_end)']]);
    // A call that can be rewritten afterwards says nothing about who was right. Only its words may go, when a person is erased.
    await knex.raw(`CREATE FUNCTION crm_core.crm_append_only_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        beside text[] := '{reason,updated_at}';
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await knex.raw('CREATE TRIGGER crm_versions_only BEFORE UPDATE OR DELETE ON crm_core.crm_forecast_adjustments FOR EACH ROW EXECUTE FUNCTION crm_core.crm_append_only_adjustment()');
  },
  async down(knex) {
    await dropTables(knex, ['crm_forecast_adjustments']);
    await knex.raw('DROP FUNCTION crm_core.crm_append_only_adjustment()');
  },
};
