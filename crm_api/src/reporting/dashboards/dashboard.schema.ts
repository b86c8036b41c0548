import Joi from 'joi';
import { audiences } from './dashboard.types.js';
import { filterSchema, layoutSchema } from './tile.schema.js';

const parts = {
  name: Joi.string().trim().min(1).max(100), name_ar: Joi.string().trim().min(1).max(100).allow(null),
  role: Joi.valid(...audiences).allow(null).description('Whose morning it serves.'),
  shared_roles: Joi.array().items(Joi.string().max(60)).unique().max(50).description('Keys of the roles that are shown it beside the owner.'),
  layout: layoutSchema, period: Joi.string().trim().min(1).max(60).allow(null).description('The period that the page opens with.'),
  filters: Joi.array().items(filterSchema).max(20).description('Conditions on every tile that has the member.'),
};
const base = Joi.string().guid().allow(null);

export const dashboardCreate = Joi.object({
  ...parts, based_on_id: base.description('The dashboard that it is a copy of, and stands in for in your list; what is not given is taken from there.'),
}).required().label('DashboardCreate');
export const dashboardPatch = Joi.object(parts).min(1).required().label('DashboardPatch');
export const dashboardItem = Joi.object({
  id: Joi.string().guid().required(), key: Joi.string().allow(null).required().description('Of those delivered, which nobody changes.'), ...Object.fromEntries(Object.entries(parts).map(([name, schema]) => [name, schema.required()])),
  owner: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() }).allow(null).required(), based_on_id: base.required(),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Dashboard');
export const dashboardPage = Joi.object({ items: Joi.array().items(dashboardItem).required(), next_cursor: Joi.valid(null).required() }).label('DashboardPage');
