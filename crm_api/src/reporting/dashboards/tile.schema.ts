import Joi from 'joi';
import { gridColumns } from './dashboard.types.js';

const operators = [
  'equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'notStartsWith', 'endsWith', 'notEndsWith', 'gt', 'gte', 'lt', 'lte', 'set', 'notSet',
  'inDateRange', 'notInDateRange', 'beforeDate', 'beforeOrOnDate', 'afterDate', 'afterOrOnDate',
] as const;
const grains = ['day', 'week', 'month', 'quarter', 'year'] as const;
const charts = ['bar', 'hbar', 'line', 'ranking', 'funnel', 'waterfall', 'table'] as const;
const lists = ['deals', 'accounts', 'contacts', 'leads', 'tickets', 'invoices', 'subscriptions', 'activities'] as const;

// Custom fields make members at run time, and each role sees others: only the form is checked here, what a member means when it is asked for.
/** The name of a measure, dimension or time: `view.member`. */
export const memberSchema = Joi.string().pattern(/^[A-Za-z]\w*\.[A-Za-z]\w*$/).max(150);
const member = memberSchema;
const field = Joi.string().pattern(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/).max(100);

/** A condition on a member, as Cube takes it. */
export const filterSchema = Joi.object({
  member: member.required().description('`view.member`.'), operator: Joi.valid(...operators).required(), values: Joi.array().items(Joi.string().allow('').max(500)).max(200).description('Absent for `set` and `notSet`.'),
}).label('DashboardFilter');
const filters = Joi.array().items(filterSchema).max(20);

const place = {
  id: Joi.string().pattern(/^[\w-]+$/).max(60).required().description('Unique in the layout.'),
  x: Joi.number().integer().min(0).max(gridColumns - 1).required().description(`Column of the grid of ${gridColumns}.`), y: Joi.number().integer().min(0).max(1000).required(),
  w: Joi.number().integer().min(1).max(gridColumns).required(), h: Joi.number().integer().min(1).max(40).required(),
  title: Joi.string().trim().min(1).max(120).description('In place of the name of what it shows.'), title_ar: Joi.string().trim().min(1).max(120),
  // Layouts of earlier releases have it; nothing ever read it.
  link: Joi.any().strip().description('Taken and forgotten.'),
};

const kpi = Joi.object({
  ...place, kind: Joi.valid('kpi').required(), measure: member.required(),
  date: member.description('The time by which the period of the page filters it; absent: the period does not matter.'), compare: Joi.boolean().description('Beside the period before.'),
  target: Joi.string().pattern(/^-?\d{1,16}(\.\d{1,6})?$/).description('What it should reach, a decimal.'), filters,
}).label('KpiTile');

const chart = Joi.object({
  ...place, kind: Joi.valid('chart').required(), chart: Joi.valid(...charts).required(), measures: Joi.array().items(member).min(1).max(12).required(), dimension: member, date: member,
  grain: Joi.valid(...grains), limit: Joi.number().integer().min(1).max(500), filters,
  click: Joi.valid('records').description('What a click on a part does: it opens the records behind its number; without it, it narrows the page to the part.'),
}).label('ChartTile');

const list = Joi.object({
  ...place, kind: Joi.valid('list').required(), resource: Joi.valid(...lists).required(), columns: Joi.array().items(field).min(1).max(15).required(),
  sort: Joi.string().pattern(/^-?[a-z][a-z0-9_.]*(,-?[a-z][a-z0-9_.]*)*$/).max(200).description('As in the list.'), limit: Joi.number().integer().min(1).max(100),
  filters: Joi.object().pattern(Joi.string().max(100), Joi.string().allow('').max(500)).max(20).description('Value by field, as in the list.'),
}).label('ListTile');

const kinds = { kpi, chart, list };
// By the kind alone, so that what is wrong is said of the tile that was meant.
const tile = Joi.alternatives().conditional(Joi.ref('.kind'), {
  switch: Object.entries(kinds).map(([is, then]) => ({ is, then })), otherwise: Joi.object({ kind: Joi.valid(...Object.keys(kinds)).required() }).unknown(true),
});

/** The tiles of a dashboard; where they lie in the grid is judged by `requireGrid`. */
export const layoutSchema = Joi.object({ tiles: Joi.array().items(tile).max(60).required() }).label('DashboardLayout');
