import Joi from 'joi';
import { versionFields, versionNote } from '../versions/version.schema.js';
import { audiences } from './dashboard.types.js';
import { filterSchema, layoutSchema } from './tile.schema.js';

const shown = (words: string): Joi.ArraySchema => Joi.array().items(Joi.string().guid()).unique().max(50).description(words);
const parts = {
  name: Joi.string().trim().min(1).max(100), name_ar: Joi.string().trim().min(1).max(100).allow(null),
  role: Joi.valid(...audiences).allow(null).description('Whose morning it serves.'),
  shared_roles: Joi.array().items(Joi.string().max(60)).unique().max(50).description('Keys of the roles that are shown it beside the owner.'),
  shared_team_ids: shown('Teams whose people are shown it.'), shared_user_ids: shown('People who are shown it.'),
  layout: layoutSchema, period: Joi.string().trim().min(1).max(60).allow(null).description('The period that the page opens with.'),
  filters: Joi.array().items(filterSchema).max(20).description('Conditions on every tile that has the member.'),
};
const base = Joi.string().guid().allow(null);
const pins = Joi.object().pattern(Joi.string(), Joi.number().integer()).required().description('Version of the definition of each measure when it was saved; one that could not be read then is absent.');

export const dashboardCreate = Joi.object({
  ...parts, based_on_id: base.description('The dashboard that it is a copy of, and stands in for in your list; what is not given is taken from there.'),
}).required().label('DashboardCreate');
export const dashboardPatch = Joi.object({ ...parts, note: versionNote }).with('note', 'layout').min(1).required().label('DashboardPatch');
export const dashboardItem = Joi.object({
  id: Joi.string().guid().required(), key: Joi.string().allow(null).required().description('Of those delivered, which nobody changes.'), ...Object.fromEntries(Object.entries(parts).map(([name, schema]) => [name, schema.required()])),
  version: Joi.number().integer().required().description('Of its tiles, period and conditions.'), pins,
  owner: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() }).allow(null).required(), based_on_id: base.required(),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Dashboard');
export const dashboardPage = Joi.object({ items: Joi.array().items(dashboardItem).required(), next_cursor: Joi.valid(null).required() }).label('DashboardPage');

const change = Joi.object({
  what: Joi.valid('tile', 'period', 'filters', 'pin').required(), action: Joi.valid('added', 'removed', 'moved', 'changed').required(), measure: Joi.string().description('Of a pin.'),
  from: Joi.any().required().description('As it was, null for what was added.'), to: Joi.any().required().description('As it became, null for what was removed.'),
}).label('DashboardChange');
export const dashboardVersionItem = Joi.object({
  ...versionFields, layout: layoutSchema.required(), period: parts.period.required(), filters: parts.filters.required(), pins, against: Joi.number().integer().allow(null).required(),
  changes: Joi.array().items(change).allow(null).required().description('Null without `against`; empty: both show the same.'),
}).label('DashboardVersion');
