import { publishedColumns } from '../testing/raw.tables.js';
import { cubes, views } from './model.index.js';
import { modelFiles } from './model.files.js';
import { cubeOf, publicMembers } from './model.registry.js';
import { renderCube, viewMembers } from './model.render.js';
import { partsOf } from './measure.parts.js';
import { keyOrder, type Bilingual } from './model.types.js';

const arabic = /[\u0600-\u06FF]/;
/** The mathematical signs of a formula, which are the same in every language; their order is not. */
const signsOf = (formula = ''): string => [...formula.replaceAll(/[^ΣΠ÷×−½]/g, '')].sort().join('');

/** The members that tests outside this repository rely on. */
const contract: Readonly<Record<string, readonly string[]>> = {
  deals: [
    'count', 'won_count', 'lost_count', 'open_amount', 'weighted_amount', 'won_amount', 'win_rate', 'velocity',
    'stage', 'status', 'owner', 'team', 'region', 'account', 'product', 'source', 'created_at', 'closed_at', 'close_date',
  ],
  accounts: ['count'], contacts: ['count'], leads: ['count'], activities: ['count'], tickets: ['count'], subscriptions: ['count'], invoices: ['count'], campaigns: ['count'], forecast: ['count'],
};

function expectOrder(value: object, order: readonly string[], where: string): void {
  const keys = Object.keys(value);
  expect(keys.filter((key) => !order.includes(key))).withContext(`${where}: unknown keys`).toEqual([]);
  expect(keys).withContext(`${where}: key order`).toEqual(order.filter((key) => keys.includes(key)));
}

describe('data model', () => {
  it('offers every member of the contract', () => {
    const members = publicMembers();
    for (const [view, names] of Object.entries(contract)) for (const name of names) expect(members.has(`${view}.${name}`)).withContext(`${view}.${name}`).toBeTrue();
  });

  it('keeps cubes private and views public', () => {
    for (const { fileName, content } of modelFiles()) expect(content).withContext(fileName).toContain(fileName.startsWith('cubes/') ? 'public: false' : 'public: true');
  });

  it('names and explains everything public in English and Arabic', () => {
    const check = (member: Bilingual, where: string): void => {
      expect(member.title.trim()).withContext(where).not.toBe('');
      expect(member.description).withContext(where).toMatch(/\.$/);
      expect(arabic.test(member.titleAr) && arabic.test(member.descriptionAr)).withContext(`${where} in Arabic`).toBeTrue();
    };
    for (const view of views) {
      check(view, view.name);
      const { measures, dimensions } = cubeOf(view);
      for (const name of viewMembers(view, cubeOf(view))) {
        const member = measures[name] ?? dimensions[name];
        if (!member) throw new Error(`${view.name}.${name} is nowhere`);
        check(member, `${view.name}.${name}`);
      }
    }
  });

  it('keeps no rows that a question decides on', () => {
    expect(cubes.filter(({ kept, sql }) => kept === true && sql.includes('{asked.')).map(({ name }) => name)).toEqual([]);
  });

  it('writes keys in one order', () => {
    for (const cube of cubes) {
      expectOrder(cube, keyOrder.cube, cube.name);
      for (const [name, measure] of Object.entries(cube.measures)) expectOrder(measure, keyOrder.measure, `${cube.name}.${name}`);
      for (const [name, dimension] of Object.entries(cube.dimensions)) expectOrder(dimension, keyOrder.dimension, `${cube.name}.${name}`);
    }
    for (const view of views) expectOrder(view, keyOrder.view, view.name);
  });

  it('gives every number a unit and a formula in both languages, money a currency format and shares a percent format', () => {
    for (const cube of cubes) {
      for (const [name, measure] of Object.entries(cube.measures)) {
        const where = `${cube.name}.${name}`;
        if (measure.type !== 'string') expect(measure.formula).withContext(where).toBeTruthy();
        if (measure.formula !== undefined) expect(measure.formulaAr).withContext(`${where}: formulaAr`).toMatch(arabic);
        expect(signsOf(measure.formulaAr)).withContext(`${where}: the signs of both formulas`).toEqual(signsOf(measure.formula));
        if (measure.unit.startsWith('money')) expect(measure.format).withContext(where).toBe('currency');
        if (measure.unit === 'ratio' && name !== 'coverage') expect(measure.format).withContext(where).toBe('percent');
        if (measure.type === 'count') expect(measure.additive).withContext(where).toBeTrue();
      }
    }
  });

  it('gives every number a way to its rows, over members that exist', () => {
    for (const view of views) {
      const cube = cubeOf(view);
      expect([...(cube.drill ?? []), cube.opens === undefined ? 'id' : 'opens_id'].filter((name) => !(name in cube.dimensions))).withContext(view.name).toEqual([]);
      expect((cube.drill ?? []).length).withContext(`${view.name}: columns of its rows`).toBeGreaterThan(2);
      for (const [name, measure] of Object.entries(cube.measures)) {
        const where = `${view.name}.${name}`;
        const made = partsOf(name, measure);
        if (measure.type === 'string' || measure.internal || measure.parts === null) continue;
        expect(made).withContext(`${where}: say \`additive: true\`, or \`parts\` such as 'won_count / closed_count'`).not.toBeNull();
        for (const part of made?.parts ?? []) {
          const of = cube.measures[part.name];
          expect(of?.additive === true || part.role === 'sample' || measure.per !== undefined).withContext(`${where} is made of ${part.name}, which does not add up`).toBeTrue();
          expect(part.name === name || of?.parts === undefined).withContext(`${where} is made of ${part.name}, which is itself made of parts`).toBeTrue();
        }
      }
    }
  });

  it('reads only tables that are published and their histories, each row once', () => {
    for (const { name, sql } of cubes) {
      // Where a history begins is the warehouse's own to know.
      const reads = [...sql.replaceAll('crm_raw._history_begins', '').matchAll(/crm_(?:raw|history)\.`?(\w+)`?( FINAL)?/g)];
      expect(reads.length).withContext(name).toBeGreaterThan(0);
      for (const [text, table = '', final] of reads) {
        expect(publishedColumns.has(table)).withContext(`${name}: ${text}`).toBeTrue();
        expect(final).withContext(`${name}: ${text} without FINAL`).toBe(' FINAL');
      }
    }
  });

  it('gives every view the members that its row policy compares', () => {
    for (const view of views) expect(viewMembers(view, cubeOf(view))).withContext(view.name).toEqual(jasmine.arrayContaining(['owner_id', 'team_id', 'region', 'count']));
  });

  it('escapes what would end a template of the rendered model', () => {
    const [cube] = cubes;
    if (!cube) throw new Error('no cube');
    const { content } = renderCube({ ...cube, sql: 'SELECT `a`, \'$b\\\' FROM {CUBE}' }, undefined);
    expect(content).toContain('SELECT \\`a\\`, \'\\$b\\\\\' FROM ${CUBE}');
  });

  it('refuses a view of a cube that does not exist', () => {
    const [view] = views;
    if (!view) throw new Error('no view');
    expect(() => cubeOf({ ...view, cube: 'nowhere' })).toThrowError(/"nowhere", which does not exist/);
  });
});
