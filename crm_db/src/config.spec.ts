import { readConfig } from './config.js';

describe('readConfig', () => {
  it('has a default for what can have one', () => {
    expect(readConfig({})).toEqual(jasmine.objectContaining({ dataDir: '.crm_data', url: undefined, adminUrl: undefined, sample: 'small', profile: 'demo' }));
    expect(Object.isFrozen(readConfig({}))).toBeTrue();
  });

  it('takes the application\'s connection where no other is named', () => {
    expect(readConfig({ CRM_PG_URL: 'postgres://a' })).toEqual(jasmine.objectContaining({ adminUrl: 'postgres://a', streamUrl: 'postgres://a' }));
    expect(readConfig({ CRM_PG_URL: 'postgres://a', CRM_PG_ADMIN_URL: 'postgres://b' }).adminUrl).toBe('postgres://b');
  });

  it('says the cure for values that make no sense', () => {
    expect(() => readConfig({ CRM_SEED: 'abc' })).toThrowError('CRM_SEED is abc; set it to a whole number');
    expect(() => readConfig({ CRM_PROFILE: 'test' })).toThrowError('CRM_PROFILE is test; set it to demo or production');
  });
});
