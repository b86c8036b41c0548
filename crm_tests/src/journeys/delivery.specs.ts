import { inTurn, readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { handsOf, verifiedDownload } from '../support/person.hands.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';
import { answered } from '../support/shown.books.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
const names = { en: 'Win rate by source and region', ar: 'معدل الربح حسب المصدر والمنطقة' } as const;

/** A saved report sent by e-mail and received in the demo's inbox, in a product that other specs share. */
export function deliverySpecs(journey: Journey): void {
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of inTurn(viewers, 0, 2)) {
    const keys = viewer.width !== undefined;
    it(`schedules a saved report, receives it and verifies its file, ${keys ? 'by keyboard' : 'by mouse'} (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'manager@crm.test', journey.product.product.demoPassword);
      const go = (path: string): Promise<unknown> => page.goto(`${journey.product.product.url}${path}`);
      const { act } = handsOf(page, keys ? 'keyboard' : 'mouse');
      try {
        await go('/reports');
        await page.locator('main a[href^="/reports/0"]').filter({ hasText: names[viewer.language] }).first().click({ timeout: 60_000 });
        await page.locator('[data-test=save]').waitFor({ timeout: 60_000 });
        // While an answer is awaited, the one before is see-through.
        await answered(page);
        await act('[data-test=more]');
        await act('[data-test=schedule]');
        await page.locator('crm-schedule-form [data-test=source] option:checked').filter({ hasText: names[viewer.language] }).waitFor({ state: 'attached', timeout: 30_000 });
        expect(await violations(page)).withContext('the form').toEqual([]);
        await act('crm-schedule-form input[data-test=csv]');
        await act('crm-schedule-form input[data-test=pdf]');
        await act('crm-schedule-form [data-test=save-schedule]');
        await page.locator('crm-schedule-form').waitFor({ state: 'detached', timeout: 30_000 });

        await go('/me/schedules');
        await act(`.all > li:has-text("${names[viewer.language]}") [data-test=send-now]`);
        await page.locator('.sent crm-chip').filter({ hasText: viewer.language === 'en' ? /^\s*Sent\s*$/ : /^\s*أُرسل\s*$/ }).first().waitFor({ timeout: 90_000 });
        expect([await page.evaluate(wide), await violations(page)]).withContext('the schedules').toEqual([true, []]);

        await go('/me/mails');
        await act('[data-test=mail]');
        const files = page.locator('.mail .files button');
        await until(() => files.count(), (count) => count === 2, 30_000);
        await until(() => page.frameLocator('.mail iframe').locator('table td').count(), (count) => count > 5, 30_000);
        expect([await page.evaluate(wide), await violations(page)]).withContext('the inbox').toEqual([true, []]);
        for (const index of [0, 1]) await verifiedDownload(journey.product, page, () => act(files.nth(index)));
        expect(errors).toEqual([]);
      } finally {
        await context.close();
      }
    }, 240_000);
  }
}
