import { HttpEventType } from '@angular/common/http';
import { createEnvironmentInjector, EnvironmentInjector, runInInjectionContext } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { ActivatedRoute } from '@angular/router';
import { of } from 'rxjs';
import { backend, settle, testProviders } from '@testing/setup';
import { TokenStore } from '../auth/token.store';
import { ApiClient } from './api.client';
import { listAddress } from './list.address';
import { ListStore } from './list.store';
import { EMPTY_QUERY, ListQuery } from './list.query';

describe('ApiClient', () => {
  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: testProviders() });
    TestBed.inject(TokenStore).keep({ access_token: 't', token_type: 'Bearer', expires_in: 900 });
  });

  it('asks for a page with the words of the API', async () => {
    const answer = TestBed.inject(ApiClient).list('deals', { q: 'a b', filters: [{ field: 'status', operator: 'in', value: 'won,lost' }] }, { limit: 5, cursor: 'c', count: true });
    await settle();
    const request = backend().expectOne((candidate) => candidate.url === '/crm/v1/deals');
    expect(request.request.params.get('filter[status][in]')).toBe('won,lost');
    expect([request.request.params.get('limit'), request.request.params.get('cursor'), request.request.params.get('count')]).toEqual(['5', 'c', 'true']);
    request.flush({ items: [], next_cursor: null });
    expect((await answer).items).toEqual([]);
  });

  it('writes with a key that makes repetition harmless, and rejects with a problem', async () => {
    const api = TestBed.inject(ApiClient);
    const made = api.post('/deals', { name: 'x' });
    await settle();
    const post = backend().expectOne('/crm/v1/deals');
    expect(post.request.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
    post.flush({ code: 'validation_failed', errors: [] }, { status: 422, statusText: 'x' });
    await expectAsync(made).toBeRejectedWith(jasmine.objectContaining({ status: 422, code: 'validation_failed' }));
    const changed = api.patch('deals/1', { name: 'y' });
    const gone = api.remove('deals/1');
    const file = api.download('imports/1/errors');
    await settle();
    backend().expectOne({ method: 'PATCH', url: '/crm/v1/deals/1' }).flush({ id: '1' });
    backend().expectOne({ method: 'DELETE', url: '/crm/v1/deals/1' }).flush(null);
    backend().expectOne('/crm/v1/imports/1/errors').flush(new Blob(['a']));
    expect(await changed).toEqual({ id: '1' });
    expect(await gone).toBeUndefined();
    expect((await file).size).toBe(1);
  });

  it('tells the progress of an upload', async () => {
    const seen: HttpEventType[] = [];
    TestBed.inject(ApiClient).upload('imports', new FormData()).subscribe((event) => seen.push(event.type));
    await settle();
    const request = backend().expectOne('/crm/v1/imports');
    request.event({ type: HttpEventType.UploadProgress, loaded: 1, total: 2 });
    request.flush({ id: '1' });
    expect(seen).toContain(HttpEventType.UploadProgress);
    expect(seen.at(-1)).toBe(HttpEventType.Response);
  });

  it('ties a list to the address', async () => {
    const asked: ListQuery[] = [];
    const store = new ListStore<{ id: string }>((query) => {
      asked.push(query);
      return Promise.resolve({ items: [], next_cursor: null, total: 0 });
    });
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    const route = { provide: ActivatedRoute, useValue: { queryParams: of({ q: 'acme' }) } };
    const injector = createEnvironmentInjector([route], TestBed.inject(EnvironmentInjector));
    const change = runInInjectionContext(injector, () => listAddress(store, '-created_at'));
    await settle();
    expect(asked).toEqual([{ ...EMPTY_QUERY, q: 'acme', sort: '-created_at' }]);
    change({ ...EMPTY_QUERY, sort: '-created_at', q: 'b' });
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ q: 'b' });
    expect(store.query().q).withContext('before the address has changed').toBe('b');
    change({ ...EMPTY_QUERY, sort: '-created_at', q: 'b' });
    expect(asked.length).withContext('the same is not asked twice').toBe(2);
  });
});
