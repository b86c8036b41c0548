import { TestBed } from '@angular/core/testing';
import { testProviders } from '@testing/setup';
import { AuthService } from '../auth/auth.service';
import { ChangeStream, STREAM_FETCH, TableChange } from './change.stream';
import { takeEvents } from './sse.reader';

describe('server-sent events', () => {
  it('are taken as soon as they are whole; comments keep the line open', () => {
    const { events, rest } = takeEvents(': hello\n\nid: 7\nevent: change\ndata: {"a":\ndata: 1}\n\nevent: change\ndata: {"b"');
    expect(events).toEqual([{ event: 'change', data: '{"a":\n1}' }]);
    expect(takeEvents(`${rest}:2}\r\n\r\n`)).toEqual({ events: [{ event: 'change', data: '{"b":2}' }], rest: '' });
  });
});

describe('ChangeStream', () => {
  const encoder = new TextEncoder();
  const body = (...texts: string[]): ReadableStream<Uint8Array> => new ReadableStream({ start: (out) => { texts.forEach((text) => out.enqueue(encoder.encode(text))); out.close(); } });
  let answers: (Response | Error)[];
  let asked: Headers[];
  let stream: ChangeStream;

  beforeEach(() => {
    asked = [];
    const fetcher = (_url: unknown, init?: RequestInit): Promise<Response> => {
      asked.push(new Headers(init?.headers));
      const next = answers.shift();
      return next instanceof Response ? Promise.resolve(next) : Promise.reject(next ?? new Error('no more'));
    };
    TestBed.configureTestingModule({ providers: testProviders({ provide: STREAM_FETCH, useValue: fetcher }, { provide: AuthService, useValue: { token: () => Promise.resolve('t'), renew: () => Promise.resolve('t') } }) });
    stream = TestBed.inject(ChangeStream);
  });

  it('tells what changed, with the token, over pieces of any size, and is not connected when the line ends', async () => {
    answers = [new Response(body('event: change\ndata: {"lsn":"7","committed_at":null,"ta', 'bles":["crm_deals"]}\n\n: ping\n\n'), { status: 200 }), new Response(null, { status: 404 })];
    const end = new AbortController();
    const told: TableChange[] = [];
    const connected: boolean[] = [];
    await stream.follow((change) => { told.push(change); connected.push(stream.connected()); end.abort(); }, end.signal);
    expect(told).toEqual([{ lsn: '7', committed_at: null, tables: ['crm_deals'] }]);
    expect(connected).toEqual([true]);
    expect(stream.connected()).toBeFalse();
    expect(asked[0]?.get('Authorization')).toBe('Bearer t');
  });

  it('leaves a product alone that has no stream', async () => {
    answers = [new Response(null, { status: 404 })];
    await stream.follow(() => fail('nothing to tell'), new AbortController().signal);
    expect(asked.length).toBe(1);
  });

  it('begins again after a break', async () => {
    jasmine.clock().install();
    try {
      answers = [new Error('broken'), new Response(null, { status: 404 })];
      const over = stream.follow(() => undefined, new AbortController().signal);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      expect(asked.length).toBe(1);
      jasmine.clock().tick(1_001);
      await over;
      expect(asked.length).toBe(2);
    } finally {
      jasmine.clock().uninstall();
    }
  });
});
