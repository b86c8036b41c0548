import { AdminUser, Erasure, Team } from './admin.model';
import { keptScopes, linesOf, scopesOf } from './clients/scope.calc';
import { idOf, isConfirmed, nameToType, rowsOf, stateOf } from './privacy/erasure.calc';
import { teamless, treeOf } from './teams/team.tree';

const team = (id: string, region: string | null): Team => ({ id, name: id, name_ar: null, region, manager_id: null, manager: null, created_at: '', updated_at: '' });
const user = (id: string, team_id: string | null, is_active = true): AdminUser => ({ id, name: id, team_id, is_active } as AdminUser);

describe('teams as a tree', () => {
  const teams = [team('b', 'Gulf'), team('a', 'Gulf'), team('c', ''), team('d', 'Europe')];
  const users = [user('z', 'a'), user('y', 'a'), user('x', 'a', false), user('w', null), user('v', 'gone'), user('u', 'c')];

  it('has regions, teams and active people in order, the nameless region last', () => {
    const tree = treeOf(teams, users, ({ name }) => name, (one, two) => one.localeCompare(two));
    expect(tree.map(({ region, people, teams: nodes }) => [region, people, nodes.map((node) => [node.team.id, node.members.map(({ id }) => id)])])).toEqual([
      ['Europe', 0, [['d', []]]], ['Gulf', 2, [['a', ['y', 'z']], ['b', []]]], [null, 1, [['c', ['u']]]],
    ]);
  });

  it('names who is in none', () => {
    expect(teamless(teams, users).map(({ id }) => id)).toEqual(['w', 'v']);
  });
});

describe('scopes of a client', () => {
  const permissions = { deals: { write: 'own', read: 'own' }, accounts: { read: 'all' } } as const;

  it('are those of the role', () => {
    expect(scopesOf(permissions).flatMap(({ cells }) => cells.map(({ scope }) => scope))).toEqual(['crm:accounts:read', 'crm:deals:read', 'crm:deals:write']);
    expect(keptScopes(['crm:deals:write', 'crm:users:read', 'crm:accounts:read'], permissions)).toEqual(['crm:accounts:read', 'crm:deals:write']);
  });

  it('come with addresses, one a line', () => {
    expect(linesOf(' https://a.example/x \n\nhttps://b.example/\nhttps://a.example/x')).toEqual(['https://a.example/x', 'https://b.example/']);
  });
});

describe('an erasure', () => {
  it('is confirmed by the name of the person, not by nothing and not by another', () => {
    expect(nameToType('Mona Saleh', ['+97150', 'mona  saleh', 'm@x'])).toBe('mona  saleh');
    expect(nameToType('', ['Mona'])).toBe('Mona');
    expect([isConfirmed(' mona SALEH ', 'Mona  Saleh'), isConfirmed('Mona', 'Mona Saleh'), isConfirmed('', ''), isConfirmed('منى صالح', 'منى صالح')]).toEqual([true, false, false, true]);
  });

  it('is done step by step', () => {
    const one = { warehouse: null, certified_at: null } as Erasure;
    expect(stateOf(one)).toBe('ledger');
    expect(stateOf({ ...one, warehouse: { removed: 1, completed_at: '', lsn: '1' } })).toBe('warehouse');
    expect(stateOf({ ...one, certified_at: 'x' })).toBe('certified');
    expect(rowsOf({ crm_b: 1, crm_a: 1, crm_c: 5 })).toEqual([{ table: 'crm_c', count: 5 }, { table: 'crm_a', count: 1 }, { table: 'crm_b', count: 1 }]);
    expect([idOf(' 01890000-0000-7000-8000-00000000ABCD '), idOf('01890000')]).toEqual(['01890000-0000-7000-8000-00000000abcd', null]);
  });
});
