import { RecordBase } from '@core/api/api.client';
import { formatDate, formatMoney, formatNumber } from '@core/format/format';
import { FormField } from '../record/form.model';

/** What a custom field can hold. */
export const CUSTOM_TYPES = ['text', 'long_text', 'integer', 'decimal', 'money', 'date', 'datetime', 'boolean', 'choice', 'multi_choice', 'url', 'email', 'phone'] as const;
/** One type. */
export type CustomType = (typeof CUSTOM_TYPES)[number];
/** The records that can have custom fields. */
export const CUSTOM_ENTITIES = ['accounts', 'contacts', 'leads', 'deals', 'tickets'] as const;

/** One value to choose. */
export interface CustomChoice {
  readonly value: string;
  readonly label: string;
  readonly label_ar: string;
}

/** A definition as the API tells it. */
export interface CustomField extends RecordBase {
  readonly entity: string;
  readonly key: string;
  readonly label: string;
  readonly label_ar: string;
  readonly type: CustomType;
  readonly choices: readonly CustomChoice[];
  readonly required: boolean;
  readonly unique: boolean;
  readonly min: string | null;
  readonly max: string | null;
  readonly pattern: string | null;
  readonly position: number;
  readonly archived: boolean;
}

/** Values of a record by key. */
export type CustomValues = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<CustomType, FormField['kind']>> = {
  text: 'text', long_text: 'textarea', integer: 'number', decimal: 'money', money: 'money', date: 'date', datetime: 'datetime', boolean: 'yesno', choice: 'select', multi_choice: 'choices', url: 'url', email: 'email', phone: 'tel',
};

/** The label of a field or a choice in the reader's language. */
export const labelOf = (one: { readonly label: string; readonly label_ar: string }, language: string): string => (language === 'ar' ? one.label_ar : one.label);

/** Definitions as fields of a record's form, named as the API names their problems. */
export function formFieldsOf(fields: readonly CustomField[], language: string): FormField[] {
  return fields.map((field) => ({
    name: `custom.${field.key}`, label: labelOf(field, language), kind: KINDS[field.type], required: field.required,
    ...(field.choices.length > 0 ? { options: field.choices.map((choice) => ({ value: choice.value, label: labelOf(choice, language) })) } : {}),
  }));
}

/** A record whose custom values stand beside its own, as a form reads them. */
export function flatRecord<T extends object>(record: T): T & Record<string, unknown> {
  const custom = ((record as { custom?: CustomValues | null }).custom ?? {}) as CustomValues;
  return { ...record, ...Object.fromEntries(Object.entries(custom).map(([key, value]) => [`custom.${key}`, value])) };
}

/** Changes of a form as the API takes them: custom values by key under `custom`. */
export function nestedChanges(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const custom = Object.entries(changes).filter(([name]) => name.startsWith('custom.')).map(([name, value]) => [name.slice('custom.'.length), value] as const);
  const own = Object.fromEntries(Object.entries(changes).filter(([name]) => !name.startsWith('custom.')));
  return custom.length === 0 ? own : { ...own, custom: Object.fromEntries(custom) };
}

/** What a reader needs to show a value. */
export interface ShowOptions {
  readonly language: string;
  readonly tag: string;
  readonly currency: string;
  readonly yes: string;
  readonly no: string;
  readonly comma: string;
}

/** Where a value leads: its page, or who is written to or called; null for nowhere. */
export function hrefOf({ type }: Pick<CustomField, 'type'>, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return type === 'url' ? String(value) : type === 'email' ? `mailto:${String(value)}` : type === 'phone' ? `tel:${String(value)}` : null;
}

/** A value in words; null where there is none. */
export function shownValue(field: CustomField, value: unknown, { language, tag, currency, yes, no, comma }: ShowOptions): string | null {
  if (value === null || value === undefined) return null;
  const choice = (one: unknown): string => { const known = field.choices.find((each) => each.value === one); return known ? labelOf(known, language) : String(one); };
  switch (field.type) {
    case 'boolean': return value === true ? yes : no;
    case 'integer': return formatNumber(Number(value), tag, 0);
    case 'decimal': return formatNumber(String(value), tag, 6);
    case 'money': return formatMoney(String(value), currency, tag);
    case 'date': return formatDate(String(value), tag);
    case 'datetime': return formatDate(String(value), tag, 'datetime');
    case 'choice': return choice(value);
    case 'multi_choice': return (value as readonly unknown[]).map(choice).join(comma);
    default: return String(value);
  }
}

/** Choices as lines of a text field, `value | English | Arabic`, and back; a line with one part uses it for all. */
export const linesOfChoices = (choices: readonly CustomChoice[]): string => choices.map(({ value, label, label_ar: arabic }) => [value, label, arabic].join(' | ')).join('\n');

/** Reads the lines. */
export function choicesOfLines(text: string): CustomChoice[] {
  return text.split('\n').map((line) => line.split('|').map((part) => part.trim())).filter(([value]) => value)
    .map(([value = '', label = value, arabic = label]) => ({ value, label: label || value, label_ar: arabic || label || value }));
}
