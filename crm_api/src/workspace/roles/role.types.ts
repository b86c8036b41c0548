import type { FieldRules, Permissions } from 'crm_db';

/** What a role says. */
export interface RoleContent {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string;
  readonly permissions: Permissions;
  readonly fields: FieldRules;
}

/** A stored role; `version` counts its changes from 1. */
export interface RoleRow extends RoleContent {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** What If-Match is compared with. */
  readonly __version: string;
}

/** One change of a role: who made it, when, and the role before and after; null where there was or is none. */
export interface RoleVersionRow {
  readonly version: number;
  readonly action: 'create' | 'update' | 'delete' | 'revert';
  readonly changed_at: Date;
  readonly actor: { readonly id: string; readonly name: string | null } | null;
  readonly before: RoleContent | null;
  readonly after: RoleContent | null;
}
