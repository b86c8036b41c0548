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

  it('reads anew for whoever wants the state from now on, once for all who come meanwhile', async () => {
    const open: ((version: string) => void)[] = [];
    const versions = new TableVersions(() => new Promise((resolve) => { open.push((version) => resolve(new Map([['crm_deals', version]]))); }), 50, () => at);
    const asked = [versions.renewed(), versions.renewed(), versions.renewed()].map(async (reading) => (await reading).get('crm_deals'));
    expect(open.length).toBe(1);
    open[0]?.('1');
    expect(await asked[0]).toBe('1');
    await new Promise((resolve) => setTimeout(resolve));
    expect(open.length).toBe(2);
    open[1]?.('2');
    expect(await Promise.all(asked)).toEqual(['1', '2', '2']);
    expect(await versions.stateOf('crm_deals')).toBe('2');
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
