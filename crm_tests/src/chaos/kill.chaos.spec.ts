import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '../config.js';
import { until, type ProductClient } from '../support/product.client.js';
import { startProduct, unproved, type TestProduct } from '../support/product.fixture.js';
import { createRandom } from '../support/random.js';

const kills = 10;

describe('kill -9 of any process during a stream of writes', () => {
  let test: TestProduct;

  beforeAll(async () => {
    test = await startProduct('none', unproved);
  }, 180_000);
  afterAll(async () => {
    await test.dispose();
  }, 60_000);

  it('loses and doubles nothing', async () => {
    const { seed } = readConfig();
    const random = createRandom(seed);
    const names = test.product.parts.map((part) => part.name);
    let admin: ProductClient = await test.client();
    let writing = true;
    let acknowledged = 0;
    const known: string[] = [];
    const writer = (async (): Promise<void> => {
      while (writing) {
        try {
          // Keys of their own: a write whose answer was lost is simply another row.
          if (known.length > 0 && random() < 0.4) {
            const id = known[Math.floor(random() * known.length)] ?? '';
            await admin.must('PATCH', `/accounts/${id}`, { description: `${acknowledged} ${'x'.repeat(Math.floor(random() * 5000))}` });
          } else {
            known.push((await admin.must<{ id: string }>('POST', '/accounts', { legal_name: `Chaos ${seed} ${acknowledged} ${random()}` })).id);
          }
          acknowledged += 1;
        } catch {
          // The API, or what it stands on, was just killed: the point of the test. Sign in anew and go on.
          await delay(50);
          await test.client().then((client) => (admin = client), () => undefined);
        }
      }
    })();
    const killed: string[] = [];
    try {
      for (let count = 0; count < kills; count += 1) {
        // Some writes between kills, however busy the machine is; then a moment of chance.
        const reached = acknowledged + 5;
        await until(() => Promise.resolve(acknowledged), (value) => value >= reached, 180_000);
        await delay(random() * 500);
        const name = names[Math.floor(random() * names.length)] ?? 'api';
        killed.push(name);
        await test.product.kill(name);
      }
    } finally {
      writing = false;
      await writer;
    }
    const context = `seed ${seed}, killed ${killed.join(', ')}`;
    await until(() => fetch(`${test.product.url}/crm/v1/health`).then((response) => response.status, () => 0), (status) => status === 200, 180_000);
    expect(acknowledged).withContext(context).toBeGreaterThanOrEqual(5 * kills);
    const parity = await test.command('parity');
    expect(parity.stdout.trim().split('\n').at(-1)).withContext(`${context}\n${parity.stderr}`).toMatch(/^\d+ rows compared, 0 rows different$/);
    const again = await test.client();
    const figures = await until(() => again.figures({ measures: ['accounts.count'] }), (row) => Number(row['accounts.count']) >= known.length);
    expect(Number(figures['accounts.count'])).withContext(context).toBeGreaterThanOrEqual(known.length);
  }, 900_000);
});
