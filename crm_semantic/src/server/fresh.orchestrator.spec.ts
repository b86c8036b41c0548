import { applyCubeEnvironment } from '../config.js';
import { TableVersions } from './table.versions.js';

describe('FreshOrchestrator', () => {
  it('forgets expired answers, and the oldest when there are too many', async () => {
    applyCubeEnvironment(null);
    const { FreshOrchestrator } = await import('./fresh.orchestrator.js');
    const options = { contextToDbType: () => Promise.resolve('clickhouse'), contextToExternalDbType: () => 'cubestore', redisPrefix: 'sweep', cacheAndQueueDriver: 'memory' };
    const versions = new TableVersions(() => Promise.resolve(new Map()), 50);
    const orchestrator = new FreshOrchestrator(versions, (() => Promise.reject(new Error('no driver'))) as never, () => undefined, options as never);
    const cache = (orchestrator.getQueryOrchestrator() as unknown as { queryCache: { getCacheDriver(): { set(key: string, value: unknown, seconds: number): Promise<unknown>; store: Record<string, unknown> } } }).queryCache.getCacheDriver();
    await cache.set('sweep expired', 1, -1);
    for (let n = 0; n < 5_010; n += 1) await cache.set(`sweep ${n}`, n, 1_000 + n);
    orchestrator.sweep();
    const kept = Object.keys(cache.store);
    expect(kept.length).toBeLessThanOrEqual(5_000);
    expect(kept).not.toContain('sweep expired');
    expect(kept).toContain('sweep 5009');
    expect(kept).not.toContain('sweep 0');
    await cache.set('sweep newest', { result: new Array(400_000) }, 9_000);
    await cache.set('sweep second', { result: new Array(400_000) }, 8_000);
    orchestrator.sweep();
    expect(Object.keys(cache.store)).toContain('sweep newest');
    expect(Object.keys(cache.store)).not.toContain('sweep second');
    for (const key of Object.keys(cache.store).filter((name) => name.startsWith('sweep '))) delete cache.store[key];
  });
});
