import { CrmError } from '../../../kernel/errors/crm.error.js';

/** 422: a document of so many pages is read by nobody and would hold up everybody; nothing is left out of it unseen. */
export const tooLargeForPages = (cells: number, most: number): CrmError =>
  new CrmError(422, 'report_pdf_too_large', `This report has ${cells} cells; a PDF has at most ${most}. Export it as CSV or Excel, which have all of them, or add a condition.`);

/** 422: more invoices than a ledger takes in one import. */
export const periodTooLong = (invoices: number, most: number): CrmError =>
  new CrmError(422, 'period_too_long', `The period has ${invoices} invoices; a journal has at most ${most}. Ask for a shorter period, such as a month.`);
