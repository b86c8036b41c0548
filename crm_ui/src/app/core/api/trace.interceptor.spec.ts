import { HttpClient } from '@angular/common/http';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { settle, testProviders } from '@testing/setup';
import { TokenStore } from '../auth/token.store';
import { API_ROOT } from './api.client';

describe('traces of the UI', () => {
  it('begin with each request to the API, each with an id of its own, and tell no other server', async () => {
    TestBed.configureTestingModule({ providers: testProviders() });
    TestBed.inject(TokenStore).keep({ access_token: 'a', token_type: 'Bearer', expires_in: 900 });
    const http = TestBed.inject(HttpClient);
    const server = TestBed.inject(HttpTestingController);
    const paths = ['/health', '/auth/demo'];
    for (const path of paths) http.get(API_ROOT + path).subscribe({ error: () => undefined });
    await settle();
    const ids = paths.map((path) => server.match(API_ROOT + path)[0]?.request.headers.get('traceparent') ?? '');
    http.get('/assets/x.json').subscribe({ error: () => undefined });
    expect(server.match('/assets/x.json')[0]?.request.headers.has('traceparent')).toBeFalse();
    for (const id of ids) expect(id).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
