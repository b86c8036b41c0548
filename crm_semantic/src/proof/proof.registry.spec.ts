import { views } from '../model/model.index.js';
import { cubeOf } from '../model/model.registry.js';
import { viewMembers } from '../model/model.render.js';
import { pinned } from './cube.statement.js';
import { plainDecimal, sameNumber } from './number.compare.js';
import { viewProofs } from './proof.registry.js';
import { ledgerStatement } from './proof.sql.js';

describe('proof of the KPIs', () => {
  it('has a formula of its own for every measure of the KPI dictionary and for nothing else, or says why the ledger cannot tell', () => {
    const proven = viewProofs.flatMap(({ view, measures, beyondLedger = {} }) => [...Object.keys(measures), ...Object.keys(beyondLedger)].map((name) => `${view}.${name}`));
    const defined = views.flatMap((view) => viewMembers(view, cubeOf(view)).filter((name) => name in cubeOf(view).measures).map((name) => `${view.name}.${name}`));
    expect([...proven].sort()).toEqual([...defined].sort());
    expect(new Set(proven).size).toBe(proven.length);
    // Only what history alone knows may be left out, and never a whole view.
    for (const { view, measures, beyondLedger = {} } of viewProofs.filter((proof) => proof.beyondLedger)) {
      expect(cubeOf(views.find(({ name }) => name === view)!).sql).withContext(view).toContain('crm_history.');
      expect(Object.keys(measures).length).withContext(view).toBeGreaterThan(2);
      for (const reason of Object.values(beyondLedger)) expect(reason).withContext(view).toMatch(/\.spec\.ts/);
    }
  });

  it('asks each KPI as a whole and in splits, by members that exist', () => {
    for (const proof of viewProofs) {
      const view = views.find(({ name }) => name === proof.view);
      if (!view) throw new Error(`${proof.view} is no view`);
      const members = viewMembers(view, cubeOf(view));
      expect(Object.keys(proof.dimensions).filter((name) => !members.includes(name))).withContext(proof.view).toEqual([]);
      expect(proof.cases.map(({ name }) => name)).withContext(proof.view).toContain('all');
      expect(proof.cases.length).withContext(proof.view).toBeGreaterThan(2);
      for (const asked of proof.cases) expect(() => ledgerStatement(proof, asked, new Date())).not.toThrow();
    }
  });

  it('knows nothing of the model: its SQL names tables of Postgres only', () => {
    for (const proof of viewProofs) {
      const { sql } = ledgerStatement(proof, { name: 'all' }, new Date());
      expect(sql).withContext(proof.view).not.toMatch(/crm_raw|FINAL|sumIf|countIf|toDecimal/);
      expect(sql).withContext(proof.view).toMatch(/crm_core\.crm_/);
      // A setting aggregates nothing: without a split it too is one number, not one for each row.
      expect(sql).withContext(proof.view).toMatch(/ GROUP BY \(\)$/);
    }
  });

  it('pins the time and the rows of a statement, and refuses one that reads anything else', () => {
    const at = new Date('2026-03-04T05:06:07.089Z');
    const table = { tableAt: (name: string): string => `(rows of ${name})`, historyAt: (name: string): string => `(versions of ${name})` };
    expect(pinned('SELECT today(), now64(), now(\'UTC\') FROM (SELECT * FROM crm_raw.crm_deals FINAL WHERE id IN (SELECT id FROM crm_raw.crm_users FINAL)) AS d ARRAY JOIN range(3) AS n', table, at)).toBe(
      `SELECT toDate('2026-03-04'), toDateTime64('2026-03-04 05:06:07.089', 3, 'UTC'), toDateTime('2026-03-04 05:06:07', 'UTC') FROM (SELECT * FROM (rows of crm_deals) WHERE id IN (SELECT id FROM (rows of crm_users))) AS d ARRAY JOIN range(3) AS n`);
    expect(pinned('SELECT 1 FROM (SELECT * FROM crm_history.`crm_deals` FINAL WHERE 1 > (SELECT max(begins_at) FROM crm_raw._history_begins)) AS v', table, at)).toBe(
      'SELECT 1 FROM (SELECT * FROM (versions of crm_deals) WHERE 1 > (SELECT max(begins_at) FROM crm_raw._history_begins)) AS v');
    for (const other of ['crm_raw.crm_deals', 'crm_raw._tables FINAL', 'crm_history.crm_deals', 'numbers(3)', '(SELECT 1) AS a JOIN system.one']) {
      expect(() => pinned(`SELECT 1 FROM ${other}`, table, at)).withContext(other).toThrowError(/no state of a moment/);
    }
    for (const clock of ['now()', `now64(6)`, 'yesterday()', 'rand()']) expect(() => pinned(`SELECT ${clock} FROM crm_raw.crm_deals FINAL`, table, at)).withContext(clock).toThrowError(/not pinned/);
  });

  it('compares decimals as decimals and only quotients with a tolerance', () => {
    expect([plainDecimal('12.3400'), plainDecimal('-0.00'), plainDecimal('007'), plainDecimal('100'), plainDecimal('USD')]).toEqual(['12.34', '0', '7', '100', 'USD']);
    expect(sameNumber('9007199254740993.01', '9007199254740993.02', 'exact')).toBeFalse();
    expect(sameNumber('10.10', '10.1', 'exact')).toBeTrue();
    expect(sameNumber(null, '0', 'exact') || sameNumber('0', null, 'ratio')).toBeFalse();
    expect(sameNumber(null, null, 'exact')).toBeTrue();
    expect(sameNumber('0.3333333333333333', '0.33333333333', 'ratio')).toBeTrue();
    expect(sameNumber('0.3333333', '0.3333334', 'ratio')).toBeFalse();
  });
});
