import { ACTIONS, RoleContent, RolePermissions, RoleVersion, SCOPES } from '../admin.model';
import { changesBetween, choicesOf, groupsOf, historyOf, isLocked, Level, levelOf, mayGive, summaryOf, withLevel, withRule } from './role.calc';

const role = (permissions: RolePermissions, fields: RoleContent['fields'] = {}, name = 'Rep'): RoleContent => ({ key: 'rep', name, name_ar: 'مندوب', permissions, fields });

describe('the role matrix', () => {
  it('never lets an action reach further than reading, whatever is chosen in whatever order', () => {
    const levels: readonly Level[] = [null, ...SCOPES];
    const rank = (level: Level): number => levels.indexOf(level);
    let permissions: RolePermissions = {};
    // Every pair of choices one after the other, from whatever the pairs before have left.
    for (const first of ACTIONS) for (const one of levels) for (const second of ACTIONS) for (const two of levels) {
      permissions = withLevel(withLevel(permissions, 'deals', first, one), 'deals', second, two);
      expect(levelOf(permissions, 'deals', second)).toBe(two);
      for (const action of ACTIONS) expect(rank(levelOf(permissions, 'deals', action)) <= rank(levelOf(permissions, 'deals', 'read'))).withContext(`${first} ${one} ${second} ${two}`).toBeTrue();
    }
  });

  it('leaves other resources and the matrix it was given as they are, and drops a resource without any permission', () => {
    const before: RolePermissions = { deals: { read: 'own' }, users: { read: 'all' } };
    expect(withLevel(before, 'deals', 'read', null)).toEqual({ users: { read: 'all' } });
    expect(withLevel(before, 'deals', 'write', 'team')).toEqual({ users: { read: 'all' }, deals: { read: 'team', write: 'team' } });
    expect(before).toEqual({ deals: { read: 'own' }, users: { read: 'all' } });
  });

  it('offers what a resource can have and the reader may give', () => {
    expect(choicesOf(true)).toEqual([null, 'own', 'team', 'region', 'all']);
    expect(choicesOf(false)).toEqual([null, 'all']);
    const mine: RolePermissions = { deals: { read: 'region', write: 'all' } };
    expect(SCOPES.map((level) => mayGive(mine, 'deals', 'write', level))).toEqual([true, true, true, false]);
    expect([mayGive(mine, 'deals', 'delete', 'own'), mayGive(mine, 'deals', 'delete', null), mayGive({}, 'users', 'read', 'own')]).toEqual([false, true, false]);
  });

  it('locks what keeps the product administrable', () => {
    expect([isLocked('admin', 'roles', 'write'), isLocked('admin', 'users', 'read'), isLocked('admin', 'users', 'delete'), isLocked('admin', 'deals', 'read'), isLocked('rep', 'roles', 'write')]).toEqual([true, true, false, false, false]);
  });

  it('shows a field by taking its rule away', () => {
    const fields = withRule(withRule({}, 'deals', 'next_step', 'hidden'), 'deals', 'source', 'read_only');
    expect(fields).toEqual({ deals: { next_step: 'hidden', source: 'read_only' } });
    expect(withRule(withRule(fields, 'deals', 'next_step', null), 'deals', 'source', null)).toEqual({});
  });

  it('tells every difference, and whether it is more or less', () => {
    const before = role({ deals: { read: 'own', write: 'own' }, leads: { read: 'own' } }, { deals: { source: 'hidden', next_step: 'read_only' } });
    const after = role({ deals: { read: 'team' }, leads: { read: 'own' } }, { deals: { source: 'read_only', budget: 'hidden' } }, 'Seller');
    expect(changesBetween(before, after).map(({ kind, item, before: one, after: two, wider }) => [kind, item, one, two, wider])).toEqual([
      ['name', 'name', 'Rep', 'Seller', null], ['permission', 'read', 'own', 'team', true], ['permission', 'write', 'own', null, false],
      ['field', 'budget', null, 'hidden', false], ['field', 'next_step', 'read_only', null, true], ['field', 'source', 'hidden', 'read_only', true],
    ]);
    expect(changesBetween(before, { ...before, permissions: { leads: { read: 'own' }, deals: { write: 'own', read: 'own' } } })).withContext('the order of keys').toEqual([]);
  });

  it('tells the past of a delivered role from what its first change found', () => {
    const [one, two] = [role({ deals: { read: 'own' } }), role({ deals: { read: 'team' } })];
    const version = (number: number, before: RoleContent | null, after: RoleContent | null, action: RoleVersion['action'] = 'update'): RoleVersion => ({ version: number, action, changed_at: '2026-01-01T00:00:00Z', actor: { id: 'u', name: 'Amal' }, before, after });
    expect(historyOf([version(3, two, one, 'revert'), version(2, one, two)]).map((shown) => [shown.version, shown.action, shown.content, shown.changes.length])).toEqual([[3, 'revert', one, 1], [2, 'update', two, 1], [1, 'delivered', one, 0]]);
    expect(historyOf([version(1, null, one, 'create')]).map((shown) => shown.action)).toEqual(['create']);
    expect(historyOf([])).toEqual([]);
  });

  it('counts and groups, and forgets nothing that it has no group for', () => {
    expect(summaryOf(role({ deals: { read: 'own', write: 'own' }, users: { read: 'all' } }, { deals: { a: 'hidden', b: 'read_only' } }))).toEqual({ read: 2, write: 1, fields: 2 });
    const resource = (name: string): { name: string; owned: boolean; fields: [] } => ({ name, owned: true, fields: [] });
    expect(groupsOf([resource('gadgets'), resource('deals'), resource('accounts')]).map(({ key, resources }) => [key, resources.map(({ name }) => name)])).toEqual([['customers', ['accounts']], ['sales', ['deals']], ['other', ['gadgets']]]);
  });
});
