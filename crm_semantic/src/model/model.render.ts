import { fiscalGranularities } from './fiscal.calendar.js';
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

function entries(fields: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return `{ ${lines.join(', ')} }`;
}

const json = (value: unknown): string => JSON.stringify(value);

function measureText(measure: Measure, view: View | undefined, drill: readonly string[]): string {
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
      additive: measure.additive ?? false,
      owner: view?.owner,
      version: measure.version ?? 1,
      drill,
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
    meta: json({ title_ar: dimension.titleAr, description_ar: dimension.descriptionAr, granularities_ar: arabic, choices: dimension.choices }),
  });
}

function members<T>(all: Readonly<Record<string, T>>, text: (one: T) => string): string {
  return `{\n${Object.entries(all).map(([name, one]) => `    ${name}: ${text(one)},\n`).join('')}  }`;
}

/** Renders a cube as JavaScript for Cube; `view` is the view that shows it, whose owner answers for its measures; the fiscal year begins in `startMonth`. */
export function renderCube(cube: Cube, view: View | undefined, startMonth = 1): ModelFile {
  const joins = Object.entries(cube.joins).map(([name, sql]) => `    ${name}: { relationship: 'many_to_one', sql: ${template(sql)} },\n`).join('');
  const content = `cube(${json(cube.name)}, {
  description: ${json(cube.description)},
  public: false,
  sql: ${template(cube.sql)},
  joins: {\n${joins}  },
  measures: ${members(cube.measures, (measure) => measureText(measure, view, measure.type === 'string' ? [] : (cube.drill ?? [])))},
  dimensions: ${members(cube.dimensions, (dimension) => dimensionText(dimension, startMonth))},
});
`;
  return { fileName: `cubes/${cube.unit}/${cube.name}.js`, content };
}

/** The names of the members that a view shows. */
export function viewMembers(view: View, cube: Cube): string[] {
  const shown = Object.entries(cube.dimensions).filter(([, dimension]) => !dimension.internal).map(([name]) => name);
  return [...Object.keys(cube.measures), ...shown].filter((name) => !view.excludes?.includes(name));
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
  cubes: [{ joinPath: ${cube.name}, includes: [${viewMembers(view, cube).map((name) => json(name)).join(', ')}] }],
  accessPolicy: [\n${policies(view)}  ],
});
`;
  return { fileName: `views/${view.unit}/${view.name}.js`, content };
}
