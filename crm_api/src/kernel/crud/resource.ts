import type { Resource as PermissionResource } from 'crm_db';
import type Joi from 'joi';
import type { ModelClass } from 'objection';
import type { CustomColumn } from '../custom/custom.types.js';
import type { CrmModel } from './crm.model.js';
import { commonFields, type Field } from './fields.js';
import type { Sql } from './scope.js';

/** Something a record points at and is shown with its name. */
export interface Reference {
  /** The column that holds the id. */
  readonly column: string;
  readonly table: string;
  /** SQL of the name, `r` being the referenced row. */
  readonly label: string;
  /** Further members: JSON name → column of the referenced row. */
  readonly extra?: Readonly<Record<string, string>>;
  /** The resource whose read permission decides which rows may be pointed at; without it any existing row may. */
  readonly resource?: PermissionResource;
}

/** A member that is computed by SQL rather than stored, `t` being the row. */
export interface Computed {
  readonly sql: string;
  readonly schema: Joi.Schema;
  /** Only in the answer about one record, as it costs too much for lists. */
  readonly detailOnly?: boolean;
  /** The flag without which the member is null. */
  readonly feature?: string;
  /** Takes out of the value what it tells of fields that the caller is not shown. */
  conceal?(value: unknown, hidden: (resource: PermissionResource, field: string) => boolean): unknown;
}

/** A filter of lists that is not a column, `t` being the row; knows `eq` and `ne`. Its name is that of a member, so that hiding the member closes the filter. */
export interface Condition {
  /** The flag without which it is refused. */
  readonly feature: string;
  /** The form of its values, for documents and refusals. */
  readonly description: string;
  accepts(raw: string): boolean;
  sql(value: string, negated: boolean): Sql;
}

/** How rows belong to people, `t` being the row; decides what the scopes own, team and region reach. */
export interface Ownership {
  /** SQL of the owner's user id. */
  readonly owner: string;
  /** SQL of the record's own region, which goes before its owner's. */
  readonly region?: string;
  /** The column which creation fills with the caller when it is not given. */
  readonly ownerColumn?: string;
}

/** A resource as declared by its domain; the shared machinery does the rest. */
export interface ResourceDefinition {
  /** The word in the path, the permission and the table (`crm_<name>`). */
  readonly name: PermissionResource;
  /** The word in error codes and timeline entries. */
  readonly singular: string;
  readonly feature: string | null;
  readonly model: ModelClass<CrmModel>;
  readonly fields: Readonly<Record<string, Field>>;
  readonly references?: Readonly<Record<string, Reference>>;
  readonly computed?: Readonly<Record<string, Computed>>;
  readonly conditions?: Readonly<Record<string, Condition>>;
  /** SQL of the folded text that `q` looks in, over the table's columns prefixed by `t.`; null where there is no search. */
  readonly search: string | null;
  /** The same by field, for callers who are not shown every searched field: field → condition on its text. Needed where one of them can be hidden. */
  readonly searched?: Readonly<Record<string, string>>;
  readonly defaultSort: string;
  /** Whoever reads one such record by itself is noted in the audit log: records of persons. */
  readonly sensitive?: boolean;
  /** Null: shared records that everybody with the permission sees. */
  readonly ownership: Ownership | null;
  /** The column that places the record's timeline entries in an account's timeline; absent: no timeline. */
  readonly timeline?: { readonly account: string | null; readonly label: string };
}

/** A resource with what every one has. */
export interface Resource extends ResourceDefinition {
  readonly table: string;
  readonly references: Readonly<Record<string, Reference>>;
  readonly computed: Readonly<Record<string, Computed>>;
  /** Where `custom.key` of the fields is stored; only of a resource that was completed for one list. */
  readonly custom?: Readonly<Record<string, CustomColumn>>;
}

/** The name of a type in the documents: `sla_policy` → `SlaPolicy`. */
export function typeName(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** Completes a declaration. */
export function defineResource(definition: ResourceDefinition): Resource {
  return Object.freeze({
    references: {},
    computed: {},
    ...definition,
    // In the domain's order, and the domain may say of the common ones that they cannot be sorted by.
    fields: { ...definition.fields, ...commonFields, ...definition.fields },
    table: definition.model.tableName,
  });
}

/** The reference that most resources have: the user who owns the record. */
export const ownerReference: Reference = { column: 'owner_id', table: 'crm_core.crm_users', label: 'r.name', resource: 'users' };

/** The reference to an account by its legal name. */
export const accountReference: Reference = { column: 'account_id', table: 'crm_core.crm_accounts', label: 'r.legal_name', resource: 'accounts' };

/** Accounts by the names under which others' records show them, and by nothing else of theirs: finding a record must not tell what its account's own page would refuse. */
export const accountNamed = `SELECT sa.id FROM crm_core.crm_accounts sa WHERE sa.search_text LIKE $q AND (crm_core.crm_fold(sa.legal_name) LIKE $q OR crm_core.crm_fold(sa.legal_name_ar) LIKE $q)`;

/** Where records that have a name in Arabic keep it: a reference then carries it as `name_ar`. */
const arabicNames: Readonly<Record<string, string>> = {
  'crm_core.crm_accounts': 'legal_name_ar', 'crm_core.crm_contacts': 'full_name_ar', 'crm_core.crm_users': 'name_ar', 'crm_core.crm_teams': 'name_ar',
  'crm_core.crm_products': 'name_ar', 'crm_core.crm_campaigns': 'name_ar', 'crm_core.crm_pipelines': 'name_ar', 'crm_core.crm_stages': 'name_ar',
};

/** Members of a reference beside id and name, with the columns they come from. */
export function referenceExtras(reference: Reference): Readonly<Record<string, string>> {
  const arabic = arabicNames[reference.table];
  return { ...(arabic === undefined ? {} : { name_ar: arabic }), ...reference.extra };
}
