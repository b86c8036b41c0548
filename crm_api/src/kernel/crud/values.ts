import Joi from 'joi';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import { acceptsEmail } from './email.judge.js';
import { mayBeNull } from './field.access.js';
import type { Field } from './fields.js';

// The warehouse's Date32 and DateTime64 hold 1900–2299; a date outside is a typing error.
const minYear = 1900;
const maxYear = 2299;

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Sentences for the codes of Joi that people meet; each says the cure. */
export const messages: Record<string, string> = {
  'any.required': '{{#label}} is required; send a value.',
  'any.only': '{{#label}} must be one of {{#valids}}.',
  'object.unknown': '{{#label}} is not a known field; remove it or correct its name.',
  'object.base': '{{#label}} must be a JSON object.',
  'object.min': 'Send at least one field to change.',
  'string.base': '{{#label}} must be text.',
  'string.empty': '{{#label}} must not be empty.',
  'string.max': '{{#label}} must have at most {{#limit}} characters.',
  'string.uri': '{{#label}} must be a web address that starts with http:// or https://.',
  'string.guid': '{{#label}} must be a UUID.',
  'string.pattern.base': '{{#label}} has the wrong form.',
  'number.base': '{{#label}} must be a number.',
  'number.integer': '{{#label}} must be a whole number.',
  'number.min': '{{#label}} must be at least {{#limit}}.',
  'number.max': '{{#label}} must be at most {{#limit}}.',
  'number.unsafe': '{{#label}} is too large.',
  'boolean.base': '{{#label}} must be true or false.',
  'crm.blank': '{{#label}} must not be blank.',
  'crm.text': '{{#label}} has characters that cannot be stored (NUL or half a surrogate pair); remove them.',
  'crm.money': '{{#label}} must be an amount such as "1250.00": at most 16 digits before and {{#scale}} after the point, no separators.',
  'crm.date': '{{#label}} must be a date of the calendar such as "2026-03-31", between the years 1900 and 2299.',
  'crm.timestamp': '{{#label}} must be a time with its zone such as "2026-03-31T14:05:00Z", between the years 1900 and 2299.',
  'crm.phone': '{{#label}} must be a valid phone number with its country code such as "+14155552671".',
  'string.email': '{{#label}} must be an e-mail address such as "sara@example.com": no quotes, comments or numbers in place of the domain.',
  'crm.currency': '{{#label}} must be a currency code of ISO 4217 such as "USD".',
  'crm.country': '{{#label}} must be a country code of ISO 3166 such as "AE".',
};

type Check = Joi.CustomValidator<unknown>;

const wellFormed = (value: string): boolean => !value.includes('\u0000') && Buffer.from(value, 'utf8').toString('utf8') === value;

const checkText: Check = (value, helpers) => (typeof value === 'string' && !wellFormed(value) ? helpers.error('crm.text') : value);

const checkNotBlank: Check = (value, helpers) => (typeof value === 'string' && value.trim() === '' ? helpers.error('crm.blank') : value);

/** Whether the text is a day of the calendar that the product can store. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const year = Number(match[1]);
  const date = new Date(`${text}T00:00:00Z`);
  return year >= minYear && year <= maxYear && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The instant as ISO text in UTC, or null where the text is none; a bare date means its first instant in UTC. */
export function toInstant(text: string): string | null {
  if (isDate(text)) return `${text}T00:00:00.000Z`;
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)$/.exec(text);
  if (!match || !isDate(match[1] ?? '')) return null;
  const date = new Date(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const checkDate: Check = (value, helpers) => (typeof value === 'string' && isDate(value) ? value : helpers.error('crm.date'));
const checkInstant: Check = (value, helpers) => (typeof value === 'string' ? toInstant(value) : null) ?? helpers.error('crm.timestamp');

/** The number in E.164, or null where it is none; `country` (ISO 3166) helps to read national numbers. */
export function toE164(text: string, country?: string | null): string | null {
  const parsed = parsePhoneNumberFromString(text, (country ?? undefined) as CountryCode | undefined);
  return parsed?.isValid() === true ? parsed.number : null;
}

const checkPhone: Check = (value, helpers) => {
  const record: unknown = helpers.state.ancestors[0];
  const country = record !== null && typeof record === 'object' && 'country_code' in record ? record.country_code : undefined;
  return (typeof value === 'string' ? toE164(value, typeof country === 'string' ? country : undefined) : null) ?? helpers.error('crm.phone');
};

const checkEmail: Check = (value, helpers) => (typeof value === 'string' && acceptsEmail(value) ? value : helpers.error('string.email'));

const checkCurrency: Check = (value, helpers) => (currencies.has(String(value)) ? value : helpers.error('crm.currency'));

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const checkCountry: Check = (value, helpers) => {
  const known = /^[A-Z]{2}$/.test(String(value)) && regionNames.of(String(value)) !== undefined && value !== 'ZZ';
  return known ? value : helpers.error('crm.country');
};

/** Exact decimals travel as text; a JSON number is welcome where it loses nothing. */
function decimal(scale: number, min: number | undefined): Joi.Schema {
  const form = new RegExp(`^-?\\d{1,${18 - Math.max(scale, 2)}}(\\.\\d{1,${scale}})?$`);
  return Joi.alternatives().try(Joi.string(), Joi.number().unsafe()).custom((value: unknown, helpers) => {
    const text = String(value);
    if (!form.test(text)) return helpers.error('crm.money', { scale });
    return min !== undefined && Number(text) < min ? helpers.error('number.min', { limit: min }) : text;
  }).messages({ 'alternatives.types': messages['crm.money']?.replace('{{#scale}}', String(scale)) ?? '' });
}

/** What a caller may send for a field; values come out in the form in which they are stored. */
export function inputSchema(field: Field): Joi.Schema {
  const schema = field.input ?? byKind(field);
  const described = schema.description(field.description);
  return field.nullable ? described.allow(null) : described;
}

function byKind(field: Field): Joi.Schema {
  switch (field.kind) {
    case 'text': case 'words': {
      const text = Joi.string().max(field.max ?? 200).custom(checkText);
      return field.required ? text.custom(checkNotBlank) : text.allow('');
    }
    case 'email': return Joi.string().max(254).custom(checkText).custom(checkEmail).meta({ openapi: { format: 'email' } });
    case 'phone': return Joi.string().max(40).custom(checkPhone).meta({ openapi: { examples: ['+14155552671'] } });
    case 'url': return Joi.string().max(500).uri({ scheme: ['http', 'https'] });
    case 'money': return decimal(2, field.min);
    case 'decimal': return decimal(field.scale ?? 4, field.min);
    case 'number': return bounded(Joi.number(), field);
    case 'integer': return bounded(Joi.number().integer(), { ...field, min: field.min ?? -2_147_483_648, max: field.max ?? 2_147_483_647 });
    case 'boolean': return Joi.boolean();
    case 'date': return Joi.string().custom(checkDate).meta({ openapi: { format: 'date' } });
    case 'timestamp': return Joi.string().custom(checkInstant).meta({ openapi: { format: 'date-time' } });
    case 'uuid': return Joi.string().guid();
    case 'choice': return Joi.string().valid(...(field.values ?? []));
    case 'currency': return Joi.string().custom(checkCurrency).meta({ openapi: { pattern: '^[A-Z]{3}$' } });
    case 'country': return Joi.string().custom(checkCountry).meta({ openapi: { pattern: '^[A-Z]{2}$' } });
  }
}

function bounded(schema: Joi.NumberSchema, field: Pick<Field, 'min' | 'max'>): Joi.NumberSchema {
  const low = field.min === undefined ? schema : schema.min(field.min);
  return field.max === undefined ? low : low.max(field.max);
}

/** What the API answers for a field. */
export function outputSchema(field: Field): Joi.Schema {
  const schema = ((): Joi.Schema => {
    switch (field.kind) {
      case 'number': return Joi.number();
      case 'integer': return Joi.number().integer();
      case 'boolean': return Joi.boolean();
      case 'uuid': return Joi.string().guid();
      case 'timestamp': return Joi.string().isoDate();
      case 'date': return Joi.string().pattern(/^\d{4}-\d{2}-\d{2}$/).meta({ openapi: { format: 'date', pattern: undefined } });
      case 'money': case 'decimal': return Joi.string().pattern(/^-?\d+(\.\d+)?$/);
      case 'choice': return Joi.string().valid(...(field.values ?? []));
      default: return Joi.string().allow('');
    }
  })();
  const described = schema.description(field.description);
  return mayBeNull(field) ? described.allow(null) : described;
}

/** A stored value in the form in which JSON carries it. */
export function toJson(field: Field, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value === undefined) return null;
  if (typeof value === 'string' && field.kind === 'number') return Number(value);
  if (typeof value === 'string' && (field.kind === 'currency' || field.kind === 'country')) return value.trimEnd();
  return value;
}

// Read once: Joi parses sentences anew for each schema that has them, half a second of a start.
const sentences = Object.fromEntries(Object.entries(messages).map(([code, text]) => [code, Joi.expression(text)])) as unknown as Joi.LanguageMessages;

/** Options for validating bodies: every problem at once, no guessing of types. */
export const strictBody: Joi.AsyncValidationOptions = { abortEarly: false, convert: false, messages: sentences, errors: { wrap: { label: '"' } } };

/** Options for validating parameters: text is converted, every problem at once. */
export const strictQuery: Joi.AsyncValidationOptions = { abortEarly: false, convert: true, messages: sentences, errors: { wrap: { label: '"' } } };
