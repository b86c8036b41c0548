import { startApi, type TestApi } from '../testing/api.testing.js';
import type { Job } from './jobs.js';

describe('the job queue', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(); }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('hands over each job once, tries a failed one again, and works as the application\'s role', async () => {
    const seen: Job[] = [];
    let failures = 1;
    await api.jobs.work('crm_import', (job) => {
      seen.push(job);
      return failures-- > 0 ? Promise.reject(new Error('once')) : Promise.resolve();
    });
    const id = await api.jobs.send('crm_import', { import_id: 'x' }, { singletonKey: 'x' });
    expect(id).not.toBeNull();
    const deadline = Date.now() + 20_000;
    while (seen.length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.map((job) => [job.id, job.data])).toEqual([[String(id), { import_id: 'x' }], [String(id), { import_id: 'x' }]]);
  }, 40_000);
});
