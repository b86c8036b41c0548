import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 409: more than can be looked at every few minutes. */
export const tooManyAlerts = (most: number): CrmError => new CrmError(409, 'too_many_alerts', `You have ${most} alerts already. Delete one that you no longer need.`);

/** 422: an API client without a user has nobody to be told. */
export const nobodyToTell = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and an alert tells one. Give the client a user.' }]);

/** 422: the measure does not exist, or the caller may not see it. */
export const unknownMeasure = (name: string): CrmError => invalidBody([{ path: 'question.measure', code: 'unknown_reference', message: `"${name}" is not a measure that you may see; GET /crm/v1/analytics/meta lists them.` }]);
