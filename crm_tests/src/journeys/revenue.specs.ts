import { inTurn, readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';

/** The pages of revenue and marketing, in a product that other specs share. */
export function revenueSpecs(journey: Journey): void {
  const address = (path: string): string => `${journey.product.product.url}${path}`;
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of inTurn(viewers, 1, 2)) {
    it(`tells of revenue and marketing down to the rows, by mouse and by keyboard (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('the pages are an optional feature');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'finance@crm.test', journey.product.product.demoPassword);
      const panel = page.locator('crm-number-panel');
      const records = panel.locator('crm-number-rows tbody tr');
      const close = async (): Promise<void> => { await page.keyboard.press('Escape'); await panel.waitFor({ state: 'detached', timeout: 15_000 }); };

      await page.goto(address('/revenue'));
      await page.locator('crm-revenue-bridge .check[data-whole=true]').waitFor({ timeout: 60_000 });
      const cell = page.locator('crm-cohort-grid [data-cell]').first();
      await cell.focus();
      await page.keyboard.press(viewer.language === 'ar' ? 'ArrowLeft' : 'ArrowRight');
      const walked = await page.evaluate('document.activeElement.dataset.cell');
      expect(walked).not.toBe(await cell.getAttribute('data-cell'));
      const [active = ''] = (await page.locator(`[data-cell="${String(walked)}"] small`).innerText()).replace(/[٠-٩]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩'.indexOf(digit))).split('/');
      await page.keyboard.press('Enter');
      await page.waitForURL((at) => at.searchParams.get('pick') === walked, { timeout: 15_000 });
      await records.first().waitFor({ timeout: 30_000 });
      expect(await records.count()).withContext('accounts of the cell').toBe(Number(active));
      expect(await violations(page)).withContext('a cell').toEqual([]);
      await close();
      await until(() => Promise.resolve(new URL(page.url()).searchParams.get('pick')), (pick) => pick === null, 15_000);
      await page.locator('crm-waterfall [data-key=new]').click();
      await records.first().waitFor({ timeout: 30_000 });
      await close();
      expect([await page.evaluate(wide), await violations(page)]).withContext('revenue').toEqual([true, []]);

      await page.goto(address('/marketing?by=campaign&lag=1'));
      await page.locator('crm-marketing-credits .check[data-whole=true]').waitFor({ timeout: 60_000 });
      await page.locator('crm-marketing-credits [data-credit]').first().click();
      await records.first().waitFor({ timeout: 30_000 });
      await close();
      await page.locator('crm-marketing-funnel crm-ranking button').nth(1).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((at) => at.searchParams.get('pick') === 'mql', { timeout: 15_000 });
      await records.first().waitFor({ timeout: 30_000 });
      await close();
      expect([await page.evaluate(wide), await violations(page)]).withContext('marketing').toEqual([true, []]);
      expect(errors).toEqual([]);
      await context.close();
    }, 240_000);
  }
}
