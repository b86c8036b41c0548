import { acceptsEmail } from '../../../kernel/crud/email.judge.js';
import { toE164 } from '../../../kernel/crud/values.js';
import type { CellValue, ColumnMapping, FieldDefinition, RowProblem } from '../import.types.js';
import { countryCode } from './country.names.js';
import { parseDate, parseTimestamp } from './date.parser.js';
import { westernDigits } from './digits.js';

/** A value, or why the text is none. */
export type Parsed = { readonly value: CellValue } | { readonly problem: RowProblem };

/** What a cell's reading may depend on beside its own text. */
export interface ParseContext {
  readonly dateOrder?: 'dmy' | 'mdy';
  readonly multiply?: number;
  /** ISO country of the row, for phone numbers without a country. */
  readonly country?: string;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** A decimal number from the ways people write them: `1,234.50`, `1.234,50`, `$1 234`, `(12)`, `١٢٫٥`. Undefined when it is none. */
export function parseDecimal(text: string): string | undefined {
  let body = westernDigits(text).replace(/[\s\u00a0\u202f'’]/g, '').replace(/^([-+]?)(?:[A-Z]{3}|\p{Sc})/u, '$1').replace(/(?:[A-Z]{3}|\p{Sc})$/u, '');
  const negative = /^\(.*\)$/.test(body);
  if (negative) body = body.slice(1, -1);
  const comma = body.lastIndexOf(',');
  const point = body.lastIndexOf('.');
  if (comma >= 0 && point >= 0) body = comma > point ? body.replace(/\./g, '').replace(',', '.') : body.replace(/,/g, '');
  else if (comma >= 0) body = /^[-+]?\d{1,3}(,\d{3})+$/.test(body) ? body.replace(/,/g, '') : body.replace(',', '.');
  else if (/^[-+]?\d{1,3}(\.\d{3}){2,}$/.test(body)) body = body.replace(/\./g, '');
  if (/^[-+]?\d+(\.\d+)?e[-+]?\d{1,2}$/i.test(body)) body = Number(body).toFixed(10).replace(/\.?0+$/, '');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(body)) return undefined;
  return `${negative ? '-' : ''}${body.replace(/^\+/, '')}`;
}

/** Multiplies a decimal text by a whole or decimal factor without leaving decimal arithmetic. */
export function multiplyDecimal(text: string, factor: number): string {
  const scaleOf = (value: string): number => (value.split('.')[1] ?? '').length;
  const plain = String(factor);
  const scale = scaleOf(text) + scaleOf(plain);
  const product = BigInt(text.replace('.', '')) * BigInt(plain.replace('.', ''));
  const digits = (product < 0n ? -product : product).toString().padStart(scale + 1, '0');
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `${product < 0n ? '-' : ''}${body}`;
}

function problem(field: FieldDefinition, text: string, code: string, message: string): Parsed {
  return { problem: { code, field: field.key, value: text.slice(0, 200), message } };
}

const truths = new Map([
  ...['true', 'yes', 'y', '1', 't', 'نعم', 'صح'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', '0', 'f', 'لا', 'خطأ'].map((word) => [word, false] as const),
]);

/** Reads one cell. Empty text is null; anything that is not of the field's type is a problem that says what would be. */
export function parseCell(field: FieldDefinition, input: string, context: ParseContext): Parsed {
  const text = input.normalize('NFC').trim();
  if (text === '') return { value: null };
  if (text.includes('\u0000')) return problem(field, text, 'text_invalid', 'The text has a NUL character; remove it.');
  switch (field.type) {
    case 'text':
    case 'reference':
      return text.length > 32_000 ? problem(field, text, 'text_too_long', 'The text is longer than 32,000 characters; shorten it.') : { value: text };
    case 'integer': {
      const number = parseDecimal(text);
      const whole = number !== undefined && /^-?\d+(\.0*)?$/.test(number) ? number.split('.')[0] : undefined;
      if (whole === undefined || Math.abs(Number(whole)) > 2_147_483_647) return problem(field, text, 'integer_invalid', `“${text}” is not a whole number.`);
      return { value: whole };
    }
    case 'decimal':
    case 'ratio':
    case 'money': {
      const number = parseDecimal(text);
      if (number === undefined) return problem(field, text, 'number_invalid', `“${text}” is not a number.`);
      const scaled = context.multiply === undefined ? number : multiplyDecimal(number, context.multiply);
      if (scaled.replace(/^-/, '').split('.')[0]!.length > 16) return problem(field, text, 'number_too_large', `“${text}” has more than 16 digits before the decimal point.`);
      return { value: scaled };
    }
    case 'date': {
      const date = parseDate(text, context.dateOrder);
      return date === undefined ? problem(field, text, 'date_invalid', `“${text}” is not a date of the calendar. Write dates as YYYY-MM-DD, or choose the order of day and month.`) : { value: date };
    }
    case 'timestamp': {
      const instant = parseTimestamp(text, context.dateOrder);
      return instant === undefined ? problem(field, text, 'timestamp_invalid', `“${text}” is not a point in time. Write it as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS.`) : { value: instant };
    }
    case 'boolean': {
      const truth = truths.get(text.toLowerCase());
      return truth === undefined ? problem(field, text, 'boolean_invalid', `“${text}” is neither yes nor no.`) : { value: truth };
    }
    case 'email':
      return acceptsEmail(text)
        ? { value: text.toLowerCase() }
        : problem(field, text, 'email_invalid', `“${text}” is not an e-mail address.`);
    case 'phone': {
      const phone = toE164(westernDigits(text), context.country);
      return phone !== null
        ? { value: phone }
        : problem(field, text, 'phone_invalid', `“${text}” is not a valid phone number. Write it with its country: +966 50 123 4567.`);
    }
    case 'currency': {
      const code = text.toUpperCase();
      return currencies.has(code) ? { value: code } : problem(field, text, 'currency_invalid', `“${text}” is not an ISO 4217 currency code such as USD or SAR.`);
    }
    case 'country': {
      const code = countryCode(text);
      return code === undefined ? problem(field, text, 'country_unknown', `“${text}” is not a country. Write its English or Arabic name, or its two-letter code.`) : { value: code };
    }
    case 'choice': {
      const wanted = text.toLowerCase().replace(/[\s-]+/g, '_');
      return field.choices?.includes(wanted) === true
        ? { value: wanted }
        : problem(field, text, 'choice_unknown', `“${text}” is not one of: ${field.choices?.join(', ') ?? ''}. Map it to one of them with an alias.`);
    }
  }
}

/** True for text that a spreadsheet would run as a formula (OWASP, CSV injection); numbers and phones are not meant. */
export function looksLikeFormula(text: string): boolean {
  return /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-]?[\d\s().,/-]+$/.test(text));
}

/** The text of a column's cell after its aliases. */
export function applyAlias(text: string, column: ColumnMapping): string {
  return column.aliases?.[text.trim()] ?? text;
}
