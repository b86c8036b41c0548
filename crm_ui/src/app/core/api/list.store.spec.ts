import { Page } from './api.client';
import { EMPTY_QUERY } from './list.query';
import { ListStore } from './list.store';

interface Row { readonly id: string; readonly name?: string }

const page = (ids: string[], next: string | null, total?: number): Page<Row> => ({ items: ids.map((id) => ({ id })), next_cursor: next, total });

describe('ListStore', () => {
  it('loads pages to the end and counts', async () => {
    const asked: unknown[] = [];
    const store = new ListStore<Row>((_query, options) => {
      asked.push(options);
      return Promise.resolve(options.cursor ? page(['b', 'c'], null) : page(['a', 'b'], 'x', 3));
    }, 2);
    await store.show(EMPTY_QUERY);
    expect([store.items().length, store.total(), store.complete(), store.empty()]).toEqual([2, 3, false, false]);
    await store.more();
    expect(store.items().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(store.complete()).toBeTrue();
    await store.more();
    expect(asked).toEqual([{ limit: 2, count: true }, { limit: 2, cursor: 'x' }]);
  });

  it('drops a late answer to an older query', async () => {
    const waiting: ((answer: Page<Row>) => void)[] = [];
    const store = new ListStore<Row>(() => new Promise((resolve) => waiting.push(resolve)));
    const first = store.show({ ...EMPTY_QUERY, q: 'old' });
    const second = store.show({ ...EMPTY_QUERY, q: 'new' });
    waiting[1]?.(page(['new'], null, 1));
    waiting[0]?.(page(['old'], null, 1));
    await Promise.all([first, second]);
    expect(store.items().map(({ id }) => id)).toEqual(['new']);
    expect(store.loading()).toBeFalse();
  });

  it('tells a failure and recovers', async () => {
    let fail = true;
    const store = new ListStore<Row>(() => (fail ? Promise.reject(new Error('no')) : Promise.resolve(page([], null, 0))));
    await store.reload();
    expect(store.problem()?.detail).toBe('no');
    expect(store.empty()).toBeFalse();
    fail = false;
    await store.reload();
    expect(store.problem()).toBeNull();
    expect(store.empty()).toBeTrue();
  });

  it('keeps the rows when a further page fails', async () => {
    let calls = 0;
    const store = new ListStore<Row>(() => (++calls === 1 ? Promise.resolve(page(['a'], 'x', 2)) : Promise.reject(new Error('no'))));
    await store.reload();
    await store.more();
    expect([store.items().length, store.problem()?.detail, store.loadingMore()]).toEqual([1, 'no', false]);
  });

  it('changes and removes rows in place', async () => {
    const store = new ListStore<Row>(() => Promise.resolve(page(['a', 'b'], null, 2)));
    await store.reload();
    store.replace({ id: 'a', name: 'A' });
    store.remove('b');
    store.remove('nobody');
    expect(store.items()).toEqual([{ id: 'a', name: 'A' }]);
    expect(store.total()).toBe(1);
  });
});
