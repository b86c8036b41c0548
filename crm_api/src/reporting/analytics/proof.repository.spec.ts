import { ProofReader, type Proof } from './proof.repository.js';

const now = Date.parse('2026-11-22T14:04:00Z');
const at = Date.parse('2026-11-22T14:03:07.250Z');

function row(table_name: string, lsn: string, more: Record<string, string> = {}): Record<string, string> {
  return { table_name, lsn, committed: String(at - 500), checked: String(at), good: String(now + 1), compared: '100', wrong: '0', part_checked: '0', part_wrong: '0', ...more };
}
const never = (table: string): Record<string, string> => row(table, '0', { committed: '0', checked: '0', good: '0', compared: '0' });
const read = (tables: string[] | null, rows: Record<string, string>[]): Promise<Proof> =>
  new ProofReader({ ask: () => Promise.resolve(rows.map((one) => `${JSON.stringify(one)}\n`).join('')) }).read(tables, now);

// The statement itself runs against the real warehouse in crm_tests; here is what its rows mean.
describe('ProofReader', () => {
  it('is equal at the oldest moment among the tables', async () => {
    const proof = await read(['crm_deals', 'crm_stages'], [row('crm_deals', '9007199254740993', { committed: String(at - 5_500), checked: String(at - 5_000) }), row('crm_stages', '18446744073709551615'), row('crm_tickets', '1', { wrong: '3' })]);
    expect(proof).toEqual({ equal: true, lsn: '9007199254740993', committed_at: '2026-11-22T14:03:01.750Z', checked_at: '2026-11-22T14:03:02.250Z', rows: 200, different: 0, tables: ['crm_deals', 'crm_stages'] });
  });

  it('speaks of all tables when none are named', async () => {
    const proof = await read(null, [row('crm_tickets', '5', { wrong: '3' }), row('crm_deals', '7')]);
    expect([proof.equal, proof.different, proof.tables]).toEqual([false, 3, ['crm_deals', 'crm_tickets']]);
  });

  it('is not proven while a table was never compared, but a known difference counts all the same', async () => {
    expect(await read(['crm_deals', 'crm_stages'], [row('crm_deals', '7'), never('crm_stages')])).toEqual(jasmine.objectContaining({ equal: null, lsn: null, committed_at: null, checked_at: null, rows: 100 }));
    expect(await read(['crm_deals', 'crm_stages'], [row('crm_deals', '7', { wrong: '1' }), never('crm_stages')])).toEqual(jasmine.objectContaining({ equal: false, different: 1 }));
    expect((await read(['crm_new'], [row('crm_deals', '7')])).equal).toBeNull();
    expect((await read(null, [])).equal).toBeNull();
  });

  it('is not proven once the comparison is older than it promised, and keeps its time', async () => {
    expect(await read(['crm_deals'], [row('crm_deals', '7', { good: String(now - 1) })])).toEqual(jasmine.objectContaining({ equal: null, checked_at: '2026-11-22T14:03:07.250Z' }));
  });

  it('counts a range that differs before the round of its table ends, and forgets it after the next whole round', async () => {
    expect((await read(['crm_deals'], [row('crm_deals', '7', { part_checked: String(at + 1), part_wrong: '2' })])).different).toBe(2);
    expect((await read(['crm_deals'], [row('crm_deals', '7', { part_checked: String(at - 1), part_wrong: '2' })])).equal).toBeTrue();
  });

  it('never keeps a figure back: a record that cannot be read proves nothing', async () => {
    const broken = new ProofReader({ ask: () => Promise.reject(new Error('Unknown table crm_cdc.reconciliation')) });
    expect(await broken.read(['crm_deals'], now)).toEqual({ equal: null, lsn: null, committed_at: null, checked_at: null, rows: 0, different: 0, tables: ['crm_deals'] });
  });

  it('reads once for questions that come together, and anew after a second', async () => {
    let asked = 0;
    const reader = new ProofReader({ ask: () => { asked++; return Promise.resolve(''); } });
    await Promise.all([reader.read(null, now), reader.read(['crm_deals'], now + 500)]);
    expect(asked).toBe(1);
    await reader.read(null, now + 1_000);
    expect(asked).toBe(2);
  });
});
