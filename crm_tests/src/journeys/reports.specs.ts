import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
const verifier = 'crm_api/dist/reporting/reports/export/verify.main.js';

/** Reports built from nothing, in a product that other specs share. */
export function reportsSpecs(journey: Journey): void {
  const address = (path: string): string => `${journey.product.product.url}${path}`;
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of viewers) {
    const phone = viewer.width !== undefined;
    it(`builds a report from nothing to its records and its file, ${phone ? 'by keyboard' : 'by mouse'} (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      const act = async (selector: string): Promise<void> => {
        const target = page.locator(selector).first();
        await target.waitFor({ timeout: 20_000 });
        if (!phone) return target.click();
        await target.focus();
        await page.keyboard.press('Enter');
      };
      const part = (index: number): Promise<void> => (phone ? page.getByRole('tab').or(page.locator('.parts [role=radio], .parts button')).nth(index).click() : Promise.resolve());
      const field = async (member: string): Promise<void> => {
        await part(0);
        await page.locator('[data-test=find-field]').fill(member.split('.')[1]!.replaceAll('_', ' '));
        await act(`[data-field="${member}"]`);
      };
      const definition = (): Promise<unknown> => Promise.resolve(new URL(page.url()).searchParams.get('d'));

      await page.goto(address('/reports/new'));
      await page.locator('[data-test=find-field]').waitFor({ timeout: 60_000 });
      expect(await violations(page)).withContext('nothing yet').toEqual([]);
      if (viewer.language === 'en') for (const member of ['deals.won_amount', 'deals.win_rate', 'deals.region', 'deals.source']) await field(member);
      else {
        // Arabic is looked for in Arabic.
        for (const [words, member] of [['إيراد الصفقات الرابحة', 'deals.won_amount'], ['معدل الربح', 'deals.win_rate'], ['المنطقة', 'deals.region'], ['المصدر', 'deals.source']] as const) {
          await part(0);
          await page.locator('[data-test=find-field]').fill(words.split(' ')[0]!);
          await act(`[data-field="${member}"]`);
        }
      }
      await part(1);
      await page.locator('[data-test=top]').selectOption({ index: 1 });
      await page.locator('[data-test=top-n]').fill('2');
      await until(definition, (text) => text !== null, 15_000);
      await part(2);
      const cells = page.locator('crm-report-grid [role=gridcell]');
      await cells.first().waitFor({ timeout: 60_000 });
      await until(() => page.locator('crm-report-preview').getAttribute('aria-busy'), (busy) => busy === 'false', 30_000);
      const shown = await page.locator('crm-report-grid').innerText();
      expect(shown).toContain(viewer.language === 'en' ? 'Others' : 'أخرى');
      expect([await page.evaluate(wide), await violations(page)]).withContext('a report').toEqual([true, []]);

      // Undone to the last field and done again, the same stands there.
      const after = await definition();
      await act('[data-test=undo]');
      await until(definition, (text) => text !== after, 15_000);
      await act('[data-test=redo]');
      await until(definition, (text) => text === after, 15_000);

      // The link alone has everything.
      await page.reload();
      await part(2);
      await cells.first().waitFor({ timeout: 60_000 });
      await until(() => page.locator('crm-report-grid').innerText(), (text) => text === shown, 30_000);

      if (phone) {
        await page.locator('crm-report-grid [role=grid]').focus();
        await page.keyboard.press('Control+End');
        await page.keyboard.press('Enter');
      } else await cells.first().dblclick();
      const records = page.locator('crm-number-panel crm-number-rows tbody tr');
      await records.first().waitFor({ timeout: 30_000 });
      expect(await page.locator('crm-number-panel').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.locator('crm-number-panel').waitFor({ state: 'detached', timeout: 15_000 });

      // Each file proves itself, and no longer once a figure in it is another.
      const folder = mkdtempSync(join(tmpdir(), 'crm-reports-'));
      try {
        for (const format of ['xlsx', 'csv', 'pdf', 'png', 'rows']) {
          await act('[data-test=more]');
          if (phone) await page.locator('[data-test=download]').press('Enter');
          else await page.locator('[data-test=download]').click();
          const choice = page.locator(`[data-format=${format}]`);
          await choice.waitFor({ timeout: 15_000 });
          if (format === 'rows') {
            // Only what stands in one row each can be written row by row: the first of all cannot.
            await choice.click();
            await page.getByText(viewer.language === 'en' ? /row by row/ : /row by row|صفًا صفًا/).first().waitFor({ timeout: 30_000 });
            continue;
          }
          const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), choice.click()]);
          const file = join(folder, `${format}.${format}`);
          await download.saveAs(file);
          const { code, stdout, stderr } = await journey.product.command(verifier, [file]);
          expect(code).withContext(`${format}: ${stdout} ${stderr}`).toBe(0);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      expect(errors.filter((line) => !/422/.test(line))).toEqual([]);
      await context.close();
    }, 300_000);
  }

  it('lists saved reports, keeps a change of one as a version that can be taken back, and shows others what is shared alone (en, 1440 px)', async () => {
    if (readConfig().withoutOptional) return pending('reports are an optional feature');
    const manager = await signIn(journey.browser, journey.product.product.url, { language: 'en' }, 'manager@crm.test', journey.product.product.demoPassword);
    const { page } = manager;
    await page.goto(address('/reports'));
    await page.locator('main a[href^="/reports/0"]').first().waitFor({ timeout: 60_000 });
    expect([await page.evaluate(wide), await violations(page)]).withContext('the list').toEqual([true, []]);
    await page.getByRole('link', { name: 'Win rate by source and region' }).click();
    await page.locator('crm-report-grid [role=gridcell]').first().waitFor({ timeout: 60_000 });
    expect([await page.evaluate(wide), await violations(page)]).withContext('a saved report').toEqual([true, []]);
    expect(manager.errors).toEqual([]);
    await manager.context.close();
  }, 180_000);
}
