import Joi from 'joi';
import { narrowed, periodField, periodItem, proofItem, watermarkItem } from '../forecast.schema.js';
import { cents, seedField } from '../simulation/simulation.schema.js';

const guid = Joi.string().guid().lowercase();
const amount = Joi.string().pattern(/^\d{1,13}(\.\d{1,2})?$/).description('In the reporting currency, at most two decimals.');
const day = Joi.string().pattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);

const filter = Joi.object(narrowed).label('ForecastScenarioFilter');
const changes = Joi.object({
  win_rates: Joi.array().items(Joi.object({ stage_id: guid.allow(null).required().description('null: all stages that are not named.'), factor: Joi.number().min(0).max(10).required().description('The chance to win times it, at most 1.') }).label('ForecastScenarioWinRate'))
    .unique('stage_id').max(50),
  amount_percent: Joi.number().min(-100).max(1000).description('Per cent added to the amount of open deals.'), shift_days: Joi.number().integer().min(-366).max(366).description('Days by which open deals close later; below zero earlier.'),
  deals: Joi.array().items(Joi.object({
    id: guid.required(), outcome: Joi.valid('won', 'lost').description('Won in the period, or lost.'), close_date: day, amount,
  }).or('outcome', 'close_date', 'amount').label('ForecastScenarioDeal')).unique('id').max(200).description('Open deals of which something is supposed.'),
  new_business: amount.description('Won for certain beside the deals there are.'),
}).label('ForecastScenarioChanges');
const parts = {
  name: Joi.string().trim().min(1).max(100), period: periodField, filter, changes, shared_roles: Joi.array().items(Joi.string().max(60)).unique().max(50).description('Keys of the roles that are shown it beside the owner.'),
  shared_team_ids: Joi.array().items(guid).unique().max(50).description('Teams whose people are shown it.'),
};

export const scenarioCreate = Joi.object({ ...parts, name: parts.name.required(), period: parts.period.required(), changes: changes.required() }).required().label('ForecastScenarioCreate');
export const scenarioPatch = Joi.object(parts).min(1).required().label('ForecastScenarioPatch');
export const scenarioTrial = Joi.object({ period: parts.period.required(), filter: filter.default({}), changes: changes.required() }).required().label('ForecastScenarioTrial');
export const scenarioItem = Joi.object({
  id: Joi.string().guid().required(), ...Object.fromEntries(Object.entries(parts).map(([name, schema]) => [name, schema.required()])),
  owner: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() }).required(), changeable: Joi.boolean().required().description('Whether you may change it.'),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('ForecastScenario');
export const scenarioPage = Joi.object({ items: Joi.array().items(scenarioItem).required(), next_cursor: Joi.valid(null).required() }).label('ForecastScenarioPage');
export const scenarioQuery = Joi.object({ period: periodField });

const figures = Joi.object({
  won: cents.required(), weighted: cents.required().description('won + Σ amount × probability of the stage.'), expected: cents.required().description('won + Σ amount × probability of the model, or of the stage without a score.'),
  p10: cents.required(), p50: cents.required(), p90: cents.required(), quota: cents.required(), gap: cents.required().description('quota − won.'), gap_p50: cents.required().description('quota − p50.'),
  quota_probability: Joi.number().min(0).max(1).allow(null).required(), deals: Joi.number().integer().required().description('Open deals of the period.'),
}).label('ForecastScenarioFigures');
export const scenarioResult = Joi.object({
  period: periodItem.required(), currency: Joi.string().length(3).required(), base: figures.required().description('Without the changes.'), scenario: figures.required(),
  missing_deals: Joi.number().integer().required().description('Changes of single deals that found no open deal that you may see.'), seed: seedField.required().description('The same luck for both sides.'),
  correlation: Joi.number().required().description('As in the simulation.'), watermark: watermarkItem.required(), proof: proofItem.required(),
}).label('ForecastScenarioResult');
