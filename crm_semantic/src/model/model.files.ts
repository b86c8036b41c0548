import { cubes, views } from './model.index.js';
import { cubeOf } from './model.registry.js';
import { renderCube, renderView, type ModelFile } from './model.render.js';

/** The whole data model as the files that Cube compiles. */
export function modelFiles(): ModelFile[] {
  return [
    ...cubes.map((cube) => renderCube(cube, views.find((view) => view.cube === cube.name))),
    ...views.map((view) => renderView(view, cubeOf(view))),
  ];
}
