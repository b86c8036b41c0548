import type { Page } from 'playwright-core';
import { readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import { useProduct } from '../support/product.journey.js';
import { pipelineSpecs } from './pipeline.specs.js';

const tiles = (page: Page): Promise<string[]> => page.locator('crm-kpi-tile').allInnerTexts();

describe('dashboard journey', () => {
  const journey = useProduct('small');

  const viewers: readonly Viewer[] = [
    { language: 'en' }, { language: 'ar' }, { language: 'en', theme: 'dark', width: 390 }, { language: 'ar', theme: 'dark', width: 390 },
  ];
  for (const viewer of viewers) {
    it(`is complete, accessible and keeps its width (${viewer.language}, ${viewer.theme ?? 'light'}, ${viewer.width ?? 1440} px)`, async () => {
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      const texts = await until(() => tiles(page), (list) => list.length >= 8 && list.every((text) => /[\d–]/.test(text)), 30_000);
      expect(texts.length).toBeGreaterThanOrEqual(8);
      expect(await page.locator('html').getAttribute('dir')).toBe(viewer.language === 'ar' ? 'rtl' : 'ltr');
      expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBeTrue();
      expect(await violations(page)).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
    }, 90_000);
  }

  it('follows a deal that somebody changes, without a reload', async () => {
    const admin = await journey.product.client();
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'exec@crm.test', journey.product.product.demoPassword);
    const open = page.locator('crm-kpi-tile', { hasText: 'Open pipeline' });
    await open.waitFor({ timeout: 30_000 });
    const before = await open.innerText();
    const [deal] = (await admin.must<{ items: { id: string }[] }>('GET', '/deals?filter[status]=open&limit=1')).items;
    await admin.must('PATCH', `/deals/${deal?.id ?? ''}`, { expected_value: '987654321.00', currency: 'USD' });
    await until(() => open.innerText(), (text) => text !== before, 30_000);
    await context.close();
  }, 90_000);

  it('shows each role what it may see', async () => {
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'rep@crm.test', journey.product.product.demoPassword);
    await until(() => tiles(page), (list) => list.length >= 8, 30_000);
    expect(await page.locator('nav').getByText('Imports').count()).toBe(0);
    const rep = await journey.product.client('rep@crm.test');
    const admin = await journey.product.client();
    const question = { measures: ['deals.count'] };
    const own = Number((await rep.figures(question))['deals.count']);
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(Number((await admin.figures(question))['deals.count']));
    const listed = await rep.must<{ total: number }>('GET', '/deals?limit=1&count=true');
    expect(own).toBe(listed.total);
    await context.close();
  }, 90_000);

  it('opens records and pages by keyboard alone', async () => {
    // The way is the same for any page; with optional features off that of contacts is left.
    const [words, address] = readConfig().withoutOptional ? ['Contacts', '/sell/contacts'] : ['Imports', '/admin/imports'];
    const { page, context } = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'admin@crm.test', journey.product.product.demoPassword);
    await until(() => tiles(page), (list) => list.length >= 8, 30_000);
    await page.keyboard.press('Control+K');
    await until(() => page.evaluate('document.activeElement?.getAttribute("role")'), (role) => role === 'combobox');
    await page.keyboard.type(words);
    await page.getByRole('option', { name: new RegExp(words), selected: true }).waitFor({ timeout: 15_000 });
    await page.keyboard.press('Enter');
    await page.waitForURL((at) => at.pathname === address, { timeout: 15_000 });
    expect(await violations(page)).toEqual([]);
    await context.close();
  }, 90_000);

  pipelineSpecs(journey);
});
