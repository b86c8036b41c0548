import { customName, type CustomField, type CustomType } from '../../../kernel/custom/custom.types.js';
import type { FieldDefinition, FieldType } from '../import.types.js';

// What the API itself judges is read as text; numbers, days and phones are written in many ways in files.
const readAs: Readonly<Record<CustomType, FieldType>> = {
  text: 'text', long_text: 'text', integer: 'integer', decimal: 'decimal', money: 'money', date: 'date', datetime: 'timestamp', boolean: 'boolean',
  choice: 'text', multi_choice: 'text', url: 'text', email: 'text', phone: 'phone',
};

/** A custom field as a target of columns. */
export function customTarget(custom: CustomField): FieldDefinition {
  return { key: customName(custom.key), column: '', label: { en: custom.label, ar: custom.label_ar }, type: readAs[custom.type], synonyms: [custom.key], custom };
}

/** Tags as a target of columns. */
export const tagTarget: FieldDefinition = {
  key: 'tags', column: '', label: { en: 'Tags', ar: 'الوسوم' }, type: 'text', tags: true, synonyms: ['tag', 'labels', 'keywords', 'وسم', 'علامات'],
};

/** Whether a cell of the field holds several values. */
export const isList = (field: FieldDefinition): boolean => field.tags === true || field.custom?.type === 'multi_choice';
