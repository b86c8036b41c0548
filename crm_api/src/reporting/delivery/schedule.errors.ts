import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 409: more than one person needs, and each is work for the warehouse. */
export const tooManySchedules = (most: number): CrmError => new CrmError(409, 'too_many_schedules', `You have ${most} schedules already. Delete one that you no longer need.`);

/** 422: an API client without a user has no eyes to look at the dashboard with. */
export const nobodySends = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and a schedule belongs to one. Give the client a user.' }]);

/** 422: the dashboard does not exist, or the caller is not shown it. */
export const unknownDashboard = (): CrmError => invalidBody([{ path: 'dashboard_id', code: 'unknown_reference', message: '"dashboard_id" is not the id of a dashboard that exists and that you may see.' }]);

/** 422: the report does not exist, or the caller is not shown it. */
export const unknownReport = (): CrmError => invalidBody([{ path: 'report_id', code: 'unknown_reference', message: '"report_id" is not the id of a saved report that exists and that you are shown.' }]);

/** 422: a page of tiles is no document. */
export const noPdf = (): CrmError => invalidBody([{ path: 'files', code: 'not_allowed', message: 'A dashboard has no PDF. Leave "pdf" out of "files", or send a saved report.' }]);

/** 422: recipients are active users with an address; nobody else is sent anything. */
export const unknownRecipient = (index: number): CrmError => invalidBody([{ path: `recipient_ids.${index}`, code: 'unknown_reference', message: 'This is not an active user with an e-mail address. Figures go to users only.' }]);

/** 403: files need the permission to export. */
export const filesForbidden = (of: 'schedules' | 'reports'): CrmError => new CrmError(403, 'forbidden', `Your role may not export figures, so a schedule of yours cannot attach files. Ask an administrator for the permission ${of}:export, or leave "files" empty.`);
