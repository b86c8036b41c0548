import type { CustomChoice, CustomEntity, CustomField, CustomType } from '../../kernel/custom/custom.types.js';

/** A definition with what its administration shows. */
export interface CustomFieldRow extends CustomField {
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

/** What a caller may say of a definition at any time. */
export interface CustomFieldChange {
  readonly label?: string;
  readonly label_ar?: string;
  readonly choices?: readonly CustomChoice[];
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly min?: string | null;
  readonly max?: string | null;
  readonly pattern?: string | null;
  readonly position?: number;
  readonly archived?: boolean;
}

/** What makes a definition; entity, key and type stay as they are. */
export interface CustomFieldInput extends CustomFieldChange {
  readonly entity: CustomEntity;
  readonly key: string;
  readonly label: string;
  readonly label_ar: string;
  readonly type: CustomType;
}
