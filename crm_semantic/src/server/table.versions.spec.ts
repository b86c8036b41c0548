import { TableVersions, tablesRead } from './table.versions.js';

describe('TableVersions', () => {
  const at = Date.parse('2026-03-01T12:00:00Z');

  it('shares one reading while it is fresh and reads anew afterwards', async () => {
    let [reads, clock] = [0, at];
    const versions = new TableVersions(() => Promise.resolve(new Map([['crm_deals', String(++reads)]])), 50, () => clock);
    expect(await Promise.all([versions.fingerprint(['crm_deals']), versions.fingerprint(['crm_deals', 'crm_users'])])).toEqual(['2026-03-01 crm_deals@1', '2026-03-01 crm_deals@1 crm_users@empty']);
    clock += 50;
    expect(await versions.fingerprint(['crm_deals'])).toBe('2026-03-01 crm_deals@1');
    clock += 1;
    expect(await versions.fingerprint(['crm_deals'])).toBe('2026-03-01 crm_deals@2');
  });

  it('makes a new day a new state', async () => {
    let clock = at;
    const versions = new TableVersions(() => Promise.resolve(new Map()), 50, () => clock);
    const before = await versions.fingerprint([]);
    clock += 86_400_000;
    expect(await versions.fingerprint([])).not.toBe(before);
  });

  it('does not answer with a failed reading', async () => {
    let fail = true;
    const versions = new TableVersions(() => (fail ? Promise.reject(new Error('down')) : Promise.resolve(new Map())), 1_000, () => at);
    await expectAsync(versions.fingerprint([])).toBeRejectedWithError('down');
    fail = false;
    await expectAsync(versions.fingerprint([])).toBeResolvedTo('2026-03-01');
  });

  it('finds the tables of a statement', () => {
    expect(tablesRead('SELECT 1 FROM crm_raw.crm_users FINAL JOIN crm_raw.crm_deals FINAL JOIN crm_raw.crm_users')).toEqual(['crm_deals', 'crm_users']);
  });
});
