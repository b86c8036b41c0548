import { Erasure } from '../admin.model';

const plain = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLocaleLowerCase();

/** The name that must be typed to erase a person: the one that was chosen where the record has it, else the first that it has. */
export function nameToType(chosen: string, identifiers: readonly string[]): string {
  return identifiers.find((one) => plain(one) === plain(chosen)) ?? identifiers[0] ?? chosen;
}

/** Whether what was typed is that name; case and spaces do not count. */
export const isConfirmed = (typed: string, name: string): boolean => plain(typed) !== '' && plain(typed) === plain(name);

/** Where an erasure stands. */
export type ErasureState = 'ledger' | 'warehouse' | 'certified';

/** The last step that is done: the ledger always is, the warehouse follows with the stream, the certificate is made by hand. */
export function stateOf(erasure: Erasure): ErasureState {
  if (erasure.certified_at !== null) return 'certified';
  return erasure.warehouse === null ? 'ledger' : 'warehouse';
}

/** Rows by table, the most first. */
export function rowsOf(rows: Readonly<Record<string, number>>): { table: string; count: number }[] {
  return Object.entries(rows).map(([table, count]) => ({ table, count })).sort((one, two) => two.count - one.count || one.table.localeCompare(two.table));
}

/** A record's id as people paste it, or null. */
export const idOf = (text: string): string | null => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(text.trim())?.[0].toLowerCase() ?? null;
