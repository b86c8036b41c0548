import Joi from 'joi';
import { fileKinds } from './delivery.types.js';

const time = Joi.string().isoDate();
const hour = Joi.number().integer().min(0).max(23).required().description('Full hour by the clocks of the reporting time zone.');
const daily = Joi.object({ every: Joi.valid('day').required(), hour }).label('DailyCadence');
const weekly = Joi.object({ every: Joi.valid('week').required(), weekday: Joi.number().integer().min(1).max(7).required().description('1 is Monday (ISO 8601).'), hour }).label('WeeklyCadence');
const monthly = Joi.object({ every: Joi.valid('month').required(), day: Joi.number().integer().min(1).max(31).required().description('The last day of a shorter month stands in for one that it lacks.'), hour }).label('MonthlyCadence');
const cadence = Joi.alternatives().conditional(Joi.ref('.every'), { switch: [{ is: 'week', then: weekly }, { is: 'month', then: monthly }], otherwise: daily });

const parts = {
  name: Joi.string().trim().min(1).max(100), dashboard_id: Joi.string().guid().description('A dashboard that you are shown.'), report_id: Joi.string().guid().description('A saved report that you are shown, instead of a dashboard; what is sent is its version at that moment.'),
  recipient_ids: Joi.array().items(Joi.string().guid()).unique().min(1).max(50).description('Active users; each is sent what they may see themselves.'), cadence, locale: Joi.valid('en', 'ar', 'own').description('Language of the mail; own is that of each recipient.'),
  files: Joi.array().items(Joi.valid(...fileKinds)).unique().description('What is attached. Of a dashboard every row of each tile, as CSV files or as one workbook (no pdf); of a report its exports, stamped and sealed. Needs the permission schedules:export, and of a report reports:export, of the owner and of who receives it.'), is_enabled: Joi.boolean(),
};
const reference = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow('').required() });
const named = reference.keys({ name_ar: Joi.string().allow(null).required() });

export const scheduleCreate = Joi.object({ ...parts, name: parts.name.required(), recipient_ids: parts.recipient_ids.required(), cadence: cadence.required() }).xor('dashboard_id', 'report_id').required().label('ScheduleCreate');
export const schedulePatch = Joi.object(parts).min(1).oxor('dashboard_id', 'report_id').required().label('SchedulePatch');
export const scheduleItem = Joi.object({
  id: Joi.string().guid().required(), name: parts.name.required(), dashboard: named.allow(null).required(), report: named.allow(null).required().description('One of dashboard and report is null.'), recipients: Joi.array().items(reference).required(), cadence: cadence.required(), locale: parts.locale.required(), files: parts.files.required(),
  is_enabled: Joi.boolean().required(), owner: reference.required(), time_zone: Joi.string().required(), next_run_at: time.allow(null).required().description('Null while it is paused.'), problem: Joi.string().allow(null).required().description('Why the last run was not sent: a code.'),
  created_at: time.required(), updated_at: time.required(),
}).label('Schedule');
export const schedulePage = Joi.object({ items: Joi.array().items(scheduleItem).required(), next_cursor: Joi.valid(null).required() }).label('SchedulePage');

export const deliveryItem = Joi.object({
  id: Joi.string().guid().required(), recipient: reference.required(), run_at: time.required(), trigger: Joi.valid('schedule', 'person').required(),
  state: Joi.valid('queued', 'making', 'sending', 'sent', 'failed', 'refused', 'uncertain').required().description('uncertain: the server had the mail and the connection ended before it answered, so it is not sent again.'),
  attempts: Joi.number().integer().required(), problem: Joi.string().allow(null).required().description('Of one that was sent: why it has no figures.'), watermark: Joi.object({ lsn: Joi.string().required(), committed_at: time.required() }).allow(null).required(),
  files: Joi.array().items(Joi.object({ name: Joi.string().required(), bytes: Joi.number().integer().required(), sha256: Joi.string().required() })).required(), sent_at: time.allow(null).required(), created_at: time.required(),
}).label('Delivery');
export const deliveryPage = Joi.object({ items: Joi.array().items(deliveryItem).required(), next_cursor: Joi.valid(null).required() }).label('DeliveryPage');
