import { onlyElement } from '../sources/embedded/catalogue.reader.js';
import type { ChangeEnvelope } from './change.envelope.js';
import { createRowMapper, describeTable, rowSize } from './row.mapper.js';
import type { ColumnShape, TableShape } from './table.shape.js';

const column = (name: string, type: string, more: Partial<ColumnShape> = {}): ColumnShape => ({ name, type, typeOid: 0, notNull: false, missing: null, ...more });
const shape: TableShape = {
  oid: 1, schema: 'crm_core', name: 'crm_x', replicaIdentityFull: true, primaryKey: ['b', 'a'],
  columns: [column('a', 'integer', { notNull: true }), column('b', 'uuid', { notNull: true }), column('amount', 'numeric(18,2)', { notNull: true, missing: '5' }), column('rate', 'numeric(5,4)')],
};
const envelope = (op: ChangeEnvelope['op'], before: ChangeEnvelope['before'], after: ChangeEnvelope['after']): ChangeEnvelope => ({ op, before, after, key: { b: 'x', a: '1' }, source: { table: 'crm_x', lsn: 1n, seq: 0, xid: 1, committed_at: 0n } });

describe('row mapper', () => {
  const mapper = createRowMapper(shape);

  it('describes the key in its own order', () => {
    expect(describeTable(shape).columns.map((described) => described.primaryKeyPosition)).toEqual([2, 1, 0, 0]);
  });
  it('leaves out what the table no longer has and fills in what the change is too old for', () => {
    const outcome = mapper.map(envelope('c', null, { a: '1', b: 'x', dropped: 'y', rate: null }));
    expect(outcome.kind === 'ok' && outcome.value.after).toEqual({ a: '1', b: 'x', amount: '5', rate: null });
  });
  it('keeps the old row of a delete and the new one of an update', () => {
    const deleted = mapper.map(envelope('d', { a: '1', b: 'x', amount: '2', rate: null }, null));
    expect(deleted.kind === 'ok' && [deleted.value.before?.['amount'], deleted.value.after]).toEqual(['2', null]);
    const updated = mapper.map(envelope('u', { a: '1', b: 'x', amount: '2', rate: null }, { a: '1', b: 'x', amount: '3', rate: 'NaN' }));
    expect(updated.kind === 'ok' && [updated.value.before, updated.value.after?.['amount']]).toEqual([null, '3']);
  });
  it('sets aside a NaN that has no place', () => {
    const outcome = mapper.map(envelope('c', null, { a: '1', b: 'x', amount: 'NaN', rate: null }));
    expect(outcome).toEqual(jasmine.objectContaining({ kind: 'dead_letter', reason: 'out_of_range' }));
  });
  it('measures rows by their values', () => {
    expect(rowSize(envelope('c', null, { a: 'x'.repeat(1000) })) - rowSize(envelope('c', null, { a: null }))).toBe(1000);
  });
});

describe('onlyElement', () => {
  it('reads the one element of a printed array', () => {
    expect(['{5}', '{"a \\"b\\" \\\\"}', '{NULL}', '{"NULL"}', '{""}', '{"2026-01-01 00:00:00+00"}'].map(onlyElement)).toEqual(['5', 'a "b" \\', null, 'NULL', '', '2026-01-01 00:00:00+00']);
  });
});
