import { inTurn, readConfig } from './config.js';

describe('readConfig', () => {
  it('takes what is asked for', () => {
    expect([readConfig({ CRM_TEST_ALL: 'on' }).faultProfiles, readConfig({}).faultKills]).toEqual([['embedded', 'kafka'], { embedded: 20, kafka: 6 }]);
    expect(['4', '7'].map((seed) => readConfig({ CRM_TEST_SEED: seed }).faultProfiles)).toEqual([['embedded'], ['kafka']]);
    const config = readConfig({ CRM_TEST_FAULT_PROFILES: 'embedded, kafka', CRM_TEST_FAULT_KILLS: '7', CRM_TEST_SEED: '0' });
    expect([config.faultProfiles, config.faultKills, config.seed]).toEqual([['embedded', 'kafka'], { embedded: 7, kafka: 7 }, 0]);
  });

  it('gives each its turn, and all where all is asked for', () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    for (const seed of [3, 4]) {
      const config = { seed, everything: false };
      expect([...inTurn(all, 0, 2, config), ...inTurn(all, 1, 2, config)].sort()).toEqual(all);
      expect(inTurn(all, 0, 2, config)).toEqual(inTurn(all, 1, 2, { ...config, seed: seed + 1 }));
    }
    expect(inTurn(all, 1, 2, { seed: 3, everything: true })).toEqual(all);
  });

  it('refuses what would leave a run empty, with the cure', () => {
    expect(() => readConfig({ CRM_TEST_ALL: 'yes' })).toThrowError(/set it to on/);
    for (const text of ['kafak', 'embedded,', 'embedded,kafak']) {
      expect(() => readConfig({ CRM_TEST_FAULT_PROFILES: text })).toThrowError(`CRM_TEST_FAULT_PROFILES is ${text}; set it to embedded, kafka or both, separated by a comma`);
    }
    for (const name of ['CRM_TEST_FAULT_KILLS', 'CRM_TEST_FAULT_ROUNDS', 'CRM_TEST_PROOF_CASES', 'CRM_BENCH_ROWS']) {
      for (const text of ['x', '0', '-1', '1.5']) expect(() => readConfig({ [name]: text })).toThrowError(`${name} is ${text}; set it to a whole number, 1 or more`);
    }
    expect(() => readConfig({ CRM_TEST_SEED: 'x' })).toThrowError('CRM_TEST_SEED is x; set it to a whole number, 0 or more');
  });
});
