import Joi from 'joi';
import { versionFields, versionNote } from '../../versions/version.schema.js';
import { definitionSchema } from '../definition/report.schema.js';
import { shapes } from '../definition/report.types.js';
import { singleParts } from './definition.diff.js';
import { grants, rights } from './saved.types.js';

const id = Joi.string().guid();
const time = Joi.string().isoDate().required();
const count = Joi.number().integer();
const person = Joi.object({ id: id.required(), name: Joi.string().allow('').required() });
const named = { name: Joi.string().trim().min(1).max(100), name_ar: Joi.string().trim().min(1).max(100).allow(null) };
const may = Joi.valid(...rights).required().description('`view`, `edit`: its parts and its definition, `manage`: also move, share and delete it.');
const page = (item: Joi.Schema): Joi.ObjectSchema => Joi.object({ items: Joi.array().items(item).required(), next_cursor: Joi.string().allow(null).required() });

const description = Joi.string().trim().min(1).max(1000).allow(null);
const parts = { ...named, description, description_ar: description, folder_id: id.allow(null) };

export const reportCreate = Joi.object({ ...parts, name: named.name.required(), definition: definitionSchema.required(), note: versionNote }).required().label('ReportCreate');
export const reportPatch = Joi.object({ ...parts, definition: definitionSchema, note: versionNote }).with('note', 'definition').min(1).required().label('ReportPatch');
const summary = {
  id: id.required(), ...Object.fromEntries(Object.entries(parts).map(([key, schema]) => [key, schema.required()])), folder_id: id.allow(null).required().description('Null for none, and for one that you are not shown.'),
  owner: person.required(), may, version: count.required(), view: Joi.string().required(), shape: Joi.valid(...shapes).required(), created_at: time, updated_at: time,
};
const pins = Joi.object().pattern(Joi.string(), count).required().description('Version of the definition of each measure when it was saved; one that could not be read then is absent.');
export const reportItem = Joi.object({ ...summary, definition: definitionSchema.required(), pins }).label('Report');
export const reportPage = page(Joi.object(summary).label('ReportSummary')).label('ReportPage');
export const reportQuery = Joi.object({
  folder_id: Joi.alternatives().try(id, Joi.valid('none')).description('In this folder, not in those within it; `none`: in none that you are shown.'), q: Joi.string().max(200).description('Part of the name in either language.'),
  limit: count.min(1).max(200).default(50), cursor: Joi.string().max(1000).description('`next_cursor` of the page before.'),
});

const change = Joi.object({
  what: Joi.valid('split', 'value', 'condition', 'having', 'pin', ...singleParts).required(), action: Joi.valid('added', 'removed', 'moved', 'changed').required(),
  measure: Joi.string().description('Of a pin.'), from: Joi.any().required().description('The part before, null for what was added; splits and values with their place.'), to: Joi.any().required().description('The part after, null for what was removed.'),
}).label('ReportChange');
export const versionItem = Joi.object({ ...versionFields, definition: definitionSchema.required(), pins, against: count.allow(null).required(), changes: Joi.array().items(change).allow(null).required().description('Null without `against`; empty: both ask and show the same.') }).label('ReportVersion');

const target = { role: Joi.string().min(1).max(60).description('Key of a role.'), team_id: id, user_id: id, may: Joi.valid(...grants).required() };
export const shareList = Joi.object({
  shares: Joi.array().items(Joi.object(target).xor('role', 'team_id', 'user_id').label('ReportShare')).max(100).required()
    .unique((one: Record<string, string>, other: Record<string, string>) => ['role', 'team_id', 'user_id'].every((key) => one[key]?.toLowerCase() === other[key]?.toLowerCase())).description('Each names one role, team or person; those of a folder are for all that is in it.'),
}).required().label('ReportShareList');
export const audience = Joi.object({ roles: Joi.array().items(Joi.object({ key: target.role.required(), name: Joi.string().required(), name_ar: Joi.string().allow(null).required() }).label('AudienceRole')).required() }).label('ReportAudience');
export const shareAnswer = Joi.object({ shares: Joi.array().items(Joi.object({ ...target, name: Joi.string().allow(null).required() }).label('NamedReportShare')).required() }).label('NamedReportShareList');

const place = { ...named, parent_id: id.allow(null) };
export const folderCreate = Joi.object({ ...place, name: named.name.required() }).required().label('ReportFolderCreate');
export const folderPatch = Joi.object(place).min(1).required().label('ReportFolderPatch');
export const folderItem = Joi.object({ id: id.required(), name: named.name.required(), name_ar: named.name_ar.required(), parent_id: id.allow(null).required().description('Null for none, and for one that you are not shown.'), owner: person.required(), may, created_at: time, updated_at: time }).label('ReportFolder');
export const folderPage = Joi.object({ items: Joi.array().items(folderItem).required().description('All of them.'), next_cursor: Joi.valid(null).required() }).label('ReportFolderPage');
