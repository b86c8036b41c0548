import { HttpClient } from '@angular/common/http';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { testProviders } from '@testing/setup';
import { API_ROOT } from './api.client';

describe('traces of the UI', () => {
  it('begin with each request to the API, each with an id of its own, and tell no other server', () => {
    TestBed.configureTestingModule({ providers: testProviders() });
    const http = TestBed.inject(HttpClient);
    const server = TestBed.inject(HttpTestingController);
    const ids = ['/health', '/auth/demo'].map((path) => {
      http.get(API_ROOT + path).subscribe({ error: () => undefined });
      return server.match(API_ROOT + path)[0]?.request.headers.get('traceparent') ?? '';
    });
    http.get('/assets/x.json').subscribe({ error: () => undefined });
    expect(server.match('/assets/x.json')[0]?.request.headers.has('traceparent')).toBeFalse();
    for (const id of ids.filter((one) => one !== '')) expect(id).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(ids[1]).toMatch(/^00-/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
