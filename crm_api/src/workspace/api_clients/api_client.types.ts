import type { FieldRules, Permissions } from 'crm_db';

/** What an administrator says about an API client; `user_id` is the person whose records count as its own. */
export interface ApiClientInput {
  readonly name: string;
  /** Key of the one role it has. */
  readonly role: string;
  readonly user_id: string | null;
  /** `crm:<resource>:<action>`; null: all that the role allows. */
  readonly scopes: readonly string[] | null;
  /** Where codes of people who sign in through it are sent; empty: it acts for itself only. */
  readonly redirect_uris: readonly string[];
  readonly is_active: boolean;
}

/** A stored client with the role and person it points at; the hash of its secret is never read here. */
export interface ApiClientRow {
  readonly id: string;
  readonly client_id: string;
  readonly name: string;
  readonly role_id: string;
  readonly role: { readonly key: string; readonly name: string; readonly name_ar: string };
  readonly role_permissions: Permissions;
  readonly role_fields: FieldRules;
  readonly user_id: string | null;
  readonly user: { readonly id: string; readonly name: string; readonly name_ar: string | null } | null;
  readonly scopes: string[] | null;
  readonly redirect_uris: string[];
  readonly is_active: boolean;
  readonly last_used_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** What If-Match is compared with. */
  readonly __version: string;
}
