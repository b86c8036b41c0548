import Joi from 'joi';

const count = Joi.number().integer();
const number = count.min(1).max(999_999_999);
const person = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() });

/** What somebody says of the version that a change makes. */
export const versionNote = Joi.string().trim().min(1).max(500).allow(null).description('What is new in this version; with it a version is made even where nothing differs.');

/** What every version of a report or a dashboard tells of itself. */
export const versionFields = {
  version: count.required(), note: versionNote.required(), restored_from: count.allow(null).required().description('The version that it is equal to, where it was restored.'), author: person.required(), created_at: Joi.string().isoDate().required(),
};
export const versionPage = Joi.object({ items: Joi.array().items(Joi.object(versionFields).label('VersionSummary')).required(), next_cursor: Joi.string().allow(null).required() }).label('VersionPage');
export const versionQuery = Joi.object({ limit: count.min(1).max(200).default(50), cursor: Joi.string().pattern(/^[1-9]\d{0,8}$/).description('`next_cursor` of the page before.') });
export const versionParams = Joi.object({ id: Joi.string().guid().lowercase().required().description('The id of what has the versions.'), version: number.required().description('The number of the version.') });
export const versionAgainst = Joi.object({ against: number.description('Another version: `changes` lists what differs from it to this one.') });
export const versionRestore = Joi.object({ note: versionNote }).label('VersionRestore');
