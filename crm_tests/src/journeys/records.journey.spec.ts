import { readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import { useProduct } from '../support/product.journey.js';

describe('records journey', () => {
  const journey = useProduct('small');

  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of viewers) {
    it(`lists and pages are accessible and keep their width (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const admin = await journey.product.client();
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'admin@crm.test', journey.product.product.demoPassword);
      for (const kind of ['deals', 'accounts', 'contacts']) {
        const total = (await admin.must<{ total: number }>('GET', `/${kind}?limit=1&count=true`)).total;
        await page.goto(`${journey.product.product.url}/sell/${kind}`);
        const list = page.locator('crm-data-table');
        await until(() => list.innerText(), (text) => text.replace(/[,٬.]/g, '').includes(String(total)), 30_000);
        expect(await violations(page)).withContext(`${kind} list`).toEqual([]);
        const [first] = (await admin.must<{ items: { id: string }[] }>('GET', `/${kind}?limit=1`)).items;
        await page.goto(`${journey.product.product.url}/sell/${kind}/${first?.id ?? ''}`);
        await page.locator('h1').waitFor({ timeout: 30_000 });
        await page.locator('crm-skeleton').first().waitFor({ state: 'detached', timeout: 30_000 });
        expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).withContext(`${kind} page`).toBeTrue();
        expect(await violations(page)).withContext(`${kind} page`).toEqual([]);
      }
      expect(errors).toEqual([]);
      await context.close();
    }, 180_000);
  }

  it('moves a deal to the next stage by keyboard, and the move is in its history and in the figures', async () => {
    const admin = await journey.product.client();
    const { items } = await admin.must<{ items: { id: string; stage: { name: string; position: number }; pipeline_id: string; win_probability: number | null }[] }>('GET', '/deals?filter[status]=open&limit=50');
    const deal = items.find((each) => each.stage.name === 'Prospecting') ?? items[0];
    if (deal === undefined) return fail('the sample has no open deal');
    const query = { measures: ['deals.count'], filters: [{ member: 'deals.stage', operator: 'equals', values: ['Proposal'] }, { member: 'deals.status', operator: 'equals', values: ['open'] }] };
    const before = Number((await admin.figures(query))['deals.count'] ?? 0);
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'admin@crm.test', journey.product.product.demoPassword);
    await page.goto(`${journey.product.product.url}/sell/deals/${deal.id}`);
    const stage = page.getByRole('button', { name: /^Proposal/ });
    await stage.waitFor({ timeout: 30_000 });
    await stage.focus();
    await page.keyboard.press('Enter');
    await until(() => admin.must<{ stage: { name: string } }>('GET', `/deals/${deal.id}`), (answer) => answer.stage.name === 'Proposal', 20_000);
    const history = await admin.must<{ items: { to_stage: { name: string }; left_at: string | null }[] }>('GET', `/deals/${deal.id}/history`);
    expect(history.items.at(-1)).toEqual(jasmine.objectContaining({ to_stage: jasmine.objectContaining({ name: 'Proposal' }) as unknown, left_at: null }));
    expect(history.items.filter((item) => item.left_at === null).length).toBe(1);
    await until(() => admin.figures(query), (row) => Number(row['deals.count']) === before + (deal.stage.name === 'Proposal' ? 0 : 1));
    const scored = await page.getByText('Win probability').count();
    if (readConfig().withoutOptional) expect(scored).withContext('scores are off').toBe(0);
    else expect(scored).toBeGreaterThan(0);
    await context.close();
  }, 120_000);
});
