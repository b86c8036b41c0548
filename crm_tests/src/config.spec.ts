import { readConfig } from './config.js';

describe('readConfig', () => {
  it('takes what is asked for', () => {
    expect([readConfig({}).faultProfiles, readConfig({}).faultKills]).toEqual([['embedded', 'kafka'], { embedded: 30, kafka: 6 }]);
    const config = readConfig({ CRM_TEST_FAULT_PROFILES: 'embedded, kafka', CRM_TEST_FAULT_KILLS: '7', CRM_TEST_SEED: '0' });
    expect([config.faultProfiles, config.faultKills, config.seed]).toEqual([['embedded', 'kafka'], { embedded: 7, kafka: 7 }, 0]);
  });

  it('refuses what would leave a run empty, with the cure', () => {
    for (const text of ['kafak', 'embedded,', 'embedded,kafak']) {
      expect(() => readConfig({ CRM_TEST_FAULT_PROFILES: text })).toThrowError(`CRM_TEST_FAULT_PROFILES is ${text}; set it to embedded, kafka or both, separated by a comma`);
    }
    for (const name of ['CRM_TEST_FAULT_KILLS', 'CRM_TEST_FAULT_ROUNDS', 'CRM_TEST_PROOF_CASES', 'CRM_BENCH_ROWS']) {
      for (const text of ['x', '0', '-1', '1.5']) expect(() => readConfig({ [name]: text })).toThrowError(`${name} is ${text}; set it to a whole number, 1 or more`);
    }
    expect(() => readConfig({ CRM_TEST_SEED: 'x' })).toThrowError('CRM_TEST_SEED is x; set it to a whole number, 0 or more');
  });
});
