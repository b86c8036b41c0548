import { FieldGroup, MatchEntity, Pair, PairRecord } from './duplicate.model';

/** One of the two records of a pair. */
export type Side = 'left' | 'right';
/** The other one. */
export const otherSide = (side: Side): Side => (side === 'left' ? 'right' : 'left');

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';
const same = (one: unknown, two: unknown): boolean => (isEmpty(one) && isEmpty(two)) || JSON.stringify(one) === JSON.stringify(two);

/** A group of fields of the two records, side by side. */
export interface Row extends FieldGroup {
  /** The group's name among the others: its first field. */
  readonly key: string;
  readonly equal: boolean;
}

/** The groups that say anything; those that differ first. */
export function rowsOf(groups: readonly FieldGroup[], left: PairRecord, right: PairRecord): Row[] {
  const rows = groups.flatMap((group): Row[] => {
    const told = group.fields.filter((name) => !isEmpty(left[name]) || !isEmpty(right[name]));
    const equal = group.fields.every((name) => same(left[name], right[name]));
    // Switches that are off on both sides are no news beside what they belong to.
    return told.length === 0 || (equal && told.every((name) => left[name] === false)) ? [] : [{ ...group, key: group.fields[0] ?? '', equal }];
  });
  return rows.sort((one, two) => Number(one.equal) - Number(two.equal));
}

/** The fields of a group that are worth a line: what has a value on either side, and is not merely off on both. */
export const shownFields = (row: Row, left: PairRecord, right: PairRecord): string[] =>
  row.fields.filter((name) => (!isEmpty(left[name]) || !isEmpty(right[name])) && !(same(left[name], right[name]) && left[name] === false));

const LEAD_RANKS = ['new', 'disqualified', 'working', 'mql', 'sql', 'converted'];

/** Whose value a group takes where nobody has chosen, as the API does without a choice: the survivor's, the other one's where it has none or says less. */
export function usualSide(row: Row, entity: MatchEntity, survivor: Side, left: PairRecord, right: PairRecord): Side {
  if (row.read_only) return survivor;
  const [mine, theirs] = survivor === 'left' ? [left[row.key], right[row.key]] : [right[row.key], left[row.key]];
  if (isEmpty(mine) && !isEmpty(theirs)) return otherSide(survivor);
  if (entity === 'accounts' && row.key === 'lifecycle') return mine === 'prospect' && theirs !== 'prospect' ? otherSide(survivor) : survivor;
  const lesser = entity === 'leads' && row.key === 'status' && LEAD_RANKS.indexOf(String(mine)) < LEAD_RANKS.indexOf(String(theirs));
  return lesser ? otherSide(survivor) : survivor;
}

/** Which record should stay: the one that says more, then the older one. */
export function likelySurvivor(rows: readonly Row[], left: PairRecord, right: PairRecord): Side {
  const told = (record: PairRecord): number => rows.flatMap(({ fields }) => fields).filter((name) => !isEmpty(record[name]) && record[name] !== false).length;
  const [one, two] = [told(left), told(right)];
  if (one !== two) return one > two ? 'left' : 'right';
  return String(left['created_at']) <= String(right['created_at']) ? 'left' : 'right';
}

/** What a merge is asked for: a choice for every field of every group that differs, so that what is shown is what happens. */
export function choicesOf(rows: readonly Row[], survivor: Side, sides: ReadonlyMap<string, Side>): Record<string, 'survivor' | 'loser'> {
  const choices: Record<string, 'survivor' | 'loser'> = {};
  for (const row of rows) {
    if (row.equal || row.read_only) continue;
    for (const name of row.fields) choices[name] = (sides.get(row.key) ?? survivor) === survivor ? 'survivor' : 'loser';
  }
  return choices;
}

/** The name of a record, and its Arabic one. */
export function namesOf(record: PairRecord): { readonly name: string; readonly name_ar: string | null } {
  const text = (...keys: readonly string[]): string | null => keys.map((key) => record[key]).find((one): one is string => typeof one === 'string' && one !== '') ?? null;
  return { name: text('legal_name', 'full_name', 'legal_name_ar', 'full_name_ar') ?? record.id, name_ar: text('legal_name_ar', 'full_name_ar') };
}

/** Both ids of a pair that can be decided about; null where a side is gone. */
export const sidesOf = ({ left, right }: Pick<Pair, 'left' | 'right'>): Readonly<Record<Side, PairRecord>> | null => (left && right ? { left, right } : null);

/** All rows that a merge moved. */
export const movedCount = (moved: Readonly<Record<string, number>>): number => Object.values(moved).reduce((sum, count) => sum + count, 0);
