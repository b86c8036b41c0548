import { inTurn, readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';

/** Lists, pages of records and the forecast, in a product that other specs share. */
export function recordsSpecs(journey: Journey): void {
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const [way, viewer] of viewers.entries()) {
    it(`lists and pages are accessible and keep their width (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const admin = await journey.product.client();
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'admin@crm.test', journey.product.product.demoPassword);
      for (const kind of inTurn(['deals', 'accounts', 'contacts'], way, viewers.length)) {
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

  type Line = { id: string | null; adjustable: boolean; figures: { forecast: string; adjustment: string; adjusted: string } };
  const lines = async (client: Awaited<ReturnType<typeof journey.product.client>>, period: string): Promise<Line[]> => (await client.must<{ groups: Line[] }>('GET', `/forecasts?period=${period}`)).groups;
  for (const viewer of viewers) {
    it(`adjusts a forecast ${viewer.language === 'en' ? 'by mouse' : 'by keyboard alone'}, and the line follows (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return expect((await (await journey.product.client()).must<{ features: Record<string, boolean> }>('GET', '/me')).features['crm_feature_forecasts']).toBeFalse();
      const { url } = journey.product.product;
      const manager = await journey.product.client('manager@crm.test');
      const period = `${new Date().getUTCFullYear()}-Q${Math.floor(new Date().getUTCMonth() / 3) + 1}`;
      // The first figures of a product that has just started may be refused.
      for (const deadline = Date.now() + 60_000; ;) {
        if (await lines(manager, period).then((all) => all.some(({ adjustable }) => adjustable), () => false)) break;
        if (Date.now() > deadline) throw new Error('no forecast within a minute');
      }
      const { page, context, errors } = await signIn(journey.browser, url, viewer, 'manager@crm.test', journey.product.product.demoPassword);
      await page.goto(`${url}/forecast`);
      const buttons = page.locator('[data-test=adjust]');
      await buttons.first().waitFor({ timeout: 60_000 });
      await page.locator('crm-accuracy-panel table').waitFor({ timeout: 30_000 });
      expect(await violations(page)).withContext('page').toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
      const id = await page.locator('tr[data-line]', { has: page.locator('[data-test=adjust]') }).first().getAttribute('data-line');
      const before = (await lines(manager, period)).find((line) => line.id === id);
      const cents = viewer.language === 'en' ? '-1500.25' : '2000.75';
      if (viewer.language === 'en') {
        await buttons.first().click();
        await page.fill('crm-adjust input[name=amount]', cents);
        await page.fill('crm-adjust textarea', 'Two commits look weak');
        await page.click('crm-adjust button[type=submit]');
      } else {
        await buttons.first().focus();
        await page.keyboard.press('Enter');
        await page.locator('crm-adjust input[name=amount]:focus').waitFor();
        expect(await violations(page)).withContext('dialog').toEqual([]);
        await page.keyboard.type(cents);
        await page.keyboard.press('Tab');
        await page.keyboard.type('صفقة جديدة مؤكدة');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      }
      await page.locator('crm-adjust').waitFor({ state: 'detached', timeout: 20_000 });
      const after = await until(() => lines(manager, period), (all) => all.find((line) => line.id === id)?.figures.adjustment === cents, 20_000);
      const line = after.find((one) => one.id === id);
      // The gross stays as it was; only what stands beside it has moved.
      expect(line?.figures.forecast).toBe(before?.figures.forecast);
      expect(Number(line?.figures.adjusted)).toBeCloseTo(Number(before?.figures.forecast) + Number(cents), 4);
      const digits = Math.round(Math.abs(Number(cents))).toLocaleString('en-US');
      await until(() => page.locator(`tr[data-line="${id}"]`).innerText(), (text) => text.includes(digits), 20_000);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);

    it(`supposes what a quarter would be ${viewer.language === 'en' ? 'by mouse' : 'by keyboard alone'}, keeps it and compares it (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return expect((await (await journey.product.client()).must<{ features: Record<string, boolean> }>('GET', '/me')).features['crm_feature_forecast_scenarios']).toBeFalse();
      type Result = { base: { won: string }; scenario: { won: string; p50: string } };
      const manager = await journey.product.client('manager@crm.test');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'manager@crm.test', journey.product.product.demoPassword);
      await page.goto(`${journey.product.product.url}/sell/forecast`);
      const panel = page.locator('crm-scenarios-panel');
      await panel.locator('td[data-figure=p50]').first().waitFor({ timeout: 60_000 });
      const name = viewer.language === 'en' ? 'A strong end' : 'نهاية قوية';
      const [chance, business] = ['input[name=chance]', 'input[name=business]'].map((field) => panel.locator(field));
      if (viewer.language === 'en') {
        await chance?.fill('120');
        await business?.fill('50000.25');
        await panel.locator('.actions .crm-button--primary').click();
        await page.locator('crm-record-form input').fill(name);
        await page.locator('crm-record-form button[type=submit]').click();
      } else {
        await chance?.focus();
        await page.keyboard.type('115');
        await page.keyboard.press('Tab');
        // One step of the slider is five per cent; from right to left the way on is to the left.
        await page.keyboard.press('ArrowLeft');
        await business?.focus();
        await page.keyboard.type('50000.25');
        await panel.locator('.actions .crm-button--primary').focus();
        await page.keyboard.press('Enter');
        await page.locator('crm-record-form input:focus').waitFor();
        await page.keyboard.type(name);
        await page.keyboard.press('Enter');
      }
      const row = panel.locator('li[data-scenario]', { hasText: name });
      await row.waitFor({ timeout: 20_000 });
      const id = await row.getAttribute('data-scenario');
      const saved = await manager.must<{ changes: { win_rates: object[]; new_business: string } }>('GET', `/forecasts/scenarios/${id ?? ''}`);
      expect(saved.changes).toEqual({ win_rates: [{ stage_id: null, factor: 1.2 }], new_business: '50000.25' });
      const told = await manager.must<Result>('GET', `/forecasts/scenarios/${id ?? ''}/figures`);
      expect(Number(told.scenario.won) - Number(told.base.won)).toBeCloseTo(50_000.25, 2);
      const box = row.locator('input[type=checkbox]');
      if (viewer.language === 'en') await box.check();
      else {
        await box.focus();
        await page.keyboard.press('Space');
      }
      const digits = (text: string): string => text.replace(/[^0-9]/g, '');
      // What is, what is supposed, and the saved one: the last two are the same.
      const shown = await until(() => panel.locator('td[data-figure=p50]').allInnerTexts(), (cells) => cells.length === 3 && cells[1] === cells[2] && !cells.includes('…'), 20_000);
      expect(digits(shown[2] ?? '')).toBe(String(Math.round(Number(told.scenario.p50))));
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }
}
