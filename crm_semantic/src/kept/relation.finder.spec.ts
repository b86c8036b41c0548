import { relationsIn } from './relation.finder.js';

const cubes = new Set(['crm_deals', 'crm_rates']);

describe('relationsIn', () => {
  it('finds the rows of the cubes that are asked for, in their order and with their places', () => {
    const statement = "SELECT x FROM\n (SELECT * FROM d WHERE a IN (SELECT 1)) AS `crm_deals`\nLEFT JOIN (SELECT 2) AS `crm_owner` ON 1 LEFT JOIN (SELECT r) AS `crm_rates` ON 1";
    const found = relationsIn(statement, cubes);
    expect(found.map(({ cube, sql }) => [cube, sql])).toEqual([['crm_deals', 'SELECT * FROM d WHERE a IN (SELECT 1)'], ['crm_rates', 'SELECT r']]);
    expect(found.map(({ from, to }) => statement.slice(from, to))).toEqual(['(SELECT * FROM d WHERE a IN (SELECT 1))', '(SELECT r)']);
  });

  it('takes no bracket, alias or quote inside of a text for one of the statement', () => {
    const found = relationsIn("SELECT ') AS `crm_deals`', 'it''s (', 'a\\'(' FROM (SELECT ')', \"(\" AS `x)` FROM t) AS `crm_deals` WHERE y = '(SELECT 1) AS `crm_rates`'", cubes);
    expect(found.map(({ sql }) => sql)).toEqual(["SELECT ')', \"(\" AS `x)` FROM t"]);
  });

  it('takes the outer one of two inside each other, and none that holds a value of the question', () => {
    expect(relationsIn('SELECT 1 FROM (SELECT 2 FROM (SELECT 3) AS `crm_rates`) AS `crm_deals`', cubes).map(({ sql }) => sql)).toEqual(['SELECT 2 FROM (SELECT 3) AS `crm_rates`']);
    expect(relationsIn('SELECT 1 FROM (SELECT ? AS a) AS `crm_deals`', cubes)).toEqual([]);
  });

  it('finds nothing in a statement whose brackets do not match', () => {
    expect(relationsIn(') AS `crm_deals` (', cubes)).toEqual([]);
    expect(relationsIn("SELECT '(SELECT 1) AS `crm_deals`", cubes)).toEqual([]);
  });
});
