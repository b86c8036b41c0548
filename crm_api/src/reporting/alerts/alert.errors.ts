import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 409: more than can be looked at every few minutes. */
export const tooManyAlerts = (most: number): CrmError => new CrmError(409, 'too_many_alerts', `You have ${most} alerts already. Delete one that you no longer need.`);

/** 422: an API client without a user has nobody to be told. */
export const nobodyToTell = (): CrmError => invalidBody([{ path: 'owner', code: 'no_owner', message: 'This API client acts for no user, and an alert tells one. Give the client a user.' }]);

/** 422: the measure does not exist, or the caller may not see it. */
export const unknownMeasure = (name: string): CrmError => invalidBody([{ path: 'question.measure', code: 'unknown_reference', message: `"${name}" is not a measure that you may see; GET /crm/v1/analytics/meta lists them.` }]);

/** 422: the report does not exist, or the caller is not shown it. */
export const unknownReport = (): CrmError => invalidBody([{ path: 'question.report_id', code: 'report_not_shown', message: 'There is no saved report of this id that you are shown. Ask its owner to share it with you, or choose another.' }]);

/** 422: the report has other values. */
export const unknownReportValue = (key: string, known: readonly string[]): CrmError => invalidBody([{ path: 'question.value', code: 'report_value_unknown', message: `The report has no value "${key}"; its values are ${known.join(', ')}.` }]);

/** 422: there is no row that could cross. */
export const noRows = (): CrmError => invalidBody([{ path: 'question.rows', code: 'alert_no_rows', message: 'The report is not split into rows. Watch its total, or add a row to it.' }]);

/** 422: what is unusual is told by the history of one number. */
export const unusualRows = (): CrmError => invalidBody([{ path: 'question.rows', code: 'alert_rows_unusual', message: 'What is unusual is told of the total only. Watch the total, or choose a threshold for the rows.' }]);

/** 422: nothing says by which time days are told apart. */
export const noPeriod = (): CrmError => invalidBody([{ path: 'condition', code: 'alert_no_period', message: 'The report has no period, so that nothing says by which time days and months are told apart. Give it a period, or choose a threshold.' }]);

/** 422: a share of a total that a course of days does not have. */
export const shareUnusual = (): CrmError => invalidBody([{ path: 'condition', code: 'alert_share_unusual', message: 'This value is a share of a total, which the days of its history do not have. Choose a threshold, or another value.' }]);
