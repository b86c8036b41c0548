import type { ColumnShape, TableShape } from '../../mappings/table.shape.js';
import { noteOf } from '../../mappings/shape.note.js';
import { MessageDecoder, type Decoded } from './message.decoder.js';
import { formerShapes } from './row.form.js';
import type { TypeInfo } from './value.text.js';

const names = ['integer', 'bigint', 'text', 'character varying', 'numeric', 'boolean', 'date', 'uuid'];
const types: ReadonlyMap<number, TypeInfo> = new Map(names.map((name, i) => [i + 1, { name, kind: 'b', base: 0, element: 0, category: 'X' }]));

const column = (name: string, type: string, attnum: number): ColumnShape => ({ name, type, typeOid: names.indexOf(type.replace(/\(.*\)/, '')) + 1, attnum, notNull: name === 'id' || name === 'ref', missing: null });
const table = (columns: readonly ColumnShape[], more: Partial<TableShape> = {}): TableShape => ({ oid: 1, schema: 'crm_core', name: 'crm_x', replicaIdentityFull: true, primaryKey: ['id'], columns, ...more });

const id = column('id', 'integer', 1);
const before = table([id, column('note', 'text', 2)]);

describe('a record from before a change of shape', () => {
  const decoder = (after: TableShape, first: TableShape | null = before): MessageDecoder => {
    const made = new MessageDecoder();
    if (first !== null) made.replace([first], types, 50n);
    made.replace([after], types, 100n);
    return made;
  };
  const decode = (of: MessageDecoder, lsn: number, row: object, key: object | null = { id: 1 }): Decoded => of.decode({
    topic: 'crm_cdc.crm_core.crm_x', key: key && Buffer.from(JSON.stringify({ key })), value: Buffer.from(JSON.stringify({ op: 'c', source: { schema: 'crm_core', table: 'crm_x', lsn, ts_us: 1 }, after: row })),
  });
  const read = (decoded: Decoded): unknown => (decoded.kind === 'change' ? [decoded.envelope.after, decoded.ask] : decoded);
  const placed = (decoded: Decoded): unknown => decoded.kind === 'change' && decoded.shape.columns.map(({ name, type }) => `${name} ${type}`);

  it('keeps values that the present type does not hold beside it, and later rows have a place there too', () => {
    const retyped = decoder(table([id, column('note', 'integer', 2)]));
    const late = decode(retyped, 90, { id: 1, note: 'a text' });
    expect(read(late)).toEqual([{ id: '1', note__string: 'a text' }, []]);
    expect(placed(late)).toEqual(['id integer', 'note integer', 'note__string text']);
    expect(read(decode(retyped, 90, { id: 1, note: 6 }))).toEqual([{ id: '1', note: '6' }, []]);
    expect(placed(decode(retyped, 120, { id: 1, note: 6 }))).toEqual(['id integer', 'note integer', 'note__string text']);
  });

  it('shares the place of a value with records of yet another shape', () => {
    const made = new MessageDecoder();
    made.replace([table([id, column('note', 'text', 2), column('more', 'text', 3)])], types, 50n);
    made.replace([before], types, 60n);
    made.replace([table([id, column('note', 'integer', 2)])], types, 100n);
    expect(read(decode(made, 40, { id: 1, note: 'old', more: 'm' }))).toEqual([{ id: '1', note__string: 'old', more: 'm' }, []]);
    expect(placed(decode(made, 55, { id: 1, note: 'old' }))).toEqual(['id integer', 'note integer', 'note__string text', 'more text']);
  });

  it('keeps a column that was dropped or renamed under its old name, and does not make up the new one', () => {
    const renamed = decoder(table([id, column('title', 'text', 2)]));
    expect(read(decode(renamed, 90, { id: 1, note: 'old' }))).toEqual([{ id: '1', note: 'old' }, []]);
    expect(read(decode(renamed, 90, { id: 1, title: 'new' }))).toEqual([{ id: '1', title: 'new' }, []]);
    // Behind the change a column that is not there is one that Debezium leaves out.
    expect(read(decode(renamed, 120, { id: 1 }))).toEqual([{ id: '1' }, ['title']]);
  });

  it('does not know a new column, which stays NOT NULL in the shape as which the table is read again', () => {
    const now = table([id, column('note', 'text', 2), { ...column('token', 'uuid', 3), notNull: true }]);
    const late = decode(decoder(now), 90, { id: 1, note: 'old' });
    expect(read(late)).toEqual([{ id: '1', note: 'old' }, []]);
    expect(late.kind === 'change' && [late.shape.columns[2]!.notNull, late.now]).toEqual([false, now]);
  });

  it('is dropped where the present key is not told, with or without a key of its own, but never behind the change', () => {
    const rekeyed = decoder(table([id, column('note', 'text', 2), column('ref', 'uuid', 3)], { primaryKey: ['ref'] }));
    const superseded = { kind: 'skipped', table: 'crm_x', reason: 'superseded' };
    expect([decode(rekeyed, 90, { id: 1, note: 'old' }), decode(rekeyed, 90, { id: 1, note: 'old' }, null)]).toEqual([superseded, superseded] as never[]);
    expect(decode(rekeyed, 120, { id: 1, note: 'old' }).kind).toBe('undecodable');
    expect(decode(rekeyed, 120, { id: 1, note: 'old', ref: '018f0000-abcd-7000-8000-0000000000aa' }, null).kind).toBe('undecodable');
    const retyped = decoder(table([column('id', 'uuid', 1), column('note', 'text', 2)]));
    expect(decode(retyped, 90, { id: 1, note: 'old' })).toEqual(superseded as never);
  });

  it('is dropped where its table is another one now', () => {
    expect(decode(decoder(table([id, column('kind', 'boolean', 2)], { oid: 2 })), 90, { id: 1, note: 'old' }).kind).toBe('skipped');
  });

  it('is placed by its values where nobody remembers its shape', () => {
    const forgotten = decoder(table([id, column('note', 'integer', 2), column('more', 'text', 3)]), null);
    expect(read(decode(forgotten, 90, { id: 1, note: true, gone: 'x' }))).toEqual([{ id: '1', note__bool: 't' }, ['more']]);
    expect(read(decode(forgotten, 90, { id: 1, note: 5_000_000_000 }))).toEqual([{ id: '1', note__int64: '5000000000' }, ['more']]);
  });

  it('is read with the noted shape after a start', () => {
    const now = table([id, column('title', 'integer', 3)]);
    const started = new MessageDecoder();
    started.adopt(now, types, 100n, formerShapes(now, noteOf(table([id, column('note', 'character varying(40)', 2)])), types));
    expect(read(decode(started, 90, { id: 1, note: 'old' }))).toEqual([{ id: '1', note: 'old' }, []]);
    expect(formerShapes(now, noteOf(now), types)).toEqual([]);
    expect(formerShapes(now, undefined, types)).toEqual([]);
  });

  it('keeps its place when the catalogue is read by somebody else first', () => {
    const made = decoder(before);
    const now = table([id, column('note', 'integer', 2)]);
    expect(made.place(now).columns.length).toBe(2);
    expect(read(decode(made, 5_000, { id: 1, note: 'a text' }))).toEqual([{ id: '1', note__string: 'a text' }, []]);
    made.replace([now], types, 200n);
    expect(made.placed(now).columns.map(({ name }) => name)).toEqual(['id', 'note', 'note__string']);
    expect(decode(made, 5_000, { id: 1, note: 6 }).kind).toBe('change');
  });
});
