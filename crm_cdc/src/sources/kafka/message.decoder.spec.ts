import type { TableShape } from '../../mappings/table.shape.js';
import { UNAVAILABLE } from './kafka.settings.js';
import { MessageDecoder, SnapshotRepeatedError, type Decoded } from './message.decoder.js';
import type { TypeInfo } from './value.text.js';

const shape: TableShape = {
  oid: 1, schema: 'crm_core', name: 'crm_x', replicaIdentityFull: true, primaryKey: ['id'],
  columns: [{ name: 'id', type: 'integer', typeOid: 23, notNull: true, missing: null }, { name: 'body', type: 'text', typeOid: 25, notNull: false, missing: null }],
};

const types: ReadonlyMap<number, TypeInfo> = new Map([[23, { name: 'integer', kind: 'b', base: 0, element: 0, category: 'N' }], [25, { name: 'text', kind: 'b', base: 0, element: 0, category: 'S' }]]);

describe('MessageDecoder', () => {
  let decoder: MessageDecoder;
  beforeEach(() => {
    decoder = new MessageDecoder();
    decoder.adopt(shape, types);
    decoder.snapshot = { version: 90n, consistentLsn: 100n, at: 5_000n };
  });

  const decode = (op: string, source: object, rows: { before?: object; after?: object } = { after: { id: 1, body: 'b' } }): Decoded => decoder.decode({
    topic: 'crm_cdc.crm_core.crm_x', key: Buffer.from('{"key":{"id":1}}'), value: Buffer.from(JSON.stringify({ op, source: { schema: 'crm_core', table: 'crm_x', ...source }, ...rows })),
  });
  const place = (decoded: Decoded): unknown => (decoded.kind === 'change' ? [decoded.envelope.source.lsn, decoded.envelope.source.committed_at] : decoded);

  it('keeps the position of a change', () => {
    expect(place(decode('c', { lsn: 120, txId: 7, ts_us: 6000 }))).toEqual([120n, 6000n]);
    expect(decode('c', { ts_us: 6000 }).kind).toBe('undecodable');
  });

  it('lets rows of the snapshot in force lose against every change, and drops those of one before', () => {
    expect(place(decode('r', { lsn: 100, snapshot: 'true', ts_us: 1 }))).toEqual([90n, 5_000n]);
    expect(decode('r', { lsn: 99, snapshot: 'true', ts_us: 1 })).toEqual({ kind: 'skipped', table: 'crm_x', reason: 'superseded' });
    expect(() => decode('r', { lsn: 101, snapshot: 'true', ts_us: 1 })).toThrowError(SnapshotRepeatedError);
  });

  it('places rows read on request, also before the connector has met a change', () => {
    expect(place(decode('r', { lsn: 150, snapshot: 'incremental', ts_us: 1 }))).toEqual([90n, 5_000n]);
    expect(decode('r', { lsn: 99, snapshot: 'incremental', ts_us: 1 }).kind).toBe('skipped');
    expect(place(decode('r', { lsn: null, snapshot: 'incremental', ts_us: 0 }))).toEqual([90n, 5_000n]);
    expect(place(decode('r', { snapshot: 'incremental', ts_us: 5_001 }))).toEqual([90n, 5_000n]);
    expect(decode('r', { snapshot: 'incremental', ts_us: 4_999 }).kind).toBe('skipped');
    // Only those: a row of the first snapshot always has its position.
    expect(decode('r', { snapshot: 'true', ts_us: 5_001 }).kind).toBe('undecodable');
  });

  it('takes a large value that an update left alone from the old row, and never its placeholder', () => {
    const filled = decode('u', { lsn: 120, ts_us: 1 }, { before: { id: 1, body: 'large' }, after: { id: 1, body: UNAVAILABLE } });
    expect(filled.kind === 'change' && [filled.envelope.after, filled.ask]).toEqual([{ id: '1', body: 'large' }, []]);
    const unknown = decode('u', { lsn: 120, ts_us: 1 }, { before: { id: 1, body: UNAVAILABLE }, after: { id: 1, body: UNAVAILABLE } });
    expect(unknown.kind === 'change' && [unknown.envelope.after, unknown.ask]).toEqual([{ id: '1' }, ['body']]);
  });
});
