import { sharedReading } from './shared.reading.js';

describe('a shared reading', () => {
  const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve); });

  it('begins after whoever is given it asked, once for all who came meanwhile, also after one that failed', async () => {
    const open: { resolve(value: number): void; reject(error: Error): void }[] = [];
    const read = sharedReading(() => new Promise<number>((resolve, reject) => { open.push({ resolve, reject }); }));
    const [first, second, third] = [read(), read(), read()];
    expect(open.length).toBe(1);
    open[0]?.reject(new Error('down'));
    await expectAsync(first).toBeRejectedWithError('down');
    await turn();
    expect(open.length).toBe(2);
    const fourth = read();
    open[1]?.resolve(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
    await turn();
    expect(open.length).toBe(3);
    open[2]?.resolve(3);
    expect(await fourth).toBe(3);
    await turn();
    void read();
    expect(open.length).toBe(4);
  });
});
