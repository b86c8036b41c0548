import type { Knex } from 'knex';
import type { DraftRow, ReferenceKind } from '../import.types.js';

/** What is known about the records to be made. */
export interface CreationContext {
  readonly source: string;
  /** The first row that names the text. */
  rowOf(text: string): DraftRow | undefined;
}

type Columns = Readonly<Record<string, string | null | undefined>>;

/** The least a record needs to stand for a name; kinds that are absent cannot be made from a name alone. */
const makers: Partial<Record<ReferenceKind, { readonly table: string; readonly columns: (text: string, row: DraftRow | undefined) => Columns }>> = {
  users: { table: 'crm_users', columns: (text) => (text.includes('@') ? { name: text.split('@')[0], email: text } : { name: text }) },
  teams: { table: 'crm_teams', columns: (text, row) => ({ name: text, region: (row?.values['region'] as string | null | undefined) ?? null }) },
  accounts: { table: 'crm_accounts', columns: (text) => ({ legal_name: text }) },
  products: { table: 'crm_products', columns: (text) => ({ code: text, name: text }) },
  pipelines: { table: 'crm_pipelines', columns: (text) => ({ name: text }) },
  campaigns: { table: 'crm_campaigns', columns: (text) => ({ name: text }) },
};

/** True when a missing record of this kind can be made from its name. */
export function canCreate(kind: ReferenceKind): boolean {
  return makers[kind] !== undefined;
}

/** Makes the records that texts name. */
export async function createTargets(trx: Knex.Transaction, kind: ReferenceKind, texts: readonly string[], context: CreationContext): Promise<void> {
  const maker = makers[kind];
  if (maker === undefined) return;
  const rows = texts.map((text) => ({ ...maker.columns(text, context.rowOf(text)), external_source: context.source, external_id: text }));
  await trx(`crm_core.${maker.table}`).insert(rows).onConflict().ignore();
}
