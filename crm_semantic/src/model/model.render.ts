import { fiscalGranularities } from './fiscal.calendar.js';
import { partsOf } from './measure.parts.js';
import type { Cube, Dimension, Measure, View } from './model.types.js';

/** A file of Cube's data model. */
export interface ModelFile {
  readonly fileName: string;
  readonly content: string;
}

/** SQL as a template literal in which Cube resolves `${member}`. */
function template(sql: string): string {
  return '`' + sql.trim().replace(/[\\`$]/g, '\\$&').replace(/\{([A-Za-z_][\w.]*)\}/g, '${$1}') + '`';
}

/** The SQL of a cube, in which `{asked.<name>}`, of another cube `{asked.<cube>.<name>}`, is the value that the question filters the member by, else the condition `1 = 1`. */
function cubeSql(cube: Cube): string {
  return template(cube.sql).replace(/\$\{asked\.(?:(\w+)\.)?(\w+)\}/g, (_all, other: string | undefined, name: string) => `\${FILTER_PARAMS.${other ?? cube.name}.${name}.filter((value) => value)}`);
}

function entries(fields: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `{ ${lines.join(', ')} }`;
}

const json = (value: unknown): string => JSON.stringify(value);

function measureText(name: string, measure: Measure, view: View | undefined, drill: readonly string[]): string {
  return entries({
    title: json(measure.title),
    description: json(measure.description),
    type: json(measure.type),
    sql: measure.sql === undefined ? undefined : template(measure.sql),
    filters: measure.where === undefined ? undefined : `[{ sql: ${template(measure.where)} }]`,
    format: measure.format === undefined ? undefined : json(measure.format),
    drillMembers: drill.length > 0 ? `[${drill.join(', ')}]` : undefined,
    meta: json({
      title_ar: measure.titleAr,
      description_ar: measure.descriptionAr,
      unit: measure.unit,
      kpi: measure.kpi,
      formula: measure.formula,
      formula_ar: measure.formulaAr,
      additive: measure.additive ?? false,
      owner: view?.owner,
      version: measure.version ?? 1,
      drill,
      parts: partsOf(name, measure)?.parts.map((part) => ({ member: `${view?.name ?? ''}.${part.name}`, role: part.role })),
      per: measure.per,
    }),
  });
}

function granularitiesText(startMonth: number): string {
  const all = Object.entries(fiscalGranularities(startMonth)).map(([name, { title, interval, origin }]) => `${name}: ${entries({ title: json(title), interval: json(interval), origin: json(origin) })}`);
  return `{ ${all.join(', ')} }`;
}

function dimensionText(dimension: Dimension, startMonth: number): string {
  const isTime = dimension.type === 'time';
  const arabic = isTime ? Object.fromEntries(Object.entries(fiscalGranularities(startMonth)).map(([name, { titleAr }]) => [name, titleAr])) : undefined;
  return entries({
    title: json(dimension.title),
    description: json(dimension.description),
    type: json(dimension.type),
    sql: template(dimension.sql),
    granularities: isTime ? granularitiesText(startMonth) : undefined,
    primaryKey: dimension.primaryKey ? 'true' : undefined,
    public: dimension.internal ? 'false' : 'true',
    meta: json({ title_ar: dimension.titleAr, description_ar: dimension.descriptionAr, granularities_ar: arabic, choices: dimension.choices, asked: dimension.asked }),
  });
}

function members<T>(all: Readonly<Record<string, T>>, text: (one: T, name: string) => string): string {
  return `{\n${Object.entries(all).map(([name, one]) => `    ${name}: ${text(one, name)},\n`).join('')}  }`;
}

/** Renders a cube as JavaScript for Cube; `view` is the view that shows it, whose owner answers for its measures; the fiscal year begins in `startMonth`. */
export function renderCube(cube: Cube, view: View | undefined, startMonth = 1): ModelFile {
  const joins = Object.entries(cube.joins).map(([name, sql]) => `    ${name}: { relationship: 'many_to_one', sql: ${template(sql)} },\n`).join('');
  const content = `cube(${json(cube.name)}, {
  description: ${json(cube.description)},
  public: false,
  sql: ${cubeSql(cube)},
  joins: {\n${joins}  },
  measures: ${members(cube.measures, (measure, name) => measureText(name, measure, view, measure.type === 'string' ? [] : (cube.drill ?? [])))},
  dimensions: ${members(cube.dimensions, (dimension) => dimensionText(dimension, startMonth))},
});
`;
  return { fileName: `cubes/${cube.unit}/${cube.name}.js`, content };
}

/** The names of the members that a view shows to whoever looks for figures. */
export function viewMembers(view: View, cube: Cube): string[] {
  const shown = Object.entries(cube.dimensions).filter(([, dimension]) => !dimension.internal).map(([name]) => name);
  return [...Object.keys(cube.measures).filter((name) => !cube.measures[name]?.internal), ...shown].filter((name) => !view.excludes?.includes(name));
}

/** The names of the members that a view lends to the rows behind its numbers, but does not offer. */
export function viewHelpers(cube: Cube): string[] {
  return [...Object.keys(cube.measures).filter((name) => cube.measures[name]?.internal), ...(cube.opens ? ['opens_id'] : [])];
}

/** Row policies by group: each filter names what it compares, so that an absent claim grants nothing. */
function policies(view: View): string {
  const filtered = (scope: string, member: string, values: string): string =>
    `    { group: ${json(`${view.resource}:${scope}`)}, rowLevel: { filters: [{ member: ${json(member)}, operator: 'equals', values: ${values} }] } },\n`;
  const everybody = `    { group: ${json(`${view.resource}:all`)}, rowLevel: { allowAll: true } },\n`;
  if (view.companyWide) return everybody;
  return (
    filtered('own', 'owner_id', '[securityContext.user_id]') +
    filtered('team', 'team_id', 'securityContext.team_ids') +
    filtered('region', 'region', '[securityContext.region]') +
    everybody
  );
}

/** Renders a view as JavaScript for Cube, with its access policies. */
export function renderView(view: View, cube: Cube): ModelFile {
  const content = `view(${json(view.name)}, {
  title: ${json(view.title)},
  description: ${json(view.description)},
  meta: ${json({ title_ar: view.titleAr, description_ar: view.descriptionAr, owner: view.owner, resource: view.resource })},
  public: true,
  cubes: [{ joinPath: ${cube.name}, includes: [${[...viewMembers(view, cube), ...viewHelpers(cube)].map((name) => json(name)).join(', ')}] }],
  accessPolicy: [\n${policies(view)}  ],
});
`;
  return { fileName: `views/${view.unit}/${view.name}.js`, content };
}
