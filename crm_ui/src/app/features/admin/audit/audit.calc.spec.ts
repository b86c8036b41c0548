import { changesOf, differencesOf, isRunning, kindOf, progressOf, targetOf } from './audit.calc';

describe('an entry of the audit log', () => {
  it('tells what was changed, and not what only its old side names', () => {
    expect(changesOf({ before: { city: 'Amman', name: 'A', industry: 'Retail' }, after: { city: 'Dubai', industry: 'Retail' } })).toEqual([{ path: ['city'], before: 'Amman', after: 'Dubai' }]);
  });

  it('tells all of what is made or deleted, without what is empty and without machinery', () => {
    expect(changesOf({ before: null, after: { name: 'A', city: null, search_text: 'a', updated_at: 'x' } })).toEqual([{ path: ['name'], before: null, after: 'A' }]);
    expect(changesOf({ before: { name: 'A' }, after: null })).toEqual([{ path: ['name'], before: 'A', after: null }]);
    expect(changesOf({ before: null, after: null })).toEqual([]);
  });

  it('leads into what is nested, down to the value that differs', () => {
    const before = { permissions: { deals: { read: 'team', write: 'team' }, leads: { read: 'own' } } };
    const after = { permissions: { deals: { read: 'own', write: 'team' } } };
    expect(changesOf({ before, after })).toEqual([{ path: ['permissions', 'deals', 'read'], before: 'team', after: 'own' }, { path: ['permissions', 'leads', 'read'], before: 'own', after: null }]);
  });

  it('has values of their kinds', () => {
    const values = [null, '', [], true, 3, '1250000.00', '2026-03-01', '2026-03-01T10:00:00.000Z', '019ad0c2-0000-7000-8000-000000000001', ['a'], { a: 1 }, '+962 6', 'Amman'];
    expect(values.map(kindOf)).toEqual(['empty', 'empty', 'empty', 'boolean', 'number', 'number', 'date', 'instant', 'id', 'list', 'object', 'text', 'text']);
    expect([targetOf('owner_id'), targetOf('primary_contact_id'), targetOf('external_id')]).toEqual(['users', 'contacts', null]);
  });
});

describe('a verification', () => {
  it('runs until it is done, and knows how far it is once it has counted', () => {
    expect((['queued', 'running', 'done', 'failed'] as const).map((status) => isRunning({ status }))).toEqual([true, true, false, false]);
    expect([isRunning(null), progressOf({ checked: 0, total: null }), progressOf({ checked: 50, total: 200 }), progressOf({ checked: 9, total: 8 })]).toEqual([false, null, 0.25, 1]);
  });

  it('counts its differences', () => {
    expect([differencesOf({ counts: null }), differencesOf({ counts: { altered: 2, removed: 0, unchained: 0, gap: 5, reordered: 0, broken: 1, anchor: 0 } })]).toEqual([0, 8]);
  });
});
