import Joi from 'joi';
import { filterSchema, memberSchema } from '../dashboards/tile.schema.js';
import { periods } from '../period/period.range.js';

const decimal = Joi.string().pattern(/^-?\d{1,16}(\.\d{1,6})?$/);
const time = Joi.string().isoDate();

const ofMeasure = Joi.object({
  measure: memberSchema.required().description('`view.member`.'), date: memberSchema.description('The time by which the period counts.'),
  period: Joi.valid(...periods).description('In days of the reporting time zone; needs a date. Not for anomalies, which have days and months of their own.'), filters: Joi.array().items(filterSchema).max(20),
}).label('AlertQuestion');
const ofReport = Joi.object({
  report_id: Joi.string().guid().required().description('A saved report that you are shown; it is looked at by its current version.'), value: Joi.string().max(40).required().description('Key of a value of its definition.'),
  rows: Joi.valid('total', 'any').default('total').description('Its total of all, or each of its innermost rows: one that crosses suffices.'),
}).label('AlertReportQuestion');
const question = Joi.alternatives().conditional(Joi.object({ report_id: Joi.exist() }).unknown(true), { then: ofReport, otherwise: ofMeasure });
const scalar = Joi.alternatives().try(Joi.string().allow(''), Joi.number(), Joi.boolean()).allow(null);
const found = Joi.object({
  report: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required(), name_ar: Joi.string().allow(null, '').required(), version: Joi.number().integer().required() }).required(),
  title: Joi.string().required(), title_ar: Joi.string().required(), unit: Joi.string().allow('').required(), count: Joi.number().integer().required().description('How many rows crossed.'),
  rows: Joi.array().items(Joi.object({ value: Joi.string().required(), splits: Joi.array().items(Joi.object({ member: Joi.string().required(), grain: Joi.string(), value: scalar.required(), value_ar: Joi.string().allow(null).required() })).required() })).required().description('Those that crossed, the farthest off first.'),
}).label('AlertFound');

const threshold = Joi.object({ kind: Joi.valid('above', 'below').required(), threshold: decimal.required().description('A decimal; a ratio of 50 % is 0.5.') }).label('ThresholdCondition');
const anomaly = Joi.object({
  kind: Joi.valid('anomaly').required(), grain: Joi.valid('day', 'month').required().description('The last whole day against the same weekday of the 12 weeks before, or the last whole month against the 12 before.'),
  sensitivity: Joi.number().min(1).max(20).description('The modified z-score beyond which it is one; 3.5 where it is not given.'),
}).label('AnomalyCondition');
const condition = Joi.alternatives().conditional(Joi.ref('.kind'), { switch: [{ is: 'anomaly', then: anomaly }, { is: Joi.exist(), then: threshold }], otherwise: threshold });

const parts = { name: Joi.string().trim().min(1).max(100), question, condition, is_enabled: Joi.boolean().description('Whether it is looked at by itself.') };

export const alertCreate = Joi.object({ ...parts, name: parts.name.required(), question: question.required(), condition: condition.required() }).required().label('AlertCreate');
export const alertPatch = Joi.object(parts).min(1).required().label('AlertPatch');
export const alertItem = Joi.object({
  id: Joi.string().guid().required(), name: Joi.string().required(), question: question.required(), condition: condition.required(), is_enabled: Joi.boolean().required(),
  owner: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() }).required(),
  state: Joi.valid('ok', 'firing', 'unknown').required(), firing_since: time.allow(null).required().description('Kept while it is unknown in between: the end is told once it is ok again.'),
  value: Joi.string().allow(null).required().description('The number when last checked, a decimal.'),
  expected: Joi.object({ low: Joi.string().required(), high: Joi.string().required() }).allow(null).required().description('The range that is no anomaly.'),
  problem: Joi.string().allow(null).required().description('Why it is unknown or was not checked: no_value, too_little_history, or the code of an error.'),
  checked_at: time.allow(null).required(), watermark: Joi.object({ lsn: Joi.string().required(), committed_at: time.required() }).allow(null).required().description('What the number held.'),
  query: Joi.object().unknown(true).allow(null).required().description('The query of the number alone as of today, to ask /analytics/rows for its records; null for a report.'), found: found.allow(null).required().description('Of a report: what its value is, and the rows that crossed.'), created_at: time.required(), updated_at: time.required(),
}).label('Alert');
export const alertPage = Joi.object({ items: Joi.array().items(alertItem).required(), next_cursor: Joi.valid(null).required() }).label('AlertPage');
