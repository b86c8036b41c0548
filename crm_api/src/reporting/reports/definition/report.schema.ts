import Joi from 'joi';
import { filterSchema, memberSchema } from '../../dashboards/tile.schema.js';
import { periods } from '../../period/period.range.js';
import { grains, shapes } from './report.types.js';

/** Most splits of the rows and of the columns, and most values. */
export const most = { rows: 6, columns: 4, values: 20 } as const;

const key = Joi.string().pattern(/^[a-z][a-z0-9_]{0,39}$/);
const decimal = Joi.string().pattern(/^-?\d{1,16}(\.\d{1,6})?$/);
const day = Joi.string().pattern(/^\d{4}-\d{2}-\d{2}$/);
const title = Joi.string().trim().min(1).max(120);

const split = Joi.object({ member: memberSchema.required(), grain: Joi.valid(...grains).description('Of a time only, and needed there.') }).label('ReportSplit');

const expression = Joi.object({
  number: decimal, value: key, of: Joi.valid('grand', 'row', 'column', 'parent'),
  op: Joi.valid('+', '-', '*', '/'), args: Joi.array().items(Joi.link('#ReportExpression')).length(2),
}).xor('number', 'value', 'op').and('op', 'args').with('of', 'value').id('ReportExpression').label('ReportExpression');

const value = Joi.object({
  key: key.required(), measure: memberSchema, title, title_ar: title, calculation: expression,
}).xor('measure', 'calculation').with('calculation', 'title').without('measure', ['title', 'title_ar']).label('ReportValue');

const having = Joi.object({ value: key.required(), operator: Joi.valid('gt', 'gte', 'lt', 'lte', 'equals', 'notEquals').required(), number: decimal.required() });
const condition = Joi.alternatives().conditional(Joi.object({ any: Joi.exist() }).unknown(true), { then: Joi.object({ any: Joi.array().items(filterSchema).min(1).max(20).required() }), otherwise: filterSchema });

/** The form of a report; what its members mean is judged when it is asked. */
export const definitionSchema = Joi.object({
  v: Joi.valid(1).required().description('The version of this form.'),
  view: Joi.string().pattern(/^[a-z]\w*$/).max(80).required(),
  rows: Joi.array().items(split).max(most.rows).required(), columns: Joi.array().items(split).max(most.columns).required(),
  values: Joi.array().items(value).min(1).max(most.values).unique('key').required(),
  filters: Joi.array().items(condition).max(30).default([]), having: Joi.array().items(having).max(10).default([]),
  period: Joi.object({ member: memberSchema.required(), range: Joi.alternatives().try(Joi.valid(...periods), Joi.array().ordered(day.required(), day.required())).required() }).allow(null).default(null),
  compare: Joi.valid('previous', 'year', null).default(null),
  top: Joi.object({ value: key.required(), n: Joi.number().integer().min(1).max(200).required(), others: Joi.boolean().default(true), order: Joi.valid('desc', 'asc').default('desc') }).allow(null).default(null),
  sort: Joi.object({ by: key.required(), order: Joi.valid('asc', 'desc').required() }).allow(null).default(null),
  totals: Joi.object({ rows: Joi.boolean().default(true), columns: Joi.boolean().default(true) }).default({ rows: true, columns: true }),
  show: Joi.object({ shape: Joi.valid(...shapes).required() }).default({ shape: 'pivot' }),
}).label('ReportDefinition');
