import { Reference } from '@core/api/api.client';
import { Problem } from '@core/api/problem';
import { plainNumber } from './names';

/** What a field holds while it is edited. */
export type FormValue = string | boolean | Reference | null;
/** All values of a form, by the field's name. */
export type FormValues = Readonly<Record<string, FormValue>>;

/** One field of a record's form; texts are already translated. */
export interface FormField {
  /** The name as the API knows it. */
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'textarea' | 'email' | 'tel' | 'url' | 'number' | 'money' | 'date' | 'select' | 'reference' | 'check' | 'datetime' | 'yesno' | 'choices' | 'color';
  readonly required?: boolean;
  readonly hint?: string;
  /** Stands beside another one. */
  readonly half?: boolean;
  readonly dir?: 'ltr' | 'rtl' | 'auto';
  /** For `select` and `choices`. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** For `reference`: what is searched. */
  readonly resource?: string;
  /** For `reference`: only records that share the value of this other field. */
  readonly within?: string;
}

/** A value as the API wants it. */
export function plainValue(kind: FormField['kind'], value: FormValue | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return value.id;
  if (typeof value === 'boolean') return value;
  if (kind === 'money') return plainNumber(value);
  if (kind === 'number') {
    const text = plainNumber(value);
    // What is no number goes as it was typed, so that the API can say what is wrong with it.
    return text === null ? null : Number.isFinite(Number(text)) ? Number(text) : text;
  }
  if (kind === 'yesno') return value === '' ? null : value === 'true';
  // Several choices are kept as one text while they are edited; a value has no comma.
  if (kind === 'choices') return value === '' ? null : value.split(',');
  if (kind === 'datetime') return value === '' ? null : Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString();
  const text = value.trim();
  // People write addresses without https://, the API keeps them whole.
  if (kind === 'url' && text && !/^[a-z][a-z0-9+.-]*:/i.test(text)) return `https://${text}`;
  return text || null;
}

/** Columns of the database that a person knows by another field. */
const PATHS: Readonly<Record<string, string>> = { fingerprint: 'legal_name' };

/** A problem whose field messages are in the reader's language where their codes are known; `text` gives the key itself for what it does not know. */
export function inWords(problem: Problem, text: (key: string) => string): Problem {
  const errors = problem.errors.map((item) => {
    const words = text(`record.errors.${item.code}`);
    return { ...item, path: PATHS[item.path] ?? item.path, message: words === `record.errors.${item.code}` ? item.message : words };
  });
  return { ...problem, errors };
}

/** The fields that must be filled in and are not. */
export function missingOf(fields: readonly FormField[], values: FormValues): ReadonlySet<string> {
  return new Set(fields.filter((field) => field.required && plainValue(field.kind, values[field.name]) === null).map((field) => field.name));
}

/** What changed, as the API wants it; a field that is empty and was empty is not sent. */
export function changesOf(fields: readonly FormField[], before: FormValues, after: FormValues): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value = plainValue(kind, after[name]);
    if (JSON.stringify(value) !== JSON.stringify(plainValue(kind, before[name]))) changes[name] = value;
  }
  return changes;
}

/** Values of a form from a record: numbers become text, ids the reference that stands beside them. */
export function valuesFrom(fields: readonly FormField[], record: object | null, defaults: FormValues = {}): FormValues {
  const source = (record ?? {}) as Record<string, unknown>;
  return Object.fromEntries(fields.map(({ name, kind }) => {
    const value = source[kind === 'reference' ? name.replace(/_id$/, '') : name] ?? null;
    if (value === null) return [name, record === null ? defaults[name] ?? null : null];
    if (kind === 'reference') return [name, value as Reference];
    if (kind === 'datetime') return [name, localTime(String(value))];
    return [name, typeof value === 'boolean' && kind !== 'yesno' ? value : String(value)];
  }));
}

/** An instant as the reader's clock shows it, in the form of a control for date and time. */
export function localTime(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
