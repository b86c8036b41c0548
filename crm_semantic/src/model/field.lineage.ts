import { customFieldOf } from './custom/custom.fields.js';
import { views } from './model.index.js';
import { viewHelpers, viewMembers } from './model.render.js';
import { cubeOf } from './model.registry.js';
import type { Cube, View } from './model.types.js';

/** A field of the role matrix: `deals.expected_value`. */
export type FieldName = `${string}.${string}`;

// What the lookups lend: their columns as fields, and the column by which a record points at them.
const lookups: Readonly<Record<string, { readonly by: string; readonly columns: Readonly<Record<string, readonly FieldName[]>> }>> = {
  crm_owner: {
    by: 'owner_id',
    columns: { name: ['users.name'], name_ar: ['users.name'], team_id: ['users.team_id'], team: ['users.team_id'], team_ar: ['users.team_id'], region: ['users.region', 'teams.region'] },
  },
  crm_account: { by: 'account_id', columns: { survivor_id: [], name: ['accounts.legal_name'], name_ar: ['accounts.legal_name'], region: ['accounts.region'], industry: ['accounts.industry'] } },
  crm_product: { by: 'product_id', columns: { name: ['products.name'], name_ar: ['products.name'], family: ['products.family'] } },
  crm_stage: { by: 'stage_id', columns: { name: [], name_ar: [], position: [], probability: [], forecast_category: [], pipeline: [] } },
  crm_campaign: { by: 'campaign_id', columns: { name: ['campaigns.name'], name_ar: ['campaigns.name'], channel: ['campaigns.channel'] } },
  crm_team: { by: 'team_id', columns: { name: ['teams.name'], name_ar: ['teams.name'], region: ['teams.region'] } },
  crm_deal_score: { by: 'id', columns: { id: [], probability: ['deals.win_probability'] } },
  crm_deal_score_asof: { by: 'id', columns: { id: [], probability: ['deals.win_probability'] } },
  ...Object.fromEntries(['accounts', 'contacts', 'leads', 'deals'].map((entity) => [`crm_${entity}_tags`, { by: 'id', columns: { names: [`${entity}.tags` as const] } }])),
  crm_rates: { by: 'currency', columns: { rate: [], currency: [], day: [] } },
};

/**
 * The fields of the role matrix that each member tells something of, as `view.member`. A column is the field of its own name
 * unless its cube says where it comes from, so that a new member is covered the moment it exists.
 */
export function fieldsOfMembers(cubes?: readonly Cube[]): ReadonlyMap<string, ReadonlySet<FieldName>> {
  return new Map(views.flatMap((view) => {
    const cube = cubeOf(view, cubes);
    return [...viewMembers(view, cube), ...viewHelpers(cube)].map((name): [string, ReadonlySet<FieldName>] => [`${view.name}.${name}`, new Set(fieldsOf(view, cube, name, []))]);
  }));
}

function fieldsOf(view: View, cube: Cube, member: string, above: readonly string[]): FieldName[] {
  const measure = cube.measures[member];
  const sql = measure ? `${measure.sql ?? ''} ${measure.where ?? ''}` : cube.dimensions[member]?.sql ?? '';
  return [
    ...[...sql.matchAll(/\{CUBE\}\.(\w+)/g)].flatMap(([, column = '']) => columnFields(view, cube, column)),
    ...[...sql.matchAll(/\{(crm_\w+)\.(\w+)\}/g)].flatMap(([, lookup = '', column = '']) => lookupFields(view, cube, lookup, column)),
    ...[...sql.matchAll(/\{([a-z]\w*)\}/g)].flatMap(([, name = '']) => (name.startsWith('crm_') || above.includes(name) ? [] : fieldsOf(view, cube, name, [...above, name]))),
  ];
}

function columnFields(view: View, cube: Cube, column: string): readonly FieldName[] {
  return column === 'id' ? [] : cube.lineage?.[column] ?? [`${view.resource}.${column}`];
}

function lookupFields(view: View, cube: Cube, lookup: string, column: string): readonly FieldName[] {
  const custom = customFieldOf(lookup);
  if (custom) return [custom];
  const known = lookups[lookup];
  const fields = known?.columns[column];
  if (!known || !fields) throw new Error(`${cube.name} reads ${lookup}.${column}, which field.lineage.ts does not know: say there which field it tells`);
  return [...fields, ...columnFields(view, cube, known.by)];
}

/** Columns that members read and no declaration explains: neither a field that the API knows, nor said by the cube. */
export function unexplainedColumns(isField: (field: FieldName) => boolean): string[] {
  return views.flatMap((view) => {
    const cube = cubeOf(view);
    return [...viewMembers(view, cube), ...viewHelpers(cube)].flatMap((name) => fieldsOf(view, cube, name, []).filter((field) => !isField(field)).map((field) => `${view.name}.${name} reads ${field}`));
  });
}
