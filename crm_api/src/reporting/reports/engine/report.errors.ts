import { CrmError, invalidBody } from '../../../kernel/errors/crm.error.js';

const wrong = (path: string, code: string, message: string): CrmError => invalidBody([{ path, code, message }]);

/** 422: the report has a member that does not exist or that the caller may not see, which is the same answer on purpose. */
export const unknownMember = (path: string, member: string): CrmError => wrong(path, 'unknown_reference', `"${member}" is not a member that you may see; GET /crm/v1/analytics/meta lists them. Take it out of the report.`);

/** 422: a member of another view. */
export const foreignMember = (path: string, member: string, view: string): CrmError => wrong(path, 'report_member_foreign', `"${member}" is not of the view "${view}", which all members of this report must be of. Take it out, or begin a report of its view.`);

/** 422: a member in a place that it does not fit. */
export const unfitMember = (path: string, message: string): CrmError => wrong(path, 'report_member_unfit', message);

/** 422: a key that no value has, or calculations that need each other. */
export const unknownValue = (path: string, key: string): CrmError => wrong(path, 'report_value_unknown', `No value before it has the key "${key}". Add that value, or change what names it.`);

/** 422: units that do not go together. */
export const unitsClash = (path: string, op: string, left: string, right: string): CrmError => wrong(path, 'report_units_unfit', `A value in ${left} and one in ${right} cannot be joined by "${op}": what comes out would have no unit. Choose values whose units go together.`);

/** 422: something that needs another part of the report. */
export const incomplete = (path: string, message: string): CrmError => wrong(path, 'report_incomplete', message);

/** 422: even one group has more than can be shown. */
export const tooLarge = (): CrmError => new CrmError(422, 'report_too_large', 'One group of this report alone has more rows than can be shown. Add a condition, take out a split, choose longer steps of time, or export it.');
