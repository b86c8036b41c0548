import { CrmError, forbidden, invalidBody } from '../../kernel/errors/crm.error.js';

/** 403: a delivered dashboard is everybody's. */
export const builtIn = (): CrmError => new CrmError(403, 'built_in', 'This dashboard is delivered with the product and the same for everybody. Save a copy of your own: POST /crm/v1/dashboards with its id as "based_on_id".');

/** 403: somebody else's. */
export const notYours = (): CrmError => new CrmError(403, 'not_yours', 'Only its owner may change this dashboard. Save a copy of your own: POST /crm/v1/dashboards with its id as "based_on_id".');

/** 403: the role lays out dashboards for oneself only. */
export const sharingForbidden = (): CrmError => forbidden('Your role may keep dashboards for yourself, not share them. Leave "shared_roles", "shared_team_ids" and "shared_user_ids" empty, or ask an administrator for dashboards:write beyond "own".');

/** 409: one copy of each dashboard is enough to stand in for it. */
export const copyExists = (id: string): CrmError => new CrmError(409, 'copy_exists', `You already have a copy of this dashboard: ${id}. Change that one, or delete it first.`);

/** 409: more than a list can show. */
export const tooMany = (most: number): CrmError => new CrmError(409, 'too_many_dashboards', `You have ${most} dashboards already. Delete one that you no longer need.`);

/** 422: an API client without a user keeps nothing of its own. */
export const ownerless = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and a dashboard belongs to one. Give the client a user.' }]);

/** 404: there was never such a version. */
export const versionNotFound = (version: number, newest: number): CrmError => new CrmError(404, 'dashboard_version_not_found', `The dashboard has no version ${version}; its versions are 1 to ${newest}.`);

/** 404: a delivered dashboard is what it is. */
export const noVersions = (): CrmError => new CrmError(404, 'dashboard_version_not_found', 'This dashboard is delivered with the product and has no versions; a copy of your own has.');
