import { partsOf, type Parts } from '../model/measure.parts.js';
import { views } from '../model/model.index.js';
import { cubeOf } from '../model/model.registry.js';
import { viewMembers } from '../model/model.render.js';
import type { Cube, Dimension, Measure, View } from '../model/model.types.js';
import { isCalendarDate } from '../model/sql.parts.js';
import type { Model } from '../server/live.model.js';
import { RowsError, type RowsColumn, type RowsDefinition } from './rows.types.js';

/** How the rows behind a measure are asked for. */
export interface RowsPlan {
  readonly view: View;
  readonly cube: Cube;
  readonly measure: Measure;
  readonly made: Parts;
  /** The dimension whose values are the rows. */
  readonly key: string;
  /** The dimension that has the id of the record to open, and the resource it is of. */
  readonly opens: string;
  readonly resource: string;
  readonly columns: readonly RowsColumn[];
}

// What is known of each value of `per`: the resource that it opens in and the dimensions that depend on it alone.
const perKeys = { account_id: { resource: 'accounts', columns: ['account', 'industry'] }, deal_id: { resource: 'deals', columns: ['deal', 'account', 'owner', 'closed_at'] } } as const;

/** The plan for a measure, with the columns that are not hidden; throws a 400 for what is no number. One that no rows come to, such as a setting, has no parts. */
export function planRows(member: string, model: Model, hidden: ReadonlySet<string>): RowsPlan {
  const [viewName = '', name = ''] = member.split('.');
  const view = views.find((one) => one.name === viewName);
  const cube = view && cubeOf(view, model.cubes);
  const measure = cube?.measures[name];
  if (!view || !cube || !measure || measure.internal) throw new RowsError(400, `Unknown measure "${member}": ask /v1/meta for the measures you may use`);
  if (measure.type === 'string') throw new RowsError(400, `"${member}" is a text, which no rows come to: ask for the rows of a number beside it`);
  const made = partsOf(name, measure) ?? { factor: 1, makes: false, parts: [] };
  const per = measure.per && perKeys[measure.per];
  const drill = per ? per.columns : (cube.drill ?? []);
  const shown = new Set(viewMembers(view, cube));
  const columns = drill.flatMap((one): RowsColumn[] => {
    const dimension = cube.dimensions[one];
    return one === 'id' || !dimension || !shown.has(one) || hidden.has(`${view.name}.${one}`) ? [] : [columnOf(view.name, one, dimension, shown.has(`${one}_ar`) && !hidden.has(`${view.name}.${one}_ar`))];
  });
  return {
    view, cube, measure, made, columns,
    key: `${view.name}.${measure.per ?? 'id'}`,
    opens: `${view.name}.${measure.per ?? (cube.opens ? 'opens_id' : 'id')}`,
    resource: per?.resource ?? cube.opens ?? view.resource,
  };
}

function columnOf(view: string, name: string, dimension: Dimension, arabic: boolean): RowsColumn {
  // A calendar date is midnight in the zone of the query; a time is an instant.
  const type = dimension.type === 'time' && isCalendarDate(dimension.sql) ? 'date' : dimension.type;
  return { member: `${view}.${name}`, member_ar: arabic ? `${view}.${name}_ar` : null, title: dimension.title, title_ar: dimension.titleAr, type, unit: null };
}

/** The definition that stands beside the number. */
export function definitionOf({ view, measure }: RowsPlan): RowsDefinition {
  return {
    title: measure.title, title_ar: measure.titleAr, description: measure.description, description_ar: measure.descriptionAr, formula: measure.formula ?? '', formula_ar: measure.formulaAr ?? '', unit: measure.unit,
    owner: view.owner, version: measure.version ?? 1, kpi: measure.kpi ?? null,
  };
}
