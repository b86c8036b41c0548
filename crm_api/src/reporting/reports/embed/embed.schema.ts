import Joi from 'joi';
import { definitionSchema } from '../definition/report.schema.js';
import { shapes } from '../definition/report.types.js';

const id = Joi.string().guid();
const time = Joi.string().isoDate().required();
const locale = Joi.valid('en', 'ar');
const decimals = Joi.array().items(Joi.string().allow(null));
const cells = Joi.object().pattern(Joi.string(), decimals);
const days = Joi.array().ordered(Joi.string().required(), Joi.string().required()).allow(null);
const day = 86_400;

/** How long a token lasts: an hour unless asked otherwise, thirty days at most. */
export const [usualSeconds, mostSeconds] = [3600, 30 * day];

export const embedCreate = Joi.object({
  origins: Joi.array().items(Joi.string().max(300)).min(1).max(20).required().description('Origins of the pages that may show the report, such as https://intranet.example.com.'),
  version: Joi.number().integer().min(1).max(999_999_999).allow(null).default(null).description('A version of the report that is shown from now on; null: the current one.'),
  locale: locale.default('en').description('Language of the report where the page names none.'),
  seconds: Joi.number().integer().min(60).max(mostSeconds).default(usualSeconds).description('How long it lasts: an hour, at most thirty days (2592000). For longer, let the page fetch a new one.')
    .messages({ 'number.max': `"seconds" must be at most ${mostSeconds}, which is thirty days. Choose less, and let the page fetch a new token when it expires.` }),
}).required().label('EmbedTokenCreate');

const item = {
  id: id.required(), report_id: id.required(), version: Joi.number().integer().allow(null).required(), origins: Joi.array().items(Joi.string()).required(), locale: locale.required(),
  created_at: time, expires_at: time, last_used_at: Joi.string().isoDate().allow(null).required().description('To the minute.'),
};
export const embedMade = Joi.object({ ...item, token: Joi.string().required().description('Shown this once.') }).label('EmbedTokenMade');
export const embedPage = Joi.object({ items: Joi.array().items(Joi.object(item).label('EmbedToken')).required(), next_cursor: Joi.valid(null).required() }).label('EmbedTokenPage');
export const embedQuery = Joi.object({ report_id: id.lowercase().description('Only those of this report.') });

export const embedAsk = Joi.object({ locale: locale.description('Language of the names; that of the token unless told otherwise.') }).allow(null).label('EmbedAsk');

const name = Joi.string().allow(null).required();
const node = Joi.object({
  level: Joi.number().integer().required(), parent: Joi.number().integer().allow(null).required(), value: Joi.alternatives().try(Joi.string().allow(''), Joi.number(), Joi.boolean()).allow(null).required(),
  others: Joi.boolean().required(), label: Joi.string().allow('').required().description('Its name in the language asked for.'),
}).label('EmbedNode');
const split = Joi.object({ member: Joi.string().required(), grain: Joi.string(), title: Joi.string().allow('').required() }).label('EmbedSplit');
/** What a page is told: what is drawn, and nothing by which more could be asked. */
export const embedAnswer = Joi.object({
  report: Joi.object({ name: Joi.string().required(), name_ar: name, description: name, description_ar: name, version: Joi.number().integer().required() }).required(),
  locale: locale.required(), expires_at: time, shape: Joi.valid(...shapes).required(), fiscal_year_start_month: Joi.number().integer().required(),
  splits: Joi.object({ rows: Joi.array().items(split).required(), columns: Joi.array().items(split).required() }).required(), totals: definitionSchema.extract('totals').required(), compare: Joi.valid('previous', 'year', null).required(),
  watermark: Joi.object({ lsn: Joi.string().required(), committed_at: time, lag_ms: Joi.number().required() }).required(), consistent: Joi.boolean().required(),
  proof: Joi.object({ equal: Joi.boolean().allow(null).required(), checked_at: Joi.string().allow(null).required() }).allow(null).required(),
  currency: Joi.string().allow(null).required(), range: days.required(), compared: days.required(),
  values: Joi.array().items(Joi.object({ key: Joi.string().required(), title: Joi.string().required(), unit: Joi.string().required() })).required(),
  rows: Joi.array().items(node).required(), columns: Joi.array().items(node).required(), cells: cells.required(), before: cells.allow(null).required(),
  cut: Joi.array().items(Joi.object({ what: Joi.valid('rows', 'columns', 'having', 'top').required(), kept: Joi.number().integer().required(), of: Joi.number().integer().allow(null).required() })).required(),
}).label('EmbeddedReport');
