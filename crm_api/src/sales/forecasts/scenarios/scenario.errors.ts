import { CrmError, forbidden, invalidBody } from '../../../kernel/errors/crm.error.js';

/** 403: somebody else's. */
export const notYours = (): CrmError => new CrmError(403, 'not_yours', 'Only its owner may change this scenario. Save one of your own with the same changes: POST /crm/v1/forecasts/scenarios.');

/** 403: the role keeps scenarios for oneself only. */
export const sharingForbidden = (): CrmError => forbidden('Your role may keep scenarios for yourself, not share them. Leave "shared_roles" and "shared_team_ids" empty, or ask an administrator for scenarios:write beyond "own".');

/** 409: more than a list can show. */
export const tooMany = (most: number): CrmError => new CrmError(409, 'too_many_scenarios', `You have ${most} scenarios already. Delete one that you no longer need.`);

/** 422: an API client without a user keeps nothing of its own. */
export const ownerless = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and a scenario belongs to one. Give the client a user.' }]);
