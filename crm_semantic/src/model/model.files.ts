import { cubes as declared, views } from './model.index.js';
import { cubeOf } from './model.registry.js';
import { renderCube, renderView, type ModelFile } from './model.render.js';
import type { Cube } from './model.types.js';

/** The whole data model, of the declared cubes unless told otherwise and with fiscal years that begin in `startMonth`, as the files that Cube compiles. */
export function modelFiles(cubes: readonly Cube[] = declared, startMonth = 1): ModelFile[] {
  return [
    ...cubes.map((cube) => renderCube(cube, views.find((view) => view.cube === cube.name), startMonth)),
    ...views.map((view) => renderView(view, cubeOf(view, cubes))),
  ];
}
