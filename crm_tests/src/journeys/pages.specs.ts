import { plainPages } from '../support/app.pages.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { drawn } from '../support/dashboard.steps.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';
import { inTurn, readConfig } from '../config.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';

/** Pages that no journey goes through, and every dashboard that comes with the product, in both languages, wide and on a phone. */
export function pagesSpecs(journey: Journey): void {
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const [way, viewer] of viewers.entries()) {
    it(`pages beside the ways are accessible and keep their width (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      const { url, demoPassword } = journey.product.product;
      const { page, context, errors } = await signIn(journey.browser, url, viewer, 'admin@crm.test', demoPassword);
      const look = async (path: string): Promise<void> => {
        expect(await page.evaluate(wide)).withContext(path).toBeTrue();
        expect(await violations(page)).withContext(path).toEqual([]);
        expect(await page.locator('main, body').first().innerText()).withContext(path).not.toMatch(/\b(admin|security|imports|login|invitation|home|notFound)\.\w/);
      };
      const open = async (path: string): Promise<void> => {
        await page.goto(`${url}/${path.replace('**', 'nowhere/at/all')}`);
        await page.locator('h1:visible, h2:visible').first().waitFor({ timeout: 30_000 });
        await until(() => page.locator('crm-skeleton').count(), (count) => count === 0, 30_000);
      };
      for (const path of inTurn(plainPages.signedIn, way, viewers.length)) {
        await open(path);
        await look(path);
      }
      if (!readConfig().withoutOptional) {
        for (const key of inTurn(['sales_manager', 'rep', 'finance', 'support'], way, viewers.length)) {
          await page.goto(`${url}/?dashboard=${key}`);
          await drawn(page, 2);
          await look(`the dashboard ${key}`);
        }
      }
      await context.clearCookies();
      await page.evaluate('sessionStorage.clear(); Object.keys(localStorage).filter((key) => key !== "crm.language").forEach((key) => localStorage.removeItem(key))');
      for (const path of plainPages.signedOut) {
        await open(path);
        await look(path);
      }
      expect(errors).toEqual([]);
      await context.close();
    }, 400_000);
  }
}
