import Joi from 'joi';
import { narrowed, periodField, periodItem, proofItem, watermarkItem } from '../forecast.schema.js';

/** Exact decimals to the cent. */
export const cents = Joi.string().pattern(/^-?\d+\.\d{2}$/);
const share = Joi.number().min(0).max(1);

export const coverageQuery = Joi.object({ period: periodField.required(), ...narrowed });
export const seedField = Joi.number().integer().min(0).max(2_147_483_647);
export const simulationQuery = coverageQuery.keys({ seed: seedField.description('Repeats a simulation; by default each period has its own.') });

const factorItem = Joi.object({
  correlation: Joi.number().min(0).max(0.5).required().description('Of what decides two deals; 0: independent.'), periods: Joi.number().integer().required().description('Past periods that it was estimated from.'),
  estimated: Joi.boolean().required().description('False: fewer than four past periods are known, so that deals count as independent.'),
}).label('ForecastCommonFactor');

export const simulationItem = Joi.object({
  period: periodItem.required(), currency: Joi.string().length(3).required(), won: cents.required().description('Won in the period so far.'), p10: cents.required().description('Nine of ten closing figures are higher.'),
  p50: cents.required().description('As many are higher as are lower.'), p90: cents.required().description('One of ten is higher.'), mean: cents.required().description('Of the draws.'),
  expected: cents.required().description('won + Σ probability × amount, without chance; `mean` is it within the error of the draws.'), best: cents.required().description('won + all that is open.'),
  quota: cents.required(), quota_probability: share.allow(null).required().description('Share of the draws that reach the quota; null without one.'),
  histogram: Joi.array().items(Joi.object({ from: cents.required(), to: cents.required(), count: Joi.number().integer().required() }).label('ForecastHistogramBar')).required().description('The draws in bars from `from` to below `to`.'),
  draws: Joi.number().integer().required(), seed: seedField.required(), quantiles: Joi.valid('nearest_rank').required().description('A quantile is the smallest figure drawn that at least that share of the draws does not exceed.'),
  deals: Joi.number().integer().required().description('Open deals of the period.'), unscored: Joi.number().integer().required().description('Those without a score of the model, which count with the probability of their stage.'),
  overdue: Joi.number().integer().required().description('Those whose close date is past; they count until they are closed or moved.'), common_factor: factorItem.required(), watermark: watermarkItem.required(), proof: proofItem.required(),
}).label('ForecastSimulation');

const backtest = Joi.object({
  period: periodItem.required(), as_of: Joi.string().isoDate().required().description('The moment that it is looked at from; nothing later is used.'), p10: cents.required(), p50: cents.required(), p90: cents.required(),
  actual: cents.required().description('Won in the period in the end, also with deals that came later.'), inside: Joi.boolean().required(),
  scored: Joi.number().integer().required().description('Open deals with an amount that had a score of the win model in force at that moment.'), unscored: Joi.number().integer().required().description('Those that had none, or whose scores history does not reach back to: they count with the probability of their stage at that moment.'),
}).label('ForecastBacktest');
export const coverageItem = Joi.object({
  days_left: Joi.number().integer().required().description('Days before the end that each period is looked at from; as many as are left of the period asked for. 0: it has ended, and nothing is tested.'),
  nominal: Joi.valid(0.8).required(), probabilities: Joi.valid('model', 'stage', 'mixed').required().description('By what the deals of the past periods were judged: all by the scores in force then, all by the probabilities of their stages as of then, or some by either; `stage` where there was no deal.'),
  asked: Joi.number().integer().required().description('Past periods that were looked for.'), known: Joi.number().integer().required().description('Those that the recorded history reaches back to.'), covered: Joi.number().integer().required(),
  interval: Joi.array().items(share).length(2).allow(null).required().description('95 % interval of the coverage (Wilson).'), periods: Joi.array().items(backtest).required().description('The latest first.'),
}).label('ForecastCoverage');
