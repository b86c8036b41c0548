import { planFaults } from './fault.plan.js';

describe('planFaults', () => {
  it('is a pure function of the seed', () => {
    expect(planFaults(7, 'embedded', 50)).toEqual(planFaults(7, 'embedded', 50));
    expect(planFaults(7, 'embedded', 50)).not.toEqual(planFaults(8, 'embedded', 50));
  });

  for (const profile of ['embedded', 'kafka'] as const) {
    it(`${profile}: has exactly the asked number of kills and each other kind of fault`, () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const steps = planFaults(seed, profile, 50);
        expect(steps.filter((step) => step.kind === 'kill').length).toBe(50);
        const kinds = new Set(steps.map((step) => (step.kind === 'shutdown' || step.kind === 'gate' ? `${step.kind} ${step.mode}` : step.kind)));
        for (const kind of ['restart', 'shutdown smart', 'shutdown fast', 'shutdown immediate', 'freeze', 'line', 'gate no_space', 'gate half_written', 'gate lost_answer', 'gate torn_answer', 'disk_full', 'ddl', 'calm']) {
          expect(kinds.has(kind)).withContext(`seed ${seed} lacks ${kind}`).toBeTrue();
        }
        expect(new Set(steps.map((step) => (step.kind === 'kill' ? step.target : 'cdc'))).size).toBeGreaterThanOrEqual(6);
      }
    });
  }

  it('plans changes of shape that fit those before them', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const columns = new Set<string>();
      for (const step of planFaults(seed, 'embedded', 50)) {
        if (step.kind !== 'ddl') continue;
        const [, add, from, to, drop] = /ADD COLUMN (\w+)|RENAME COLUMN (\w+) TO (\w+)|DROP COLUMN (\w+)/.exec(step.sql) ?? [];
        for (const gone of [from, drop]) if (gone !== undefined) expect(columns.delete(gone)).withContext(`seed ${seed}: ${step.sql}`).toBeTrue();
        for (const come of [add, to]) if (come !== undefined) columns.add(come);
      }
    }
  });
});
