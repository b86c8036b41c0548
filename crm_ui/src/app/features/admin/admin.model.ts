import { RecordBase, Reference } from '@core/api/api.client';
import { PermissionAction } from '@core/session/permissions';

/** Somebody who works with the product. */
export interface AdminUser extends RecordBase {
  readonly name: string;
  readonly name_ar: string | null;
  readonly email: string | null;
  readonly team_id: string | null;
  readonly team: Reference | null;
  readonly manager: Reference | null;
  readonly region: string | null;
  readonly job_title: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly time_zone: string;
  readonly is_active: boolean;
  readonly hired_on: string | null;
  /** Keys of the roles. */
  readonly roles: readonly string[];
}

/** A team of users. */
export interface Team extends RecordBase {
  readonly name: string;
  readonly name_ar: string | null;
  readonly region: string | null;
  readonly manager_id: string | null;
  readonly manager: Reference | null;
}

/** How a user can sign in. */
export interface LoginState {
  readonly has_password: boolean;
  readonly password_changed_at: string | null;
  readonly invited_until: string | null;
  readonly second_factor: boolean;
  readonly last_seen_at: string | null;
}

/** How far an action reaches, the shortest first. */
export const SCOPES = ['own', 'team', 'region', 'all'] as const;
/** One reach. */
export type Scope = (typeof SCOPES)[number];
/** What can be done with a kind of record. */
export const ACTIONS: readonly PermissionAction[] = ['read', 'write', 'delete', 'export'];
/** What a field can be besides shown. */
export type FieldRule = 'hidden' | 'read_only';
/** Per resource the actions allowed and how far they reach. */
export type RolePermissions = Readonly<Record<string, Readonly<Partial<Record<PermissionAction, Scope>>>>>;
/** Per resource the fields that are restricted. */
export type RoleFields = Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;

/** What a role says. */
export interface RoleContent {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string;
  readonly permissions: RolePermissions;
  readonly fields: RoleFields;
}

/** A role in force. */
export interface Role extends RoleContent, RecordBase {
  readonly version: number;
}

/** One change of a role. */
export interface RoleVersion {
  readonly version: number;
  readonly action: 'create' | 'update' | 'delete' | 'revert';
  readonly changed_at: string;
  readonly actor: { readonly id: string; readonly name: string | null } | null;
  readonly before: RoleContent | null;
  readonly after: RoleContent | null;
}

/** A resource of the catalogue: whether its records belong to people, and which fields can have which rule. */
export interface CatalogueResource {
  readonly name: string;
  readonly owned: boolean;
  /** Custom fields, `custom.key`, with their labels. */
  readonly fields: readonly { readonly name: string; readonly hidden: boolean; readonly read_only: boolean; readonly label?: string; readonly label_ar?: string }[];
}

/** A feature and whether it is on. */
export interface Flag {
  readonly id: string;
  readonly key: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly updated_at: string;
}

/** A program that signs in with a secret of its own. */
export interface ApiClientItem extends RecordBase {
  readonly client_id: string;
  readonly name: string;
  readonly role: { readonly key: string; readonly name: string; readonly name_ar: string };
  readonly user: Reference | null;
  readonly scopes: readonly string[] | null;
  readonly redirect_uris: readonly string[];
  readonly is_active: boolean;
  readonly last_used_at: string | null;
}

/** Kinds of persons that can be erased. */
export const SUBJECT_TYPES = ['contact', 'lead', 'account', 'user'] as const;
/** One kind. */
export type SubjectType = (typeof SUBJECT_TYPES)[number];
/** The grounds of an erasure. */
export const ERASURE_REASONS = ['request', 'consent_withdrawn', 'objection', 'no_longer_needed', 'unlawful', 'legal_obligation'] as const;

/** A request for everything stored about a person, and how far it is. */
export interface AccessExport {
  readonly id: string;
  readonly subject_type: SubjectType;
  readonly subject_id: string;
  readonly locale: 'en' | 'ar';
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'expired';
  readonly rows: Readonly<Record<string, number>>;
  readonly byte_count: number | null;
  readonly created_at: string;
  readonly expires_at: string | null;
}

/** An erasure and how far it is. */
export interface Erasure {
  readonly id: string;
  readonly subject_type: SubjectType;
  readonly subject_id: string;
  readonly reason: string;
  readonly requested_by: string | null;
  readonly identifier_count: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly created_at: string;
  readonly warehouse: { readonly removed: number; readonly completed_at: string; readonly lsn: string } | null;
  readonly certified_at: string | null;
  readonly certificate_hash: string | null;
}

/** What an erasure would reach. */
export interface ErasurePreview {
  readonly identifiers: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
}

/** How long the history of a table is kept. */
export interface RetentionPolicy {
  readonly table_name: string;
  readonly keep_days: number;
  readonly action: string;
  readonly updated_at: string;
}
