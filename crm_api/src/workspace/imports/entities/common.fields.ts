import type { FieldDefinition } from '../import.types.js';

/** A free text field. */
export function text(key: string, en: string, ar: string, synonyms: readonly string[]): FieldDefinition {
  return { key, label: { en, ar }, type: 'text', synonyms };
}

/** The record's id in the system it came from. */
export function externalId(synonyms: readonly string[]): FieldDefinition {
  return { key: 'external_id', label: { en: 'Id in the other system', ar: 'المعرّف في النظام الآخر' }, type: 'text', synonyms: ['id', ...synonyms] };
}

/** Who owns the record: by e-mail, name or external id. */
export const ownerField: FieldDefinition = {
  key: 'owner', column: 'owner_id', label: { en: 'Owner', ar: 'المالك' }, type: 'reference', reference: 'users', synonyms: ['owner id', 'sales agent', 'rep', 'owner email', 'property hubspot owner id'],
};

/** When the record began in the business, not when it was imported. */
export const createdAt: FieldDefinition = {
  key: 'created_at', label: { en: 'Created', ar: 'تاريخ الإنشاء' }, type: 'timestamp', synonyms: ['created date', 'create date', 'engage date', 'property createdate', 'property created at'],
};
