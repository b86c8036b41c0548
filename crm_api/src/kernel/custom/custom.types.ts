import type { Resource as PermissionResource } from 'crm_db';
import { field, type Field, type FieldKind } from '../crud/fields.js';

/** The switch of everything about custom fields. */
export const customFeature = 'crm_feature_custom_fields';

/** What a custom field can hold. */
export const customTypes = ['text', 'long_text', 'integer', 'decimal', 'money', 'date', 'datetime', 'boolean', 'choice', 'multi_choice', 'url', 'email', 'phone'] as const;
export type CustomType = (typeof customTypes)[number];

/** The resources whose records can have custom fields. */
export const customEntities = ['accounts', 'contacts', 'leads', 'deals', 'tickets'] as const satisfies readonly PermissionResource[];
export type CustomEntity = (typeof customEntities)[number];

/** One value that a choice offers. */
export interface CustomChoice {
  readonly value: string;
  readonly label: string;
  readonly label_ar: string;
}

/** A definition as stored in `crm_custom_fields`. */
export interface CustomField {
  readonly id: string;
  readonly entity: CustomEntity;
  readonly key: string;
  readonly label: string;
  readonly label_ar: string;
  readonly type: CustomType;
  readonly options: readonly CustomChoice[];
  readonly required: boolean;
  readonly is_unique: boolean;
  /** Smallest and largest number, day or time, or number of characters. */
  readonly min_value: string | null;
  readonly max_value: string | null;
  /** A regular expression of Postgres that the whole text must match. */
  readonly pattern: string | null;
  readonly position: number;
  readonly archived_at: Date | null;
}

/** The columns of `crm_custom_values`, of which a value fills one. */
export const valueColumns = ['text_value', 'long_text_value', 'number_value', 'date_value', 'timestamp_value', 'boolean_value', 'json_value'] as const;
export type ValueColumn = (typeof valueColumns)[number];

const columns: Readonly<Record<CustomType, ValueColumn>> = {
  text: 'text_value', long_text: 'long_text_value', integer: 'number_value', decimal: 'number_value', money: 'number_value', date: 'date_value', datetime: 'timestamp_value',
  boolean: 'boolean_value', choice: 'text_value', multi_choice: 'json_value', url: 'text_value', email: 'text_value', phone: 'text_value',
};

/** Where values of a type are stored. */
export const columnOf = (type: CustomType): ValueColumn => columns[type];

/** How lists reach a custom field: carried by filters and sort keys. */
export interface CustomColumn {
  readonly fieldId: string;
  readonly column: ValueColumn;
  readonly kind: FieldKind;
}

/** Types of which `q` finds the words. */
export const searchedTypes: readonly CustomType[] = ['text', 'long_text', 'url', 'email', 'phone'];
/** Types whose values can be one of a kind. */
export const uniqueTypes: readonly CustomType[] = ['text', 'integer', 'decimal', 'url', 'email', 'phone'];
/** Types that can have a pattern. */
export const patternTypes: readonly CustomType[] = ['text', 'url', 'email', 'phone'];
/** Types with bounds; of text they bound the number of characters. */
export const boundedTypes: readonly CustomType[] = ['text', 'long_text', 'integer', 'decimal', 'money', 'date', 'datetime'];

/** The longest single line, which an index still holds, and the longest text. */
export const maxText = 500;
export const maxLongText = 20_000;

/** The field as the machinery of resources knows fields. */
export function asField(custom: CustomField): Field {
  const description = custom.label;
  const options = { sort: true, nullable: true };
  switch (custom.type) {
    case 'text': return field.text(description, { ...options, max: maxText });
    case 'long_text': return field.words(description, { max: maxLongText });
    case 'integer': return field.integer(description, options);
    case 'decimal': return field.decimal(6, description, options);
    case 'money': return field.money(description, options);
    case 'date': return field.date(description, options);
    case 'datetime': return field.timestamp(description, options);
    case 'boolean': return field.boolean(description, options);
    case 'choice': return field.choice(custom.options.map(({ value }) => value), description, options);
    case 'multi_choice': return field.choice(custom.options.map(({ value }) => value), description, {});
    case 'url': return field.url(description, options);
    case 'email': return field.email(description, options);
    case 'phone': return field.phone(description, options);
  }
}

/** The name by which lists, roles and problems mean a custom field. */
export const customName = (key: string): string => `custom.${key}`;

/** Whether a name means a custom field. */
export const isCustomName = (name: string): boolean => /^custom\.[a-z][a-z0-9_]{0,62}$/.test(name);
