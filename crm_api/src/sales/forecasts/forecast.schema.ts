import Joi from 'joi';
import { forecastSplits, moneyNames, type MoneyName } from './forecast.types.js';

const day = Joi.string().pattern(/^\d{4}-\d\d-\d\d$/);
const exact = Joi.string().pattern(/^-?\d+\.\d{2,12}$/);
const signed = Joi.string().pattern(/^-?\d{1,16}(\.\d{1,2})?$/);

export const periodField = Joi.string().max(10).description('A quarter (`2026-Q4`), a month (`2026-11`) or a year (`2026`).');
// Each may be given several times: any of the values counts.
const several = (item: Joi.StringSchema): Joi.ArraySchema => Joi.array().items(item).single().max(100);
export const narrowed = {
  owner_id: several(Joi.string().guid().lowercase()).description('Only of these people.'), team_id: several(Joi.string().guid().lowercase()).description('Only of these teams.'), region: several(Joi.string().max(100)).description('Only of these regions.'),
};
export const forecastQuery = Joi.object({
  period: periodField.required(), by: Joi.valid(...forecastSplits).default('owner').description('What the lines are.'),
  ...narrowed,
});

const meaning: Readonly<Record<MoneyName, string>> = {
  won: 'Amount won in the period.', commit: 'Open amount in the category commit.', best_case: 'Open amount in the category best case.', pipeline: 'Open amount in the category pipeline.',
  open: 'Amount of all open deals that should close in the period.', weighted_open: 'Open amount times the probability of the stage.', forecast: 'The gross forecast: won + weighted_open.',
  model_weighted_open: 'Open amount times the probability of the win model; deals without a score count nothing.', model_forecast: 'won + model_weighted_open; beside the forecast, never mixed with it.',
  quota: 'Quota in force, a quarter\'s in equal parts by month.', gap: 'quota − won; below zero once the quota is exceeded.', adjustment: 'What managers added or took off.', adjusted: 'forecast + adjustment.',
};
const figures = Joi.object({
  ...Object.fromEntries(moneyNames.map((name) => [name, exact.required().description(meaning[name])])),
  deals: Joi.number().integer().required().description('Won and open deals.'), attainment: Joi.number().allow(null).required().description('won ÷ quota; null without a quota.'),
  coverage: Joi.number().allow(null).required().description('open ÷ (quota − won); null once the quota is met.'),
}).label('ForecastFigures');
const team = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required(), name_ar: Joi.string().allow('').required() }).label('ForecastTeam');
const group = Joi.object({
  id: Joi.string().allow(null).required().description('Id of the person or team, or the region; null: nobody\'s.'), name: Joi.string().allow(null).required(), name_ar: Joi.string().allow(null).required(),
  team: team.allow(null).required().description('The person\'s team; with a null id the team whose own adjustments these are.'), adjustable: Joi.boolean().required().description('Whether you may adjust this line.'), figures: figures.required(),
}).label('ForecastGroup');
export const periodItem = Joi.object({ key: Joi.string().required(), kind: Joi.valid('year', 'quarter', 'month').required(), start: day.required(), end: day.required().description('The first day after it.') }).label('ForecastPeriod');
export const watermarkItem = Joi.object({ lsn: Joi.string().required(), committed_at: Joi.string().isoDate().required(), lag_ms: Joi.number().required() }).label('ForecastWatermark');
export const proofItem = Joi.object().unknown(true).allow(null).label('ForecastProof');
export const forecastItem = Joi.object({
  period: periodItem.required(), by: Joi.valid(...forecastSplits).required(), currency: Joi.string().length(3).required().description('The reporting currency of every amount.'),
  groups: Joi.array().items(group).required().description('They sum to the total.'), total: figures.required(), watermark: watermarkItem.required().description('All numbers hold everything committed up to here.'),
  proof: proofItem.required().description('Whether the tables behind the numbers equalled Postgres when last compared.'),
}).label('Forecast');

export const adjustmentParams = Joi.object({ period: periodField.required(), id: Joi.string().guid().lowercase().required().description('A person or a team.') });
export const adjustmentBody = Joi.object({
  delta: signed.description('What to add to the forecast, below zero to take off; 0 withdraws.'), amount: signed.description('What the forecast should be as of now; the difference to it is kept.'),
  currency: Joi.string().length(3).uppercase().description('Default: the reporting currency.'), reason: Joi.string().trim().min(3).max(500).required().description('Why; shown beside the number.'),
}).xor('delta', 'amount').required().label('ForecastAdjustmentPut');
const version = Joi.object({
  version: Joi.number().integer().required(), delta: Joi.string().required(), amount: Joi.string().allow(null).required().description('What the forecast should have been, where that was said.'), currency: Joi.string().length(3).required(),
  reason: Joi.string().required(), author: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() }).allow(null).required(), created_at: Joi.string().isoDate().required(),
}).label('ForecastAdjustmentVersion');
export const adjustmentItem = Joi.object({
  period: periodItem.required(), target: Joi.object({ id: Joi.string().guid().required(), kind: Joi.valid('owner', 'team').required(), name: Joi.string().required() }).required(), adjustable: Joi.boolean().required(),
  current: version.allow(null).required(), versions: Joi.array().items(version).required().description('The newest first; none is ever changed.'),
}).label('ForecastAdjustment');

export const snapshotItem = Joi.object({
  taken_at: Joi.string().isoDate().required(), periods: Joi.array().items(periodItem).required().description('The running quarter and the next one.'),
  people: Joi.number().integer().required().description('People whose forecast was kept: those whom you may adjust.'), numbers: Joi.number().integer().required(),
}).label('ForecastSnapshot');

const amount = exact.required();
const forecaster = (what: string): Joi.ObjectSchema => Joi.object({ forecast: amount, error: amount, accuracy: Joi.number().allow(null).required() }).required().description(what).label('ForecasterAccuracy');
const accuracyFigures = {
  snapshots: Joi.number().integer().required(), actual: amount.description('Σ won, once for each snapshot.'), rep: forecaster('Won and committed by the owner.'), manager: forecaster('The weighted forecast as adjusted.'),
  stage: forecaster('Won and weighted by stage.'), model: forecaster('Won and weighted by the win model.'),
};
export const accuracyItem = Joi.object({
  currency: Joi.string().length(3).required(), ages: Joi.array().items(Joi.object({ weeks_left: Joi.number().integer().required().description('Whole weeks from the snapshot to the end of its period.'), ...accuracyFigures }).label('ForecastAccuracyAge')).required(),
  total: Joi.object(accuracyFigures).required().label('ForecastAccuracyTotal'), watermark: watermarkItem.required(), proof: proofItem.required(),
}).label('ForecastAccuracy');
export const accuracyQuery = Joi.object(narrowed);
