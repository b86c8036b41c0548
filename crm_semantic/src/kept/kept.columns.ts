import type { Cube } from '../model/model.types.js';

const textsOf = (cube: Cube): string[] => [
  ...Object.values(cube.joins),
  ...Object.values(cube.measures).flatMap(({ sql, where }) => [sql ?? '', where ?? '']),
  ...Object.values(cube.dimensions).map(({ sql }) => sql),
];

/** The cubes whose rows are kept → the columns that any member or join reads of them. */
export function keptColumns(cubes: readonly Cube[]): ReadonlyMap<string, readonly string[]> {
  return new Map(cubes.filter((cube) => cube.kept === true).map((cube) => {
    const own = textsOf(cube).flatMap((text) => [...text.matchAll(/\{CUBE\}\.(\w+)/g)]);
    const joined = cubes.flatMap(({ joins }) => Object.values(joins)).flatMap((text) => [...text.matchAll(new RegExp(`\\{${cube.name}\\}\\.(\\w+)`, 'g'))]);
    return [cube.name, [...new Set([...own, ...joined].map(([, column]) => column ?? ''))].sort()] as const;
  }));
}
