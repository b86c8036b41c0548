import type { TableShape } from './table.shape.js';
import { unclearNames } from './unclear.names.js';

/** A table with columns `name:number[:type]`, in order, and the numbers of dropped ones. */
function table(columns: string, ...dropped: number[]): TableShape {
  return {
    oid: 1, schema: 'crm_core', name: 'crm_x', primaryKey: ['id'], replicaIdentityFull: true, dropped,
    columns: columns.split(' ').map((text) => {
      const [name = '', attnum, type = 'integer'] = text.split(':');
      return { name, type, typeOid: 0, notNull: false, missing: null, attnum: Number(attnum) };
    }),
  };
}
const rows = (columns: string): Parameters<typeof unclearNames>[1] => ({ until: 1n, sent: columns.split(' ').map((text) => {
  const [name = '', type = 'integer'] = text.split(':');
  return type === '?' ? { name } : { name, type };
}) });

describe('unclearNames', () => {
  for (const [what, now, sent] of [
    ['a new column', table('id:1 a:2 b:3'), 'id a'],
    ['a dropped column', table('id:1 b:3', 2), 'id a b'],
    ['dropped and new columns with one that stays between them', table('id:1 b:3 c:5', 2, 4), 'id a b'],
    ['a dropped column and a new one of another type', table('id:1 b:3:text', 2), 'id a'],
    ['the same columns', table('id:1 a:2'), 'id a'],
  ] as const) it(`leaves no doubt about ${what}`, () => expect(unclearNames(now, rows(sent))).toBeNull());

  for (const [what, now, sent, reason] of [
    ['came and was renamed', table('id:1 yours:2'), 'id mine', 'has yours, which may have been mine in rows on their way'],
    ['came, was renamed and had its type changed to one alike', table('id:1 yours:2:text'), 'id mine:citext', 'has yours, which may have been mine in rows on their way'],
    ['has a type that nobody remembers', table('id:1 yours:2:text'), 'id mine:?', 'has yours, which may have been mine in rows on their way'],
    ['may have been dropped or renamed', table('id:1 b:3', 2), 'id a', 'has b, which may have been a in rows on their way'],
    ['had another name for a while', table('id:1 a:2 z:3'), 'id b z', 'has z in another place than rows on their way'],
    ['passed its name on to a younger one', table('id:1 b:2 a:3'), 'id a', 'has b, which rows on their way have under another name'],
    ['had the name of a dropped one for a while', table('id:1 b:3', 2), 'id b a', 'has no column that was a'],
    ['swapped names with another for a while', table('id:1 a:2 b:3'), 'id b a', 'has a in another place than rows on their way'],
  ] as const) it(`tells of a column that ${what}`, () => expect(unclearNames(now, rows(sent))).toBe(reason));
});
