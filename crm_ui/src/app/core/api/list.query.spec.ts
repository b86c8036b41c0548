import { EMPTY_QUERY, nextSort, paramsFromQuery, queryFromParams, withFilter } from './list.query';

describe('list query', () => {
  it('goes to the address and back', () => {
    const query = { q: 'acme', sort: '-amount', filters: [{ field: 'status', operator: 'eq', value: 'won' }, { field: 'closed_at', operator: 'gte', value: '2026-01-01' }] } as const;
    const params = paramsFromQuery(query);
    expect(params).toEqual({ q: 'acme', sort: '-amount', 'filter[status]': 'won', 'filter[closed_at][gte]': '2026-01-01' });
    expect(queryFromParams(params)).toEqual(query);
  });

  it('leaves foreign and broken parameters alone', () => {
    expect(queryFromParams({ tab: 'x', 'filter[a][nonsense]': '1', 'filter[]': '2', q: 7 })).toEqual(EMPTY_QUERY);
    expect(queryFromParams({ 'filter[status][in]': ['won', 'lost'] }).filters).toEqual([{ field: 'status', operator: 'in', value: 'won,lost' }]);
  });

  it('replaces the conditions of one field', () => {
    const one = withFilter(EMPTY_QUERY, 'amount', [{ operator: 'gte', value: '5' }, { operator: 'lte', value: '' }]);
    expect(one.filters).toEqual([{ field: 'amount', operator: 'gte', value: '5' }]);
    expect(withFilter(one, 'amount', []).filters).toEqual([]);
  });

  it('turns the order: up, down, none', () => {
    expect(nextSort('', 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBe('');
    expect(nextSort('amount', 'name')).toBe('name');
  });
});
