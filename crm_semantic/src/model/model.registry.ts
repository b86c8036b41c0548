import { cubes as declared, views } from './model.index.js';
import { viewHelpers, viewMembers } from './model.render.js';
import type { Cube, View } from './model.types.js';

/** The cube behind a view, of the declared ones unless told otherwise; throws when a view names a cube that does not exist. */
export function cubeOf(view: View, cubes: readonly Cube[] = declared): Cube {
  const cube = cubes.find(({ name }) => name === view.cube);
  if (!cube) throw new Error(`View "${view.name}" shows cube "${view.cube}", which does not exist`);
  return cube;
}

/** Every member that is offered, as `view.member`. */
export function publicMembers(cubes: readonly Cube[] = declared): ReadonlySet<string> {
  return new Set(views.flatMap((view) => viewMembers(view, cubeOf(view, cubes)).map((name) => `${view.name}.${name}`)));
}

/** The members whose value the question gives, as `view.member`. */
export function askedMembers(cubes: readonly Cube[] = declared): ReadonlyMap<string, 'instant' | 'date'> {
  return new Map(views.flatMap((view) => Object.entries(cubeOf(view, cubes).dimensions).flatMap(([name, { asked }]) => (asked ? [[`${view.name}.${name}`, asked] as const] : []))));
}

/** The members that only the rows behind a number need, as `view.member`. */
export function helperMembers(cubes: readonly Cube[] = declared): ReadonlySet<string> {
  return new Set(views.flatMap((view) => viewHelpers(cubeOf(view, cubes)).map((name) => `${view.name}.${name}`)));
}
