import { ReaderWatch } from './reader.watch.js';

describe('watch of who reads a slot', () => {
  const read = { active: true };
  const unread = { active: false };

  it('counts from the last look that found a reader to the last look', () => {
    const watch = new ReaderWatch();
    expect(watch.silentMs).toBe(0);
    watch.look(read, 1_000);
    watch.look(read, 9_000);
    expect(watch.silentMs).toBe(0);
    watch.look(unread, 16_000);
    expect(watch.silentMs).toBe(7_000);
    watch.look(read, 17_000);
    expect(watch.silentMs).toBe(0);
  });

  it('counts from the first look where there never was one, and starts anew when told', () => {
    const watch = new ReaderWatch();
    watch.look(unread, 5_000);
    expect(watch.silentMs).toBe(0);
    watch.look(unread, 25_000);
    expect(watch.silentMs).toBe(20_000);
    watch.forget();
    watch.look(unread, 40_000);
    expect(watch.silentMs).toBe(0);
  });
});
