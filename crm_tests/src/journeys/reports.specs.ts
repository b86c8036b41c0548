import { inTurn, readConfig } from '../config.js';
import { CountedHands } from '../support/counted.hands.js';
import { signIn, violations, type Viewer } from '../support/browser.fixture.js';
import { handsOf, verifiedDownload } from '../support/person.hands.js';
import { until } from '../support/product.client.js';
import type { Journey } from '../support/product.journey.js';

const wide = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';

/** Reports built from nothing, in a product that other specs share. */
export function reportsSpecs(journey: Journey): void {
  const address = (path: string): string => `${journey.product.product.url}${path}`;
  const viewers: readonly Viewer[] = [{ language: 'en' }, { language: 'ar', theme: 'dark', width: 390 }];
  for (const viewer of inTurn(viewers, 0, 2)) {
    const phone = viewer.width !== undefined;
    it(`builds a report from nothing to its records and its file, ${phone ? 'by keyboard' : 'by mouse'} (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'exec@crm.test', journey.product.product.demoPassword);
      const { act, choose, fill } = handsOf(page, phone ? 'keyboard' : 'mouse');
      const part = (index: number): Promise<void> => (phone ? page.getByRole('tab').or(page.locator('.parts [role=radio], .parts button')).nth(index).click() : Promise.resolve());
      const field = async (words: string, member: string): Promise<void> => {
        await part(0);
        await fill('[data-test=find-field]', words);
        await act(`[data-field="${member}"]`);
      };
      const definition = (): Promise<unknown> => Promise.resolve(new URL(page.url()).searchParams.get('d'));

      await page.goto(address('/reports/new'));
      await page.locator('[data-test=find-field]').waitFor({ timeout: 60_000 });
      expect(await violations(page)).withContext('nothing yet').toEqual([]);
      // Arabic is looked for in Arabic; a time goes across, in the steps that were named.
      const fields = viewer.language === 'en' ? { 'won revenue': 'deals.won_amount', 'win rate': 'deals.win_rate', region: 'deals.region', source: 'deals.source', 'closed year': 'deals.closed_at', 'won deals': 'deals.won_count' }
        : { إيراد: 'deals.won_amount', 'معدل الربح': 'deals.win_rate', المنطقة: 'deals.region', المصدر: 'deals.source', 'وقت الإغلاق السنة': 'deals.closed_at', 'الصفقات الرابحة': 'deals.won_count' };
      for (const [words, member] of Object.entries(fields)) await field(words, member);
      await part(1);
      await choose('[data-test=top]', 1);
      await fill('[data-test=top-n]', '2');
      await until(definition, (text) => text !== null, 15_000);
      await part(2);
      const cells = page.locator('crm-report-grid [role=gridcell]');
      await cells.first().waitFor({ timeout: 60_000 });
      await until(() => page.locator('crm-report-preview').getAttribute('aria-busy'), (busy) => busy === 'false', 30_000);
      const shown = await page.locator('crm-report-grid').innerText();
      expect(shown).toContain(viewer.language === 'en' ? 'Others' : 'أخرى');
      expect([await page.evaluate(wide), await violations(page)]).withContext('a report').toEqual([true, []]);

      // Ten steps back nothing is left; done again, the same stands there.
      const after = await definition();
      await part(1);
      for (const _ of [1, 2]) await act('[data-test=totals-columns]');
      if (phone) await page.locator('[data-test=undo]').focus();
      for (let step = 0; step < 10; step += 1) await (phone ? page.keyboard.press('Control+Z') : act('[data-test=undo]'));
      await until(() => page.locator('[data-chip]').count(), (count) => count === 0, 15_000);
      for (let step = 0; step < 10; step += 1) await (phone ? page.keyboard.press('Control+Shift+Z') : act('[data-test=redo]'));
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
      } else await cells.filter({ hasText: /\$[1-9]/ }).first().dblclick();
      const records = page.locator('crm-number-panel crm-number-rows tbody tr');
      await records.first().waitFor({ timeout: 30_000 });
      expect(await page.locator('crm-number-panel').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.locator('crm-number-panel').waitFor({ state: 'detached', timeout: 15_000 });

      // Each file proves itself, and no longer once a figure in it is another.
      for (const format of ['xlsx', 'csv', 'pdf', 'png', 'rows']) {
        await act('[data-test=more]');
        await act('[data-test=download]');
        const choice = page.locator(`[data-format=${format}]`);
        await choice.waitFor({ timeout: 15_000 });
        if (format === 'rows') {
          // Only what stands in one row each can be written row by row: the first of all cannot, which is said before anybody asks.
          expect([await choice.getAttribute('aria-disabled'), await choice.innerText()]).toEqual(['true', jasmine.stringMatching(viewer.language === 'en' ? /row by row/ : /صفًا صفًا/)]);
          expect(await violations(page, ['region'])).withContext('a menu is open').toEqual([]);
          for (const _ of [1, 2]) await page.keyboard.press('Escape');
          continue;
        }
        await verifiedDownload(journey.product, page, () => act(choice));
      }
      expect(errors).toEqual([]);
      await context.close();
    }, 300_000);
  }

  it('says which fields of a report its reader may not see (ar, 1440 px)', async () => {
    if (readConfig().withoutOptional) return pending('reports are an optional feature');
    const [exec, rep] = [await journey.product.client('exec@crm.test'), await journey.product.client('rep@crm.test')];
    const measures = async (client: typeof exec): Promise<string[]> => (await client.must<{ cubes: { measures: { name: string; type: string }[] }[] }>('GET', '/analytics/meta')).cubes.flatMap((view) => view.measures.filter(({ type }) => type === 'number').map(({ name }) => name));
    const open = new Set(await measures(rep));
    const hidden = (await measures(exec)).find((name) => !open.has(name));
    const view = hidden?.split('.')[0];
    const { id } = await exec.must<{ id: string }>('POST', '/reports', { name: 'Not for everybody', definition: { v: 1, view, rows: [], columns: [], values: [{ key: 'hidden', measure: hidden }] } });
    await exec.must('PUT', `/reports/${id}/shares`, { shares: [{ role: 'rep', may: 'view' }] });
    const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, { language: 'ar' }, 'rep@crm.test', journey.product.product.demoPassword);
    await page.goto(address(`/reports/${id}`));
    await page.locator('crm-report-preview [role=alert], crm-report-wells [role=alert]').filter({ hasText: hidden! }).first().waitFor({ timeout: 30_000 });
    expect([await page.evaluate(wide), await violations(page, ['region'])]).toEqual([true, []]);
    expect(errors).toEqual([]);
    await context.close();
  }, 120_000);

  for (const viewer of inTurn(viewers, 1, 2)) {
    const phone = viewer.width !== undefined;
    it(`keeps reports in folders, which are named, moved, shared and deleted ${phone ? 'by keyboard' : 'by mouse'} (${viewer.language}, ${viewer.width ?? 1440} px)`, async () => {
      if (readConfig().withoutOptional) return pending('reports are an optional feature');
      const client = await journey.product.client('manager@crm.test');
      const made = async (name: string): Promise<string> => (await client.must<{ id: string }>('POST', '/report-folders', { name: `${name} ${viewer.language}` })).id;
      const [first, second] = [await made('First'), await made('Second')];
      const { id: report } = await client.must<{ id: string }>('POST', '/reports', { name: `Mine ${viewer.language}`, definition: { v: 1, view: 'deals', rows: [], columns: [], values: [{ key: 'won', measure: 'deals.won_amount' }] } });
      const { page, context, errors } = await signIn(journey.browser, journey.product.product.url, viewer, 'manager@crm.test', journey.product.product.demoPassword);
      const { act, choose, fill } = handsOf(page, phone ? 'keyboard' : 'mouse');
      const menu = async (folder: string, what: string): Promise<void> => {
        await act(`[data-folder-menu="${folder}"]`);
        await act(`[data-folder-do=${what}]`);
      };
      await page.goto(address('/reports'));
      await page.locator(`[data-report="${report}"]`).waitFor({ timeout: 60_000 });
      expect([await page.evaluate(wide), await violations(page, ['region'])]).withContext('the list').toEqual([true, []]);

      const placeOf = async (): Promise<unknown> => [(await client.must<{ folder_id: string }>('GET', `/reports/${report}`)).folder_id, (await client.must<{ parent_id: string }>('GET', `/report-folders/${second}`)).parent_id];
      if (phone) {
        await act(`[data-report-menu="${report}"]`);
        await act('[data-report-do=move]');
        await act(`[data-option="${second}"]`);
        await until(placeOf, (place) => JSON.stringify(place) === JSON.stringify([second, null]), 15_000);
        await menu(second, 'move');
        await act(`[data-option="${first}"]`);
      } else {
        const hands = new CountedHands(page);
        await hands.drag(`[data-report="${report}"]`, `[data-folder="${second}"]`);
        await until(placeOf, (place) => JSON.stringify(place) === JSON.stringify([second, null]), 15_000);
        await hands.drag(`[data-folder="${second}"]`, `[data-folder="${first}"]`);
      }
      await until(placeOf, (place) => JSON.stringify(place) === JSON.stringify([second, first]), 15_000);

      await menu(second, 'rename');
      await fill('crm-record-form input', `Named anew ${viewer.language}`);
      await act('crm-record-form [type=submit]');
      await page.locator(`[data-folder="${second}"]`).filter({ hasText: `Named anew ${viewer.language}` }).waitFor({ timeout: 15_000 });
      await menu(second, 'share');
      await choose('[data-test=share-role]', 'manager');
      await act('[data-test=share-save]');
      await page.locator('crm-share-panel').waitFor({ state: 'detached', timeout: 15_000 });

      // What is in a folder is not lost with it: it says what is there and leads to it.
      await menu(second, 'delete');
      expect(await violations(page, ['region'])).withContext('a question').toEqual([]);
      await act('crm-confirm .crm-button--danger');
      await page.locator('crm-confirm').filter({ hasText: viewer.language === 'en' ? /1 report/ : /تقرير واحد/ }).waitFor({ timeout: 15_000 });
      await act('crm-confirm .crm-button--primary');
      await page.waitForURL((at) => at.searchParams.get('folder') === second, { timeout: 15_000 });
      await act(`[data-report-menu="${report}"]`);
      await act('[data-report-do=move]');
      await act('[data-option=none]');
      await page.locator(`[data-report="${report}"]`).waitFor({ state: 'detached', timeout: 15_000 });
      for (const folder of [second, first]) {
        await menu(folder, 'delete');
        await act('crm-confirm .crm-button--danger');
        await page.locator(`[data-folder="${folder}"]`).waitFor({ state: 'detached', timeout: 15_000 });
      }
      expect([await placeOfReport(), await page.evaluate(wide)]).toEqual([null, true]);
      expect(errors).toEqual([]);
      await context.close();

      async function placeOfReport(): Promise<string | null> {
        return (await client.must<{ folder_id: string | null }>('GET', `/reports/${report}`)).folder_id;
      }
    }, 180_000);
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
