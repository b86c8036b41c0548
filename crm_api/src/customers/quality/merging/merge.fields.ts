import { commonFields } from '../../../kernel/crud/fields.js';
import type { Row } from '../../../kernel/crud/crm.model.js';
import type { Resource } from '../../../kernel/crud/resource.js';
import { invalidBody } from '../../../kernel/errors/crm.error.js';
import type { MatchEntity } from '../duplicates/match.types.js';

/** Whose value the survivor has afterwards, by field. */
export type FieldChoices = Readonly<Record<string, 'survivor' | 'loser'>>;

/** Fields that only mean something together; the first decides whether the survivor lacks them. */
interface Group {
  readonly fields: readonly string[];
  /** True where the survivor's value says less than the other's although neither is empty. */
  lesser?(survivor: Row, loser: Row): boolean;
}

const origin: Group = { fields: ['external_id', 'external_source'] };
const campaign = (...names: readonly string[]): Group => ({ fields: ['utm_source', ...names.map((name) => `utm_${name}`)] });
const leadRank = ['new', 'disqualified', 'working', 'mql', 'sql', 'converted'];
const rankOf = (row: Row): number => leadRank.indexOf(String(row['status']));

const groups: Readonly<Record<MatchEntity, readonly Group[]>> = {
  accounts: [
    origin, { fields: ['annual_revenue', 'currency'] },
    // A customer that was entered again as a prospect is a customer.
    { fields: ['lifecycle', 'became_customer_at'], lesser: (survivor, loser) => survivor['lifecycle'] === 'prospect' && loser['lifecycle'] !== 'prospect' },
  ],
  contacts: [
    origin, campaign('medium', 'campaign', 'term', 'content'), { fields: ['full_name', 'first_name', 'last_name'] },
    // Consent was given for an address and a number, so it goes where they go and nowhere else.
    { fields: ['email', 'email_opt_in', 'email_opt_in_at', 'email_opt_in_source'] }, { fields: ['mobile', 'sms_opt_in'] },
  ],
  leads: [
    origin, campaign('medium', 'campaign'),
    {
      fields: ['status', 'mql_at', 'sql_at', 'converted_at', 'disqualified_at', 'disqualified_reason', 'converted_account_id', 'converted_contact_id', 'converted_deal_id'],
      lesser: (survivor, loser) => rankOf(survivor) < rankOf(loser),
    },
  ],
};

const neverMerged: ReadonlySet<string> = new Set([...Object.keys(commonFields), 'merged_into_id']);

/** Fields that are chosen together, by kind of record; each field that can be chosen is in exactly one. */
export const choosableGroups = (resource: Resource): (readonly string[])[] => groupsOf(resource).map(({ fields }) => fields);

/** Every field of the resource in exactly one group. */
function groupsOf(resource: Resource): Group[] {
  const named = groups[resource.name as MatchEntity];
  const grouped = new Set(named.flatMap((group) => group.fields));
  return [...named, ...Object.keys(resource.fields).filter((name) => !grouped.has(name) && !neverMerged.has(name)).map((name): Group => ({ fields: [name] }))];
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

/**
 * The columns that the survivor takes from the other record: those chosen, and where nothing was chosen those that the survivor lacks.
 * @throws CrmError 422 where a choice names no field, or fields that only make sense together are chosen apart.
 */
export function takenFields(resource: Resource, survivor: Row, loser: Row, choices: FieldChoices): string[] {
  const all = groupsOf(resource);
  const known = new Set(all.flatMap((group) => group.fields));
  const unknown = Object.keys(choices).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw invalidBody(unknown.map((name) => ({ path: `fields.${name}`, code: 'unknown_field', message: `"${name}" is not a field of ${resource.name} that can be chosen; leave it out.` })));
  }
  return all.flatMap((group) => {
    const chosen = [...new Set(group.fields.flatMap((name) => (Object.hasOwn(choices, name) ? [choices[name]] : [])))];
    if (chosen.length > 1) {
      throw invalidBody(group.fields.filter((name) => Object.hasOwn(choices, name)).map((name) => ({ path: `fields.${name}`, code: 'belongs_together', message: `${group.fields.join(', ')} belong together; choose the same record for all of them.` })));
    }
    const first = group.fields[0] ?? '';
    const lacking = isEmpty(survivor[first]) && !isEmpty(loser[first]);
    const take = chosen[0] === undefined ? lacking || group.lesser?.(survivor, loser) === true : chosen[0] === 'loser';
    return take ? [...group.fields] : [];
  });
}
